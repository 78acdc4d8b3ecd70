#include "storage/erasure.h"

#include <utility>

namespace xom::storage {
namespace {

void RedactValue(const Erasure& erasure, std::optional<std::string>* value) {
  if (value->has_value()) *value = erasure.redact_value(**value);
}

absl::Status RedactChanges(const Store& store, const Erasure& erasure,
                           Redacted* redacted, Revision oldest) {
  const auto history = store.ReadHistory(erasure.key, oldest);
  if (!history.ok()) return history.status();
  for (const Revision revision : *history) {
    auto place = redacted->changes.find(revision);
    if (place == redacted->changes.end()) {
      auto change = store.ReadChange(revision);
      if (!change.ok()) return change.status();
      place = redacted->changes.emplace(revision, *std::move(change)).first;
    }
    for (ChangedRecord& changed : place->second.records) {
      if (changed.key != erasure.key) continue;
      RedactValue(erasure, &changed.before);
      RedactValue(erasure, &changed.after);
      changed.cell = 0;
    }
  }
  return absl::OkStatus();
}

absl::Status RedactReplies(const Store& store, const Erasure& erasure,
                           Redacted* redacted) {
  const auto ids = store.ReadRequestsOf(erasure.key);
  if (!ids.ok()) return ids.status();
  for (const std::string& id : *ids) {
    const auto bytes = store.Get(Family::kRequests, id);
    if (!bytes.ok()) return bytes.status();
    if (!bytes->has_value()) continue;  // expired before its entry did
    auto stored = DecodeReply(id, **bytes);
    if (!stored.ok()) return stored.status();
    // An expired id may have been used again, for another subject.
    if (stored->request.subject != erasure.key) continue;
    stored->request.reply = erasure.redact_reply(stored->request.reply);
    redacted->replies.push_back(*std::move(stored));
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<Redacted> Redact(const Store& store, StoreState state,
                                const std::vector<Erasure>& erasures) {
  Redacted redacted;
  for (const Erasure& erasure : erasures) {
    absl::Status status =
        RedactChanges(store, erasure, &redacted, state.oldest_revision);
    if (status.ok()) status = RedactReplies(store, erasure, &redacted);
    if (!status.ok()) return status;
  }
  return redacted;
}

void RedactBefore(const std::vector<Erasure>& erasures, Change* change) {
  for (const Erasure& erasure : erasures) {
    for (ChangedRecord& changed : change->records) {
      if (changed.key != erasure.key) continue;
      RedactValue(erasure, &changed.before);
      if (!changed.after.has_value()) changed.cell = 0;
    }
  }
}

}  // namespace xom::storage
