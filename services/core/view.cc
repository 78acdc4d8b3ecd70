#include "services/core/view.h"

#include <algorithm>
#include <iterator>
#include <optional>
#include <thread>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "services/core/resource_name.h"
#include "services/core/sorted_entries.h"

namespace xom::core {

using storage::ReaderLock;
using storage::WriterLock;

namespace {

// Each takes some microseconds at most, and readers wait for all of them. A
// post is three.
constexpr size_t kRecordsAtOnce = 64;

// The first of them that are applied under one lock: at least one.
absl::Span<const storage::Change> SomeOf(
    absl::Span<const storage::Change> changes) {
  size_t count = 1;
  size_t records = changes[0].records.size();
  while (count < changes.size()) {
    records += changes[count].records.size();
    if (records > kRecordsAtOnce) break;
    ++count;
  }
  return changes.first(count);
}

// Two at least: while one waits for the disk the other one works.
size_t LoadThreads() {
  return std::clamp<size_t>(std::thread::hardware_concurrency(), 2,
                            storage::kMaxScanThreads);
}

// nullptr when it holds no claims.
const NeedEntry* ClaimedNeedOf(const Entry& entry) {
  if (entry.kind != Kind::kNeed) return nullptr;
  const auto& need = static_cast<const NeedEntry&>(entry);
  return need.has_claims ? &need : nullptr;
}

}  // namespace

Claimant View::Reader::FindClaimant(const std::string& party,
                                    absl::Time now) const {
  Claimant claimant;
  claimant.active_claims = state_.claims.CountActive(party, now);
  if (absl::StartsWith(party, kUsers)) {
    claimant.record = state_.claims.RecordOf(party);
  }
  const auto found = state_.claimants.find(ClaimantKey(party));
  if (found != state_.claimants.end()) claimant.mod_revision = found->second;
  return claimant;
}

EntryPtr Collection::Find(absl::string_view name) const {
  const auto found = by_name_.find(name);
  return found == by_name_.end() ? nullptr : *found;
}

EntryPtr Collection::Put(EntryPtr entry) {
  EntryPtr before = Erase(entry->name());
  IndexOf(*entry).Insert(entry.get());
  by_name_.insert(std::move(entry));
  return before;
}

EntryPtr Collection::Erase(absl::string_view name) {
  const auto found = by_name_.find(name);
  if (found == by_name_.end()) return nullptr;
  EntryPtr before = *found;
  IndexOf(*before).Remove(before.get());
  by_name_.erase(found);
  return before;
}

void Collection::LoadPlaces(const std::vector<EntryPtr>& entries) {
  geo::CellIndex::Loader live(&live_);
  geo::CellIndex::Loader ended(&ended_);
  VisitAhead(entries, [&live, &ended](const Entry* entry) {
    (entry->live ? live : ended).Add(entry);
  });
}

void Collection::LoadNames(const std::vector<EntryPtr>& entries) {
  VisitAhead(SortedByName(entries), [this](const Entry* entry) {
    by_name_.insert(by_name_.end(), EntryPtr(entry));
  });
}

EntryPtr View::Find(absl::string_view name) const {
  const std::optional<Kind> kind = KindOf(name);
  if (!kind.has_value()) return nullptr;
  return Read().of(*kind).Find(name);
}

std::shared_ptr<const CategoryTable> View::categories() const {
  ReaderLock lock(mu_);
  return state_.categories;
}

std::vector<std::string> View::Due(absl::Time now, size_t limit) const {
  ReaderLock lock(mu_);
  std::vector<std::string> names;
  for (const Entry* entry : state_.due) {
    if (entry->due_micros > absl::ToUnixMicros(now) || names.size() == limit) {
      break;
    }
    names.emplace_back(entry->name());
  }
  return names;
}

absl::Status View::Load(
    const storage::Ledger& ledger,
    const std::function<void(const storage::Record&)>& unviewed) {
  WriterLock lock(mu_);
  std::vector<LoadedPart> parts(storage::kScanParts);
  // What has a place refers to categories.
  const auto revision = ledger.ScanInParts(
      LoadThreads(), /*first=*/kCategories,
      [&](size_t i, const storage::Record& record) {
        if (record.cell == 0 && unviewed != nullptr && IsUnviewed(record.key)) {
          unviewed(record);
        }
        return Load(record, &parts[i]);
      });
  if (!revision.ok()) return revision.status();
  FillWith(Joined(std::move(parts)));
  state_.revision = *revision;
  return absl::OkStatus();
}

View::EntriesByKind View::Joined(std::vector<LoadedPart> parts) {
  EntriesByKind joined;
  for (size_t kind = 0; kind < kKinds; ++kind) {
    size_t count = 0;
    for (const LoadedPart& part : parts) count += part.entries[kind].size();
    joined[kind].reserve(count);
    for (LoadedPart& part : parts) {
      std::move(part.entries[kind].begin(), part.entries[kind].end(),
                std::back_inserter(joined[kind]));
    }
  }
  return joined;
}

absl::Status View::Load(const storage::Record& record, LoadedPart* part) {
  if (record.cell == 0) {
    const auto done =
        PutPlaceless(record.key, record.value, record.mod_revision);
    if (!done.ok() || *done) return done.status();
  }
  auto made = MakeEntry(record.key, record.value, record.mod_revision,
                        *state_.categories);
  if (!made.ok()) return made.status();
  const auto kind = static_cast<size_t>((*made)->kind);
  part->entries[kind].push_back(*std::move(made));
  return absl::OkStatus();
}

// The names are as much work as what is due and the places together, and the
// three share nothing but entries, which they read.
void View::FillWith(const EntriesByKind& entries) {
  std::thread names([&entries, &kinds = state_.kinds] {
    for (size_t kind = 0; kind < kKinds; ++kind) {
      kinds[kind].LoadNames(entries[kind]);
    }
  });
  std::thread due([&entries, &due = state_.due] {
    // The needs, nearly all, come first; what is not behind them finds its
    // place.
    for (const auto& of_kind : entries) {
      VisitAhead(SortedByDue(of_kind),
                 [&due](const Entry* entry) { due.insert(due.end(), entry); });
    }
  });
  for (size_t kind = 0; kind < kKinds; ++kind) {
    state_.kinds[kind].LoadPlaces(entries[kind]);
  }
  for (const EntryPtr& entry : entries[static_cast<size_t>(Kind::kNeed)]) {
    if (const auto* need = ClaimedNeedOf(*entry)) {
      state_.claims.Add(need->stored());
    }
  }
  due.join();
  names.join();
}

absl::StatusOr<std::vector<Transition>> View::Apply(
    absl::Span<const storage::Change> changes) {
  std::vector<Transition> transitions;
  while (!changes.empty()) {
    const auto some = SomeOf(changes);
    changes.remove_prefix(some.size());
    WriterLock lock(mu_);
    for (const storage::Change& change : some) {
      const absl::Status applied = Apply(change, &transitions);
      if (!applied.ok()) return applied;
    }
  }
  return transitions;
}

absl::Status View::Apply(const storage::Change& change,
                         std::vector<Transition>* transitions) {
  if (change.revision != state_.revision + 1) {
    return absl::DataLossError(absl::StrCat("change ", change.revision,
                                            " does not follow revision ",
                                            state_.revision));
  }
  for (const storage::ChangedRecord& record : change.records) {
    Transition transition;
    transition.revision = change.revision;
    if (!record.after.has_value()) {
      Erase(record.key, &transition);
    } else if (absl::Status status =
                   Put(record.key, *record.after, change.revision, &transition);
               !status.ok()) {
      return status;
    }
    if (transition.before != nullptr || transition.after != nullptr) {
      transitions->push_back(std::move(transition));
    }
  }
  state_.revision = change.revision;
  return absl::OkStatus();
}

absl::Status View::Put(absl::string_view key, absl::string_view value,
                       storage::Revision revision, Transition* transition) {
  const auto done = PutPlaceless(key, value, revision);
  if (!done.ok() || *done) return done.status();
  auto entry = MakeEntry(key, value, revision, *state_.categories);
  if (!entry.ok()) return entry.status();
  Collection& kind = state_.kinds[static_cast<size_t>((*entry)->kind)];
  transition->after = *entry;
  transition->before = kind.Put(*std::move(entry));
  Follow(*transition);
  return absl::OkStatus();
}

absl::StatusOr<bool> View::PutPlaceless(absl::string_view key,
                                        absl::string_view value,
                                        storage::Revision revision) {
  absl::Status status;
  if (absl::StartsWith(key, kCategories)) {
    status = PutCategory(value, revision);
  } else if (absl::StartsWith(key, kClaimants)) {
    state_.claimants[std::string(key)] = revision;
  } else if (absl::StartsWith(key, kUsers)) {
    status = state_.users.Put(key, value, revision);
  } else if (absl::StartsWith(key, kOrganizations)) {
    status = state_.organizations.Put(key, value, revision);
  } else if (absl::StartsWith(key, kModerationCases)) {
    status = state_.cases.Put(key, value, revision);
  } else {
    return IsUnviewed(key);
  }
  if (!status.ok()) return status;
  return true;
}

void View::Erase(absl::string_view key, Transition* transition) {
  state_.claimants.erase(std::string(key));
  state_.users.Erase(key);
  state_.organizations.Erase(key);
  state_.cases.Erase(key);
  const std::optional<Kind> kind = KindOf(key);
  if (!kind.has_value()) return;
  transition->before = state_.kinds[static_cast<size_t>(*kind)].Erase(key);
  Follow(*transition);
}

void View::Follow(const Transition& transition) {
  if (const Entry* before = transition.before.get(); before != nullptr) {
    state_.due.erase(before);
    if (const auto* need = ClaimedNeedOf(*before)) {
      state_.claims.Remove(need->stored());
    }
  }
  if (const Entry* after = transition.after.get(); after != nullptr) {
    if (after->due_micros != Entry::kNever) state_.due.insert(after);
    if (const auto* need = ClaimedNeedOf(*after)) {
      state_.claims.Add(need->stored());
    }
  }
}

absl::Status View::PutCategory(absl::string_view value,
                               storage::Revision revision) {
  CategoryTable::Entry entry{.stored = {}, .mod_revision = revision};
  if (!entry.stored.ParseFromArray(value.data(),
                                   static_cast<int>(value.size()))) {
    return absl::DataLossError("a category is not what was written");
  }
  state_.categories = std::make_shared<CategoryTable>(
      state_.categories->With(std::move(entry)));
  return absl::OkStatus();
}

}  // namespace xom::core
