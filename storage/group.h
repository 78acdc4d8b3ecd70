#ifndef XOM_STORAGE_GROUP_H_
#define XOM_STORAGE_GROUP_H_

#include <rocksdb/write_batch.h>

#include <functional>
#include <optional>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "storage/ledger.h"
#include "storage/recent_writes.h"
#include "storage/record_codec.h"
#include "storage/store.h"

namespace xom::storage {

// Reads `requests` of `store`; nullopt when `id` is not there or expired.
absl::StatusOr<std::optional<StoredReply>> ReadReply(
    const Store& store, absl::string_view id,
    const LocalLedgerOptions& options);

// The answer to `request`, given what is stored under its id: the first
// answer, ALREADY_EXISTS/kRequestReused, or nullopt when it is new.
std::optional<absl::StatusOr<CommitResult>> AnswerFromReply(
    const RequestRecord& request, const std::optional<StoredReply>& stored);

// The transactions that one fsync will carry: decides each against the store
// and those before it in the group, and collects one batch. Internal to
// storage/; used by the committer thread, which is the only one that writes,
// so that what was read once stays true while the group lives.
class Group {
 public:
  // Keeps references. `state` is the store's, up to which `recent` knows.
  Group(const Store& store, const LocalLedgerOptions& options,
        const RecentWrites& recent, StoreState state)
      : store_(store),
        options_(options),
        recent_(recent),
        state_(state),
        trim_after_(state.oldest_revision) {}

  // Decides `transaction`. Its errors leave the group as it was. REQUIRES: one
  // with erasures is alone in its group, for it rewrites what the store holds.
  absl::StatusOr<CommitResult> Add(Transaction transaction);

  // Forgets the changes up to `oldest`, with this group. REQUIRES: in
  // [state().oldest_revision, state().revision].
  void Trim(Revision oldest);

  // The request as recorded in the store or in this group.
  absl::StatusOr<std::optional<StoredReply>> FindReply(const std::string& id);

  // Completes the batch. Not to be added to afterwards.
  absl::StatusOr<rocksdb::WriteBatch*> Finish();

  // The accepted ones, in revision order.
  const std::vector<Change>& changes() const { return changes_; }
  std::vector<Change> TakeChanges() { return std::move(changes_); }
  // As the store's will be once the batch is written.
  const StoreState& state() const { return state_; }

 private:
  // The record as it stands after those accepted so far. The pointer is valid
  // as long as the group.
  absl::StatusOr<std::optional<Record>*> Find(const std::string& key);
  // What the preconditions read is moved from.
  absl::Status Check(Transaction* transaction);
  // True: it holds, because its record was not written since it was read at
  // `read_revision` or later; what it said is in `records_`, if it may be
  // believed. False: who knows.
  bool HoldsAsRead(Precondition* precondition,
                   std::optional<Revision> read_revision);
  // nullopt when nothing changes.
  std::optional<ChangedRecord> Apply(Mutation mutation);
  void PutReply(StoredReply reply);
  // Says in `history` which records the change and its request tell of.
  void PutHistory(const Change& change,
                  const std::optional<RequestRecord>& request);
  // From where and as the record was to where and as it is.
  void Move(const std::optional<Record>& before,
            const std::optional<Record>& after);
  void Put(Family family, absl::string_view key, absl::string_view value);
  void Delete(Family family, absl::string_view key);
  void Note(const rocksdb::Status& status);

  const Store& store_;
  const LocalLedgerOptions& options_;
  const RecentWrites& recent_;
  StoreState state_;
  Revision trim_after_ = 0;  // changes are deleted from the next one on
  std::unordered_map<std::string, std::optional<Record>> records_;
  std::unordered_map<std::string, StoredReply> replies_;
  std::vector<Change> changes_;
  rocksdb::WriteBatch batch_;
  rocksdb::Status batch_status_;  // the first failure of adding to the batch
};

}  // namespace xom::storage

#endif  // XOM_STORAGE_GROUP_H_
