#include "cli/import_pipeline.h"

#include <algorithm>
#include <utility>

#include "absl/time/clock.h"

namespace xom::cli {
namespace {

// Whether the same call may succeed later without anybody changing it.
bool IsPassing(const grpc::Status& status) {
  switch (status.error_code()) {
    case grpc::StatusCode::UNAVAILABLE:
    case grpc::StatusCode::DEADLINE_EXCEEDED:
    case grpc::StatusCode::RESOURCE_EXHAUSTED:
      return true;
    default:
      return false;
  }
}

}  // namespace

ImportPipeline::ImportPipeline(SendTask send, Settled settled,
                               absl::Duration patience, Interrupt* interrupt)
    : send_(std::move(send)),
      settled_(std::move(settled)),
      patience_(patience),
      interrupt_(interrupt) {
  if (interrupt_ == nullptr) return;
  interrupt_->OnRequest([this] {
    std::lock_guard<std::mutex> lock(mu_);
    stop_ = true;
    changed_.notify_one();
  });
}

ImportPipeline::~ImportPipeline() {
  if (interrupt_ != nullptr) interrupt_->OnRequest(nullptr);
  // The callbacks of these calls point here.
  std::unique_lock<std::mutex> lock(mu_);
  changed_.wait(lock, [this] { return outcomes_.size() == in_flight_; });
}

bool ImportPipeline::Push(ImportTask task) {
  for (;;) {
    if (!Advance()) return false;
    if (Unsettled() < kMaxInFlight) break;
    WaitForChange();
  }
  Send(std::move(task));
  return true;
}

bool ImportPipeline::Finish() {
  while (Unsettled() > 0) {
    if (!Advance()) break;
    if (Unsettled() > 0) WaitForChange();
  }
  // Stopped: what is in flight may still have been stored, so it counts.
  while (in_flight_ > 0) {
    WaitForOutcome();
    Advance();
  }
  return waiting_.empty() && Advance();
}

// Takes the outcomes that have come and sends what is due. False: stop.
bool ImportPipeline::Advance() {
  std::deque<Outcome> outcomes;
  bool stop = false;
  {
    std::lock_guard<std::mutex> lock(mu_);
    outcomes.swap(outcomes_);
    stop = stop_;
  }
  in_flight_ -= outcomes.size();
  for (Outcome& outcome : outcomes) Settle(std::move(outcome));
  if (stop || !failure_.ok()) return false;
  SendDue();
  return true;
}

void ImportPipeline::Settle(Outcome outcome) {
  if (!IsPassing(outcome.status)) {
    away_since_.reset();
    settled_(outcome.task, outcome.status);
    return;
  }
  const absl::Time now = absl::Now();
  if (!away_since_.has_value()) away_since_ = now;
  if (now - *away_since_ >= patience_) failure_ = outcome.status;
  const absl::Time due = now + outcome.task.backoff.Next();
  waiting_.emplace(due, std::move(outcome.task));
}

void ImportPipeline::SendDue() {
  const absl::Time now = absl::Now();
  while (!waiting_.empty() && waiting_.begin()->first <= now) {
    ImportTask task = std::move(waiting_.begin()->second);
    waiting_.erase(waiting_.begin());
    Send(std::move(task));
  }
}

void ImportPipeline::Send(ImportTask task) {
  ++in_flight_;
  auto shared = std::make_shared<ImportTask>(std::move(task));
  send_(*shared, [this, shared](const grpc::Status& status) {
    std::lock_guard<std::mutex> lock(mu_);
    outcomes_.push_back({std::move(*shared), status});
    // Under the lock: after it the pipeline may be gone.
    changed_.notify_one();
  });
}

void ImportPipeline::WaitForChange() {
  const absl::Time due =
      waiting_.empty() ? absl::InfiniteFuture() : waiting_.begin()->first;
  const absl::Duration wait =
      std::clamp(due - absl::Now(), absl::ZeroDuration(), absl::Seconds(1));
  std::unique_lock<std::mutex> lock(mu_);
  changed_.wait_for(lock, absl::ToChronoNanoseconds(wait),
                    [this] { return !outcomes_.empty() || stop_; });
}

void ImportPipeline::WaitForOutcome() {
  std::unique_lock<std::mutex> lock(mu_);
  changed_.wait(lock, [this] { return !outcomes_.empty(); });
}

}  // namespace xom::cli
