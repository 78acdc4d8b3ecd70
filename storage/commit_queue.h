#ifndef XOM_STORAGE_COMMIT_QUEUE_H_
#define XOM_STORAGE_COMMIT_QUEUE_H_

#include <cstddef>
#include <deque>
#include <string>
#include <variant>
#include <vector>

#include "absl/status/status.h"
#include "storage/ledger.h"
#include "storage/mutex.h"

namespace xom::storage {

struct QueuedCommit {
  Transaction transaction;
  Ledger::CommitDone done;
};

struct QueuedFind {
  std::string id;
  Ledger::FindDone done;
};

using QueuedCall = std::variant<QueuedCommit, QueuedFind>;

// Where calls wait for the committer, first in first out, bounded in number
// and bytes. Thread-safe; one thread takes.
class CommitQueue {
 public:
  struct Limits {
    size_t queued_calls;
    size_t queued_bytes;
    size_t group_calls;
    size_t group_bytes;
  };

  explicit CommitQueue(const Limits& limits) : limits_(limits) {}

  // Puts `call` at the end and leaves it empty; or leaves it and returns
  // RESOURCE_EXHAUSTED/kQueueFull or UNAVAILABLE/kClosed.
  absl::Status Push(QueuedCall& call) XOM_EXCLUDES(mu_);

  // Waits for calls and takes those that make one group, at least one: a
  // transaction with erasures is one by itself. Empty when the queue is closed
  // and nothing is left.
  std::vector<QueuedCall> TakeGroup() XOM_EXCLUDES(mu_);

  // Takes no more; what waits can still be taken.
  void Close() XOM_EXCLUDES(mu_);

 private:
  const Limits limits_;
  Mutex mu_;
  CondVar changed_;
  std::deque<QueuedCall> calls_ XOM_GUARDED_BY(mu_);
  size_t bytes_ XOM_GUARDED_BY(mu_) = 0;  // of calls_
  bool closed_ XOM_GUARDED_BY(mu_) = false;
};

}  // namespace xom::storage

#endif  // XOM_STORAGE_COMMIT_QUEUE_H_
