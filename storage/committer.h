#ifndef XOM_STORAGE_COMMITTER_H_
#define XOM_STORAGE_COMMITTER_H_

#include <atomic>
#include <optional>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "storage/change_feed.h"
#include "storage/change_trimmer.h"
#include "storage/commit_queue.h"
#include "storage/group.h"
#include "storage/local_ledger.h"
#include "storage/recent_writes.h"
#include "storage/store_slot.h"

namespace xom::storage {

// Turns queued calls into commits, a group at a time: decide, write with one
// fsync, tell the followers, call back. Everything but revision() and
// oldest_revision() belongs to one thread, the committer's.
class Committer {
 public:
  // Keeps references.
  Committer(const LocalLedgerOptions& options, StoreSlot& slot,
            ChangeFeed& feed);

  // Takes up the state of the opened store. Before anything else.
  absl::Status Start();

  // Runs groups until `queue` is closed and empty.
  void Run(CommitQueue& queue);

  // Of what is committed. From any thread.
  Revision revision() const { return revision_.load(); }
  Revision oldest_revision() const { return oldest_revision_.load(); }

 private:
  using Found = absl::StatusOr<std::optional<RequestRecord>>;

  // A queued call and what became of it: of the two the one it asks for.
  struct Outcome {
    QueuedCall call;
    RequestRecord request;  // of a commit, without reply; empty: it has none
    absl::StatusOr<CommitResult> committed;
    Found found;
  };

  // What a group did, once it is decided.
  struct Decided {
    StoreState state;
    std::vector<Change> changes;
  };

  void RunGroup(std::vector<QueuedCall> calls, CommitQueue& queue);
  // OK when a group may be written: disk is left, the store is healthy.
  absl::Status Ready();
  // Opens the store again after a failed write, and catches up with it.
  absl::Status Heal();
  // Decides and writes. On an error nothing in `outcomes` holds.
  absl::Status CommitGroup(std::vector<Outcome>& outcomes);
  // Sets `expected` to the revision the store has if the write succeeded.
  absl::StatusOr<Decided> DecideAndWrite(Store& store,
                                         std::vector<Outcome>& outcomes,
                                         Revision& expected);
  void Decide(Group& group, Outcome& outcome) const;
  // Answers from the records of requests what can be, all else with `why`.
  void AnswerWithoutWriting(const absl::Status& why,
                            std::vector<Outcome>& outcomes) const;
  void Adopt(StoreState state, absl::Span<const Change> changes);

  const LocalLedgerOptions& options_;
  StoreSlot& slot_;
  ChangeFeed& feed_;
  ChangeTrimmer trimmer_;
  RecentWrites recent_;
  StoreState state_;
  bool broken_ = false;  // a write failed and the store was not reopened since
  std::atomic<Revision> revision_ = 0;
  std::atomic<Revision> oldest_revision_ = 0;
};

}  // namespace xom::storage

#endif  // XOM_STORAGE_COMMITTER_H_
