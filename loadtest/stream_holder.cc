#include "loadtest/stream_holder.h"

#include <cstdint>
#include <list>
#include <utility>

namespace xom::loadtest {

// Deletes itself when the client has gone.
class StreamHolder::Stream final
    : public grpc::ServerWriteReactor<grpc::ByteBuffer> {
 public:
  Stream(StreamHolder* holder, size_t number)
      : holder_(*holder), number_(number) {
    Send(grpc::ByteBuffer(nullptr, 0));
  }

  void Send(grpc::ByteBuffer message) {
    std::lock_guard<std::mutex> lock(mu_);
    if (ended_) return;
    unsent_.push_back(std::move(message));
    if (unsent_.size() == 1) StartWrite(&unsent_.front());
  }

  void OnWriteDone(bool ok) override {
    std::lock_guard<std::mutex> lock(mu_);
    unsent_.pop_front();
    if (ok && !ended_ && !unsent_.empty()) StartWrite(&unsent_.front());
  }

  void OnCancel() override {
    {
      std::lock_guard<std::mutex> lock(mu_);
      ended_ = true;
    }
    Finish(grpc::Status::CANCELLED);
  }

  void OnDone() override {
    holder_.Forget(number_);
    delete this;
  }

 private:
  StreamHolder& holder_;
  const size_t number_;
  std::mutex mu_;
  // The first is on its way; a list has no room of its own while it is empty,
  // as most are. Guarded by mu_.
  std::list<grpc::ByteBuffer> unsent_;
  bool ended_ = false;  // guarded by mu_
};

StreamHolder::StreamHolder() : thread_([this] { Run(); }) {}

StreamHolder::~StreamHolder() {
  {
    std::lock_guard<std::mutex> lock(waiting_mu_);
    ending_ = true;
    changed_.notify_one();
  }
  thread_.join();
}

grpc::ServerWriteReactor<grpc::ByteBuffer>* StreamHolder::Open() {
  std::lock_guard<std::mutex> lock(mu_);
  streams_.push_back(new Stream(this, streams_.size()));
  return streams_.back();
}

void StreamHolder::Send(ShowRequest request) {
  std::lock_guard<std::mutex> lock(waiting_mu_);
  waiting_.push_back(std::move(request));
  changed_.notify_one();
}

void StreamHolder::Run() {
  while (true) {
    std::vector<ShowRequest> requests;
    {
      std::unique_lock<std::mutex> lock(waiting_mu_);
      changed_.wait(lock, [this] { return ending_ || !waiting_.empty(); });
      if (waiting_.empty()) return;
      requests.swap(waiting_);
    }
    for (const ShowRequest& request : requests) SendNow(request);
  }
}

void StreamHolder::SendNow(const ShowRequest& request) {
  const grpc::Slice bytes(request.message());
  std::lock_guard<std::mutex> lock(mu_);
  for (const uint32_t stream : request.streams()) {
    if (stream >= streams_.size() || streams_[stream] == nullptr) continue;
    streams_[stream]->Send(grpc::ByteBuffer(&bytes, 1));
  }
}

void StreamHolder::Forget(size_t stream) {
  std::lock_guard<std::mutex> lock(mu_);
  streams_[stream] = nullptr;
}

}  // namespace xom::loadtest
