#ifndef XOM_STORAGE_LEDGER_H_
#define XOM_STORAGE_LEDGER_H_

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "storage/transaction.h"

// A ledger keeps records under keys and numbers every change it makes to them.
// It is the one place where a write becomes durable, and the one feed from
// which every view is built. Keys and values are bytes; what they mean is the
// caller's. LocalLedger (local_ledger.h) is RocksDB on one machine.
//
//   Transaction transaction;
//   transaction.preconditions = {{.key = "needs/7", .mod_revision = 41}};
//   transaction.mutations = {{.key = "needs/7", .cell = id, .value = bytes}};
//   transaction.request = RequestRecord{id, fingerprint, reply};
//   transaction.commit_time = absl::Now();
//   ledger.Commit(std::move(transaction), [](auto result) { ... });
//
// Errors name a status code and a LedgerError (ledger_error.h), here as
// CODE/kKind.

namespace xom::storage {

// ReadChanges returns no more than this at once, whatever its limit.
inline constexpr size_t kMaxChangesPerRead = 1'000;
inline constexpr size_t kMaxFollowers = 8;
// Of a scan.
inline constexpr size_t kScanParts = 33;
inline constexpr size_t kMaxScanThreads = 8;

// Thread-safe. Callbacks must be quick, must not throw, and must not call
// Follow or destroy the ledger; those on the committer thread delay every
// write that waits.
class Ledger {
 public:
  using CommitDone = std::function<void(absl::StatusOr<CommitResult>)>;
  using FindDone =
      std::function<void(absl::StatusOr<std::optional<RequestRecord>>)>;
  using Follower = std::function<void(absl::Span<const Change>)>;
  using PartVisitor = std::function<absl::Status(size_t part, const Record&)>;

  virtual ~Ledger() = default;

  // Commits when every precondition holds. Returns at once; `done` is called
  // exactly once, on the committer thread, after the change is durable (fsync)
  // and every follower has seen it. Commits take effect in the order of the
  // calls. A request that was committed before is answered from its record,
  // before and instead of looking at the preconditions. Errors:
  //   ABORTED/kPreconditionFailed: nothing changed; read again and decide anew.
  //   ALREADY_EXISTS/kRequestReused: the request id stands for another body.
  //   RESOURCE_EXHAUSTED/kDiskLow: too little free disk; nothing changed.
  //   UNAVAILABLE/kNotWritable: the disk refused. Whether the transaction
  //       happened may be unknown: retry it with the same request id.
  //   UNAVAILABLE/kNotReadable, DATA_LOSS/kCorrupt: as in Get.
  // Refused on the calling thread, before Commit returns:
  //   RESOURCE_EXHAUSTED/kQueueFull: too many wait; back off, then retry.
  //   UNAVAILABLE/kClosed: the ledger is closing.
  //   INVALID_ARGUMENT/kMalformed: outside the bounds above.
  virtual void Commit(Transaction transaction, CommitDone done) = 0;

  // The record of request `id`, or nullopt; sees every commit queued before
  // it. `done` is called as by Commit, with kQueueFull, kClosed and Get's.
  virtual void FindRequest(std::string id, FindDone done) = 0;

  // The record as last committed, or nullopt. May block on the disk. Errors:
  //   UNAVAILABLE/kNotReadable: the disk refused.
  //   DATA_LOSS/kCorrupt: what is on disk is not what was written.
  virtual absl::StatusOr<std::optional<Record>> Get(
      absl::string_view key) const = 0;

  // Visits every record once, as all of them stood at one revision, which it
  // returns: Follow it from there. In the order of (cell, key) the records
  // stand in kScanParts parts, one behind the other; part 0 are those without a
  // place. One thread visits a part, in that order; up to `threads` threads
  // (1 to kMaxScanThreads, the calling one among them) visit different parts
  // at once. No other part is begun before all records without a place are
  // visited whose keys begin with `first`. `visit` must not call the ledger;
  // the record is the visitor's as long as the visit. Errors: those of `visit`,
  // which end the scan, and of Get, perhaps after some visits.
  virtual absl::StatusOr<Revision> ScanInParts(size_t threads,
                                               absl::string_view first,
                                               PartVisitor visit) const = 0;

  // The same on the calling thread, in the order of (cell, key).
  absl::StatusOr<Revision> Scan(
      std::function<void(const Record&)> visit) const {
    return ScanInParts(1, "", [&visit](size_t /*part*/, const Record& record) {
      visit(record);
      return absl::OkStatus();
    });
  }

  // Calls `follower` with every change after `after`, in order, without gap,
  // one or more at a time: first what is committed (on this thread, before
  // Follow returns), then what comes, those of one fsync together (on the
  // committer thread, before the first `done`), until the ledger is destroyed.
  // On an error the follower is not kept, though it may have seen some changes.
  // Errors: those of ReadChanges;
  //   RESOURCE_EXHAUSTED/kTooManyFollowers: kMaxFollowers follow already.
  virtual absl::Status Follow(Revision after, Follower follower) = 0;

  // The changes in (after, after + limit] that are there, at most
  // kMaxChangesPerRead; empty at the end. Errors: Get's and
  //   OUT_OF_RANGE/kTrimmed: `after` < oldest_revision(); the message has it.
  //   OUT_OF_RANGE/kAhead: `after` > revision(): it is of another ledger.
  virtual absl::StatusOr<std::vector<Change>> ReadChanges(
      Revision after, size_t limit) const = 0;

  // The last committed revision; 0 when there is none.
  virtual Revision revision() const = 0;

  // The smallest `after` that ReadChanges accepts. It grows as changes age.
  virtual Revision oldest_revision() const = 0;
};

}  // namespace xom::storage

#endif  // XOM_STORAGE_LEDGER_H_
