#include "services/edge/stream_queues.h"

#include <grpc/support/time.h>
#include <grpcpp/server_builder.h>

#include <algorithm>

namespace xom::edge {

using storage::MutexLock;

StreamQueues::StreamQueues(grpc::ServerBuilder* builder)
    : incoming_(builder->AddCompletionQueue(/*is_frequently_polled=*/false)) {}

StreamQueues::~StreamQueues() { Stop(); }

void StreamQueues::Start() {
  thread_ = std::thread([this] { Look(); });
}

void StreamQueues::Stop() {
  if (ended_) return;
  ended_ = true;
  {
    MutexLock lock(mu_);
    ending_ = true;
  }
  LookSoon();
  {
    MutexLock lock(mu_);
    while (streams_ > 0) left_.Wait(mu_);
  }
  const bool started = thread_.joinable();
  incoming_->Shutdown();
  for (grpc::CompletionQueue& queue : queues_) queue.Shutdown();
  // A queue must be empty before it goes.
  if (!started) Start();
  thread_.join();
}

bool StreamQueues::Enter() {
  MutexLock lock(mu_);
  if (!ending_) ++streams_;
  return !ending_;
}

void StreamQueues::Leave() {
  MutexLock lock(mu_);
  if (--streams_ == 0) left_.NotifyAll();
}

grpc::CompletionQueue* StreamQueues::ForNextStream() {
  MutexLock lock(mu_);
  return &queues_[next_++ % kQueues];
}

bool StreamQueues::TellOne(grpc::CompletionQueue* queue) {
  void* tag = nullptr;
  bool ok = false;
  const gpr_timespec past = gpr_time_0(GPR_CLOCK_MONOTONIC);
  if (queue->AsyncNext(&tag, &ok, past) != grpc::CompletionQueue::GOT_EVENT) {
    return false;
  }
  static_cast<StreamEvent*>(tag)->Happened(ok);
  return true;
}

void StreamQueues::LookSoon() {
  MutexLock lock(mu_);
  delay_ = kMinDelay;
  const Clock::time_point soon = Clock::now() + kMinDelay;
  if (next_look_ <= soon) return;
  next_look_ = soon;
  lock.NotifyOneAfter(look_);
}

void StreamQueues::Look() {
  while (WaitToLook()) {
    // Who comes is seldom alone.
    if (TellSome(incoming_.get())) LookSoon();
    for (grpc::CompletionQueue& queue : queues_) TellSome(&queue);
  }
  Drain(incoming_.get());
  for (grpc::CompletionQueue& queue : queues_) Drain(&queue);
}

bool StreamQueues::WaitToLook() {
  MutexLock lock(mu_);
  Clock::time_point now = Clock::now();
  for (; now < next_look_; now = Clock::now()) {
    look_.WaitFor(mu_, next_look_ - now);
  }
  next_look_ = now + delay_;
  delay_ = ending_ ? kMinDelay : std::min(2 * delay_, kMaxDelay);
  return !ending_ || streams_ > 0;
}

bool StreamQueues::TellSome(grpc::CompletionQueue* queue) {
  int told = 0;
  while (told < kMaxToldAtOnce && TellOne(queue)) ++told;
  return told > 0;
}

void StreamQueues::Drain(grpc::CompletionQueue* queue) {
  void* tag = nullptr;
  bool ok = false;
  while (queue->Next(&tag, &ok)) static_cast<StreamEvent*>(tag)->Happened(ok);
}

}  // namespace xom::edge
