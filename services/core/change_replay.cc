#include "services/core/change_replay.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "services/core/error.h"
#include "services/core/need_erasure.h"
#include "storage/ledger_error.h"

namespace xom::core {
namespace {

// The entry of one side of a change; null when the resource was not there.
absl::StatusOr<EntryPtr> Side(const std::string& key,
                              const std::optional<std::string>& value,
                              storage::Revision mod_revision,
                              const CategoryTable& categories) {
  if (!value.has_value()) return EntryPtr();
  return MakeEntry(key, *value, mod_revision, categories);
}

bool IsMoved(const EntryPtr& entry) {
  return entry != nullptr && entry->kind == Kind::kNeed &&
         MovedByErasure(static_cast<const NeedEntry&>(*entry).need());
}

absl::Status ExpiredError(storage::Revision oldest) {
  return MakeError(Reason::kResumeTokenExpired,
                   absl::StrCat("the change log begins after revision ", oldest,
                                ": watch without a token"),
                   {{"oldest_revision", absl::StrCat(oldest)}});
}

absl::Status ReadError(const absl::Status& status,
                       const storage::Ledger& ledger) {
  const bool trimmed =
      storage::LedgerErrorOf(status) == storage::LedgerError::kTrimmed;
  return trimmed ? ExpiredError(ledger.oldest_revision())
                 : FromLedgerError(status);
}

}  // namespace

absl::Status ChangeReplay::ReadOn(const storage::Ledger& ledger,
                                  const View& view, storage::Revision until) {
  const storage::Revision end = ledger.revision();
  if (revision_ < ledger.oldest_revision() || revision_ > end) {
    return ExpiredError(ledger.oldest_revision());
  }
  // How far it is is known without reading.
  const auto left =
      static_cast<storage::Revision>(kMaxReplayedChanges - changes_);
  too_long_ = std::min(until, end) - revision_ > left;
  while (!too_long_ && revision_ < until) {
    const auto changes = ledger.ReadChanges(
        revision_, std::min(storage::kMaxChangesPerRead,
                            static_cast<size_t>(until - revision_)));
    if (!changes.ok()) return ReadError(changes.status(), ledger);
    if (changes->empty()) break;
    // Asked after the reading: a change names only categories that the view
    // had when it was decided.
    const auto categories = view.categories();
    for (const storage::Change& change : *changes) {
      if (absl::Status status = Add(change, *categories); !status.ok()) {
        return status;
      }
    }
  }
  return absl::OkStatus();
}

absl::Status ChangeReplay::Add(const storage::Change& change,
                               const CategoryTable& categories) {
  for (const storage::ChangedRecord& record : change.records) {
    if (!KindOf(record.key).has_value()) continue;
    auto after = Side(record.key, record.after, change.revision, categories);
    if (!after.ok()) return DefectError(after.status().message());
    erased_ = erased_ || IsMoved(*after);
    const auto [place, first] = by_name_.try_emplace(record.key);
    if (first) {
      auto before =
          Side(record.key, record.before, record.previous_revision, categories);
      if (!before.ok()) return DefectError(before.status().message());
      erased_ = erased_ || IsMoved(*before);
      place->second.before = *std::move(before);
    } else {
      place->second.between.push_back(std::move(place->second.after));
    }
    place->second.after = *std::move(after);
  }
  revision_ = change.revision;
  too_long_ = ++changes_ > kMaxReplayedChanges;
  return absl::OkStatus();
}

}  // namespace xom::core
