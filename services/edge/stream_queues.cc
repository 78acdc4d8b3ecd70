#include "services/edge/stream_queues.h"

#include <grpcpp/server_builder.h>

namespace xom::edge {

using storage::MutexLock;

StreamQueues::StreamQueues(grpc::ServerBuilder* builder)
    : incoming_(builder->AddCompletionQueue()) {}

StreamQueues::~StreamQueues() { Stop(); }

void StreamQueues::Start() {
  threads_.emplace_back(Run, incoming_.get());
  for (grpc::CompletionQueue& queue : queues_) {
    threads_.emplace_back(Run, &queue);
  }
}

void StreamQueues::Stop() {
  if (ended_) return;
  ended_ = true;
  {
    MutexLock lock(mu_);
    ending_ = true;
    while (streams_ > 0) left_.Wait(mu_);
  }
  const bool started = !threads_.empty();
  incoming_->Shutdown();
  for (grpc::CompletionQueue& queue : queues_) queue.Shutdown();
  // A queue must be empty before it goes.
  if (!started) Start();
  for (std::thread& thread : threads_) thread.join();
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

void StreamQueues::Run(grpc::CompletionQueue* queue) {
  void* tag = nullptr;
  bool ok = false;
  while (queue->Next(&tag, &ok)) static_cast<StreamEvent*>(tag)->Happened(ok);
}

}  // namespace xom::edge
