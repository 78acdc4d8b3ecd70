#ifndef XOM_STORAGE_COMMIT_QUEUE_H_
#define XOM_STORAGE_COMMIT_QUEUE_H_

#include <chrono>
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
//
// Callers come in company: those who are answered together come back together,
// one after the other. A group taken as the first of them is back would spend
// an fsync on it, while the others wait for the next. So TakeGroup waits for as
// many as were there last time, but no longer than a part of what a group
// takes; and when they do not come it does not wait for some groups. Who calls
// alone waits for nobody.
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

  // Says that the group taken last is done and will be answered now.
  void EndGroup() XOM_EXCLUDES(mu_);

  // Takes no more; what waits can still be taken.
  void Close() XOM_EXCLUDES(mu_);

 private:
  using Clock = std::chrono::steady_clock;

  void AwaitCompany() XOM_REQUIRES(mu_);
  // Waits until so many calls wait, or the queue is closed, or it is `until`.
  void Await(size_t calls, Clock::time_point until) XOM_REQUIRES(mu_);

  const Limits limits_;
  Mutex mu_;
  CondVar changed_;
  std::deque<QueuedCall> calls_ XOM_GUARDED_BY(mu_);
  size_t bytes_ XOM_GUARDED_BY(mu_) = 0;  // of calls_
  bool closed_ XOM_GUARDED_BY(mu_) = false;
  size_t wanted_ XOM_GUARDED_BY(mu_) = 0;  // Push wakes the taker at so many

  size_t taken_ XOM_GUARDED_BY(mu_) = 0;    // calls in the last group
  size_t company_ XOM_GUARDED_BY(mu_) = 0;  // calls in flight when it ended
  int alone_ XOM_GUARDED_BY(mu_) = 0;       // groups not to wait for
  Clock::time_point began_ XOM_GUARDED_BY(mu_);
  Clock::duration patience_ XOM_GUARDED_BY(mu_) = Clock::duration::zero();
};

}  // namespace xom::storage

#endif  // XOM_STORAGE_COMMIT_QUEUE_H_
