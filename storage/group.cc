#include "storage/group.h"

#include <cassert>
#include <utility>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "storage/erasure.h"
#include "storage/expiry.h"
#include "storage/keys.h"
#include "storage/ledger_error.h"
#include "storage/status.h"
#include "storage/store_format.h"

namespace xom::storage {
namespace {

absl::Status PreconditionFailed(const Precondition& precondition,
                                Revision actual) {
  return MakeLedgerError(
      LedgerError::kPreconditionFailed,
      absl::StrCat("record ", absl::CEscape(precondition.key),
                   " is at revision ", actual, ", expected ",
                   precondition.mod_revision, " (0: not there)"));
}

ChangedRecord Tell(const std::optional<Record>& before,
                   const std::optional<Record>& after) {
  ChangedRecord changed;
  if (before.has_value()) changed.previous_revision = before->mod_revision;
  changed.secret =
      (before.has_value() && before->secret) || (after && after->secret);
  if (changed.secret) return changed;
  if (before.has_value()) {
    changed.before = before->value;
    changed.cell = before->cell;
  }
  if (after.has_value()) {
    changed.after = after->value;
    changed.cell = after->cell;
  }
  return changed;
}

}  // namespace

absl::StatusOr<std::optional<StoredReply>> ReadReply(
    const Store& store, absl::string_view id,
    const LocalLedgerOptions& options) {
  const auto bytes = store.Get(Family::kRequests, id);
  if (!bytes.ok()) return bytes.status();
  if (!bytes->has_value()) return std::optional<StoredReply>();
  auto reply = DecodeReply(id, **bytes);
  if (!reply.ok()) return reply.status();
  if (RequestExpired(reply->commit_time, options.now(),
                     options.request_retention)) {
    return std::optional<StoredReply>();
  }
  return std::optional<StoredReply>(*std::move(reply));
}

std::optional<absl::StatusOr<CommitResult>> AnswerFromReply(
    const RequestRecord& request, const std::optional<StoredReply>& stored) {
  if (!stored.has_value()) return std::nullopt;
  if (stored->request.fingerprint != request.fingerprint) {
    return MakeLedgerError(
        LedgerError::kRequestReused,
        absl::StrCat("request id ", absl::CEscape(request.id),
                     " was used for another request"));
  }
  return CommitResult{.revision = stored->revision,
                      .replayed = true,
                      .reply = stored->request.reply};
}

absl::StatusOr<CommitResult> Group::Add(Transaction transaction) {
  assert(transaction.erasures.empty() || changes_.empty());
  if (transaction.request.has_value()) {
    const auto stored = FindReply(transaction.request->id);
    if (!stored.ok()) return stored.status();
    auto answer = AnswerFromReply(*transaction.request, *stored);
    if (answer.has_value()) return *std::move(answer);
  }
  const absl::Status checked = Check(&transaction);
  if (!checked.ok()) return checked;
  // All is read before anything is changed: a failing read leaves nothing half
  // done.
  for (const Mutation& mutation : transaction.mutations) {
    const auto found = Find(mutation.key);
    if (!found.ok()) return found.status();
  }
  auto redacted = Redact(store_, state_, transaction.erasures);
  if (!redacted.ok()) return redacted.status();

  Change change;
  change.revision = ++state_.revision;
  // As it will be read back: followers see the same, live or later.
  change.commit_time =
      absl::FromUnixMicros(absl::ToUnixMicros(transaction.commit_time));
  for (Mutation& mutation : transaction.mutations) {
    auto changed = Apply(std::move(mutation));
    if (changed.has_value()) change.records.push_back(*std::move(changed));
  }
  RedactBefore(transaction.erasures, &change);
  for (const auto& [revision, earlier] : redacted->changes) {
    Put(Family::kChanges, ChangeKey(revision), EncodeChange(earlier));
  }
  for (StoredReply& reply : redacted->replies) PutReply(std::move(reply));
  PutHistory(change, transaction.request);
  if (transaction.request.has_value()) {
    PutReply(
        {*std::move(transaction.request), change.revision, change.commit_time});
  }
  Put(Family::kChanges, ChangeKey(change.revision), EncodeChange(change));
  changes_.push_back(std::move(change));
  return CommitResult{.revision = state_.revision};
}

void Group::Trim(Revision oldest) {
  assert(oldest >= state_.oldest_revision && oldest <= state_.revision);
  state_.oldest_revision = oldest;
}

absl::StatusOr<rocksdb::WriteBatch*> Group::Finish() {
  if (state_.oldest_revision > trim_after_) {
    Note(batch_.DeleteRange(store_.handle(Family::kChanges),
                            ChangeKey(trim_after_ + 1),
                            ChangeKey(state_.oldest_revision + 1)));
  }
  Put(Family::kMeta, kStateKey, EncodeState(state_));
  if (!batch_status_.ok()) return WriteStatus(batch_status_, "batching");
  return &batch_;
}

absl::StatusOr<std::optional<Record>*> Group::Find(const std::string& key) {
  const auto known = records_.find(key);
  if (known != records_.end()) return &known->second;
  auto read = store_.ReadRecord(key);
  if (!read.ok()) return read.status();
  return &records_.emplace(key, *std::move(read)).first->second;
}

absl::StatusOr<std::optional<StoredReply>> Group::FindReply(
    const std::string& id) {
  const auto known = replies_.find(id);
  if (known == replies_.end()) return ReadReply(store_, id, options_);
  return std::optional<StoredReply>(known->second);
}

bool Group::HoldsAsRead(Precondition* precondition,
                        std::optional<Revision> read_revision) {
  if (!read_revision.has_value() || records_.contains(precondition->key) ||
      precondition->mod_revision > *read_revision ||
      recent_.MayHaveChanged(precondition->key, *read_revision)) {
    return false;
  }
  const bool believed = precondition->mod_revision == 0 ||
                        (precondition->read.has_value() &&
                         recent_.WrittenSinceReset(precondition->mod_revision));
  if (believed) {
    records_.emplace(precondition->key, std::move(precondition->read));
  }
  return true;
}

absl::Status Group::Check(Transaction* transaction) {
  for (Precondition& precondition : transaction->preconditions) {
    if (HoldsAsRead(&precondition, transaction->read_revision)) continue;
    const auto found = Find(precondition.key);
    if (!found.ok()) return found.status();
    const std::optional<Record>& record = **found;
    const Revision actual = record.has_value() ? record->mod_revision : 0;
    if (actual != precondition.mod_revision) {
      return PreconditionFailed(precondition, actual);
    }
  }
  return absl::OkStatus();
}

std::optional<ChangedRecord> Group::Apply(Mutation mutation) {
  std::optional<Record>& record = records_.at(mutation.key);
  const std::optional<Record> before = std::exchange(record, std::nullopt);
  if (!mutation.value.has_value() && !before.has_value()) return std::nullopt;
  if (mutation.value.has_value()) {
    // Once secret always secret: a writer that forgets to say it tells nothing.
    const bool secret =
        mutation.secret || (before.has_value() && before->secret);
    record = Record{mutation.key, mutation.cell, *std::move(mutation.value),
                    state_.revision, secret};
  }
  Move(before, record);
  ChangedRecord changed = Tell(before, record);
  changed.key = std::move(mutation.key);
  return changed;
}

void Group::PutReply(StoredReply reply) {
  Put(Family::kRequests, reply.request.id, EncodeReply(reply));
  std::string id = reply.request.id;
  replies_.insert_or_assign(std::move(id), std::move(reply));
}

void Group::PutHistory(const Change& change,
                       const std::optional<RequestRecord>& request) {
  const auto put = [&](absl::string_view key, absl::string_view value) {
    Put(Family::kHistory, HistoryKey(key, change.revision), value);
  };
  const bool mentions = request.has_value() && !request->subject.empty();
  for (const ChangedRecord& changed : change.records) {
    if (changed.secret || (mentions && changed.key == request->subject)) {
      continue;
    }
    put(changed.key, "");
  }
  if (mentions) {
    put(request->subject, EncodeHistory({request->id, change.commit_time}));
  }
}

// `records` tells of a place only when there is another one than before.
void Group::Move(const std::optional<Record>& before,
                 const std::optional<Record>& after) {
  const uint64_t left = before.has_value() ? before->cell : 0;
  if (left != 0 && (!after.has_value() || after->cell != left)) {
    Delete(Family::kCells, CellKey(left, before->key));
  }
  if (!after.has_value()) return Delete(Family::kRecords, before->key);
  const std::string bytes = EncodeRecord(*after);
  if (after->cell == 0) return Put(Family::kRecords, after->key, bytes);
  Put(Family::kCells, CellKey(after->cell, after->key), bytes);
  if (after->cell != left) {
    Put(Family::kRecords, after->key, EncodePlace(after->cell));
  }
}

void Group::Put(Family family, absl::string_view key, absl::string_view value) {
  Note(batch_.Put(store_.handle(family), ToSlice(key), ToSlice(value)));
}

void Group::Delete(Family family, absl::string_view key) {
  Note(batch_.Delete(store_.handle(family), ToSlice(key)));
}

void Group::Note(const rocksdb::Status& status) {
  if (batch_status_.ok()) batch_status_ = status;
}

}  // namespace xom::storage
