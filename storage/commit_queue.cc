#include "storage/commit_queue.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "storage/ledger_error.h"

namespace xom::storage {
namespace {

// A group waits for company for a quarter of what the last one took: what it
// loses is less than what it saves, an fsync for those that come.
constexpr int kGroupsPerPatience = 4;
constexpr std::chrono::milliseconds kMostPatience(1);
constexpr int kGroupsAlone = 16;

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
  if (wanted_ > 0 && calls_.size() >= wanted_) lock.NotifyOneAfter(changed_);
  return absl::OkStatus();
}

std::vector<QueuedCall> CommitQueue::TakeGroup() {
  std::vector<QueuedCall> group;
  size_t group_bytes = 0;
  MutexLock lock(mu_);
  Await(1, Clock::time_point::max());
  AwaitCompany();
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
  taken_ = group.size();
  began_ = Clock::now();
  return group;
}

void CommitQueue::EndGroup() {
  MutexLock lock(mu_);
  company_ = std::min(taken_ + calls_.size(), limits_.group_calls);
  patience_ = std::min((Clock::now() - began_) / kGroupsPerPatience,
                       Clock::duration(kMostPatience));
}

void CommitQueue::AwaitCompany() {
  if (alone_ > 0) {
    --alone_;
    return;
  }
  if (calls_.size() >= company_) return;
  Await(company_, Clock::now() + patience_);
  if (calls_.size() < company_) alone_ = kGroupsAlone;
}

void CommitQueue::Await(size_t calls, Clock::time_point until) {
  wanted_ = calls;
  while (calls_.size() < calls && !closed_) {
    if (until == Clock::time_point::max()) {
      changed_.Wait(mu_);
      continue;
    }
    const auto left = until - Clock::now();
    if (left <= Clock::duration::zero()) break;
    changed_.WaitFor(mu_, left);
  }
  wanted_ = 0;
}

void CommitQueue::Close() {
  MutexLock lock(mu_);
  closed_ = true;
  lock.NotifyOneAfter(changed_);
}

}  // namespace xom::storage
