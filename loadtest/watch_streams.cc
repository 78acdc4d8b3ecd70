#include "loadtest/watch_streams.h"

#include <grpcpp/client_context.h>
#include <grpcpp/generic/generic_stub.h>
#include <grpcpp/support/client_callback.h>

#include <utility>

#include "absl/strings/str_cat.h"
#include "loadtest/raw_caller.h"

namespace xom::loadtest {
namespace {

constexpr absl::Duration kBeginTimeout = absl::Minutes(1);

}  // namespace

class WatchStreams::Stream final
    : public grpc::ClientBidiReactor<grpc::ByteBuffer, grpc::ByteBuffer> {
 public:
  Stream(WatchStreams* owner, size_t number, HasBegun has_begun)
      : owner_(*owner), number_(number), has_begun_(has_begun) {}

  void Start(const std::shared_ptr<grpc::Channel>& channel,
             const std::string& method, const grpc::ByteBuffer& request) {
    request_ = request;
    grpc::GenericStub(channel).PrepareBidiStreamingCall(&context_, method, {},
                                                        this);
    StartWriteLast(&request_, grpc::WriteOptions());
    StartRead(&message_);
    StartCall();
  }

  void Cancel() { context_.TryCancel(); }

  void OnReadDone(bool ok) override {
    if (!ok) return;
    owner_.sink_(number_, message_);
    if (!begun_ && has_begun_(message_)) {
      begun_ = true;
      std::lock_guard<std::mutex> lock(owner_.mu_);
      ++owner_.begun_;
      owner_.changed_.notify_one();
    }
    StartRead(&message_);
  }

  void OnDone(const grpc::Status& status) override {
    std::lock_guard<std::mutex> lock(owner_.mu_);
    if (!owner_.ending_ && owner_.error_.ok()) {
      owner_.error_ = absl::UnavailableError(
          absl::StrCat("a stream ended: ", status.error_message()));
    }
    ++owner_.ended_;
    // Under the lock: after it the owner may be gone.
    owner_.changed_.notify_one();
  }

 private:
  WatchStreams& owner_;
  const size_t number_;
  const HasBegun has_begun_;
  grpc::ClientContext context_;
  grpc::ByteBuffer request_;
  grpc::ByteBuffer message_;
  bool begun_ = false;
};

WatchStreams::WatchStreams(const std::string& address, int connections,
                           Sink sink)
    : sink_(std::move(sink)), channels_(OpenChannels(address, connections)) {}

WatchStreams::~WatchStreams() {
  {
    std::lock_guard<std::mutex> lock(mu_);
    ending_ = true;
  }
  for (const auto& stream : streams_) stream->Cancel();
  std::unique_lock<std::mutex> lock(mu_);
  changed_.wait(
      lock, [this] { return ended_ == static_cast<int64_t>(streams_.size()); });
}

absl::Status WatchStreams::Open(const Opening& opening) {
  streams_.reserve(streams_.size() + opening.requests.size());
  for (const grpc::ByteBuffer& request : opening.requests) {
    const size_t number = streams_.size();
    if (absl::Status s = WaitFor(static_cast<int64_t>(number) - kMaxOpening);
        !s.ok()) {
      return s;
    }
    streams_.push_back(
        std::make_unique<Stream>(this, number, opening.has_begun));
    streams_.back()->Start(channels_[streams_.size() % channels_.size()],
                           opening.method, request);
  }
  return WaitFor(static_cast<int64_t>(streams_.size()));
}

// Until so many have begun.
absl::Status WatchStreams::WaitFor(int64_t begun) {
  std::unique_lock<std::mutex> lock(mu_);
  while (error_.ok() && begun_ < begun) {
    const int64_t before = begun_;
    changed_.wait_for(lock, absl::ToChronoNanoseconds(kBeginTimeout),
                      [&] { return !error_.ok() || begun_ > before; });
    if (error_.ok() && begun_ == before) {
      return absl::DeadlineExceededError("a stream did not begin");
    }
  }
  return error_;
}

}  // namespace xom::loadtest
