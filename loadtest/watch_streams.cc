#include "loadtest/watch_streams.h"

#include <utility>

#include "absl/strings/str_cat.h"

namespace xom::loadtest {
namespace {

constexpr absl::Duration kBeginTimeout = absl::Minutes(1);

}  // namespace

class WatchStreams::Stream final : public GrpcCall {
 public:
  Stream(WatchStreams* owner, size_t number, HasBegun has_begun)
      : owner_(*owner), number_(number), has_begun_(has_begun) {}

  void OnMessage(absl::string_view message) override {
    owner_.sink_(number_, message);
    if (begun_ || !has_begun_(message)) return;
    begun_ = true;
    std::lock_guard<std::mutex> lock(owner_.mu_);
    ++owner_.begun_;
    owner_.changed_.notify_one();
  }

  void OnEnd(const absl::Status& status) override {
    std::lock_guard<std::mutex> lock(owner_.mu_);
    if (owner_.ending_ || !owner_.error_.ok()) return;
    owner_.error_ = absl::UnavailableError(
        absl::StrCat("a stream ended: ", status.message()));
    owner_.changed_.notify_one();
  }

 private:
  WatchStreams& owner_;
  const size_t number_;
  const HasBegun has_begun_;
  bool begun_ = false;
};

WatchStreams::WatchStreams(const std::string& address, int connections,
                           Sink sink)
    : sink_(std::move(sink)), caller_(address, connections) {}

WatchStreams::~WatchStreams() {
  std::lock_guard<std::mutex> lock(mu_);
  ending_ = true;
}

absl::Status WatchStreams::Open(const Opening& opening) {
  for (const std::string& request : opening.requests) {
    const auto begun = static_cast<int64_t>(size_) - kMaxOpening;
    if (absl::Status s = WaitFor(begun); !s.ok()) return s;
    caller_.StartStream(
        opening.method, request,
        std::make_unique<Stream>(this, size_, opening.has_begun));
    ++size_;
  }
  return WaitFor(static_cast<int64_t>(size_));
}

absl::Status WatchStreams::status() {
  std::lock_guard<std::mutex> lock(mu_);
  return error_;
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
