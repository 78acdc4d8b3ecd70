#include "storage/commit_queue.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "storage/ledger_error.h"

namespace xom::storage {
namespace {

size_t BytesOf(const QueuedCall& call) {
  if (const auto* commit = std::get_if<QueuedCommit>(&call)) {
    return TransactionBytes(commit->transaction);
  }
  return sizeof(QueuedFind) + std::get<QueuedFind>(call).id.size();
}

bool Erases(const QueuedCall& call) {
  const auto* commit = std::get_if<QueuedCommit>(&call);
  return commit != nullptr && !commit->transaction.erasures.empty();
}

}  // namespace

absl::Status CommitQueue::Push(QueuedCall& call) {
  const size_t bytes = BytesOf(call);
  MutexLock lock(mu_);
  if (closed_) {
    return MakeLedgerError(LedgerError::kClosed, "the ledger is closing");
  }
  if (calls_.size() >= limits_.queued_calls ||
      bytes_ + bytes > limits_.queued_bytes) {
    return MakeLedgerError(
        LedgerError::kQueueFull,
        absl::StrCat(calls_.size(), " transactions wait already"));
  }
  bytes_ += bytes;
  calls_.push_back(std::move(call));
  changed_.NotifyOne();
  return absl::OkStatus();
}

std::vector<QueuedCall> CommitQueue::TakeGroup() {
  std::vector<QueuedCall> group;
  size_t group_bytes = 0;
  MutexLock lock(mu_);
  while (calls_.empty() && !closed_) changed_.Wait(mu_);
  while (!calls_.empty() && group.size() < limits_.group_calls) {
    const size_t bytes = BytesOf(calls_.front());
    const bool alone = Erases(calls_.front());
    if (!group.empty() &&
        (alone || group_bytes + bytes > limits_.group_bytes)) {
      break;
    }
    group_bytes += bytes;
    bytes_ -= bytes;
    group.push_back(std::move(calls_.front()));
    calls_.pop_front();
    if (alone) break;
  }
  return group;
}

void CommitQueue::Close() {
  MutexLock lock(mu_);
  closed_ = true;
  changed_.NotifyAll();
}

}  // namespace xom::storage
