#ifndef XOM_TESTS_MODEL_FOLLOWER_H_
#define XOM_TESTS_MODEL_FOLLOWER_H_

#include <chrono>
#include <cstdint>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "cli/nearest_list.h"
#include "cli/region_set.h"
#include "storage/mutex.h"
#include "xom/v1/watch_service.pb.h"

namespace xom::tests {

// A client's copy: a stream feeds it, a test reads it. It stays over a cut, and
// its request then carries the last token. Thread-safe.
template <typename RequestType, typename MessageType, typename FoldType>
class Follower {
 public:
  using Request = RequestType;
  using Message = MessageType;
  using Fold = FoldType;

  explicit Follower(Request request) : request_(std::move(request)) {}

  // The request that opens the stream or goes on with it.
  Request NextRequest() {
    storage::MutexLock lock(mu_);
    ended_ = false;
    Request request = request_;
    request.set_resume_token(fold_.resume_token());
    return request;
  }
  const Request& request() const { return request_; }

  void Feed(const Message& message) {
    storage::MutexLock lock(mu_);
    ++messages_;
    resets_ += message.reset();
    bytes_ += message.ByteSizeLong();
    if (fault_.ok()) fault_ = fold_.Apply(message);
    fed_.NotifyAll();
  }
  void End(absl::Status status) {
    storage::MutexLock lock(mu_);
    ended_ = true;
    end_ = std::move(status);
    fed_.NotifyAll();
  }

  // Whether the copy is whole and of `revision` or later, or the stream has
  // ended, before the timeout.
  bool AwaitRevision(int64_t revision, std::chrono::milliseconds timeout) {
    const auto deadline = std::chrono::steady_clock::now() + timeout;
    storage::MutexLock lock(mu_);
    while (!ended_ && (!fold_.current() || fold_.revision() < revision)) {
      if (!Wait(deadline)) return false;
    }
    return true;
  }
  bool AwaitMessages(int64_t count) {
    const auto deadline = std::chrono::steady_clock::now() + kLong;
    storage::MutexLock lock(mu_);
    while (messages_ < count) {
      if (!Wait(deadline)) return false;
    }
    return true;
  }
  // The status of the end of the stream; DEADLINE_EXCEEDED when it goes on.
  absl::Status AwaitEnd() {
    const auto deadline = std::chrono::steady_clock::now() + kLong;
    storage::MutexLock lock(mu_);
    while (!ended_) {
      if (!Wait(deadline)) return absl::DeadlineExceededError("goes on");
    }
    return end_;
  }

  Fold fold() const {
    storage::MutexLock lock(mu_);
    return fold_;
  }
  // What did not fit the copy.
  absl::Status fault() const {
    storage::MutexLock lock(mu_);
    return fault_;
  }
  int64_t messages() const {
    storage::MutexLock lock(mu_);
    return messages_;
  }
  int64_t resets() const {
    storage::MutexLock lock(mu_);
    return resets_;
  }
  size_t bytes() const {
    storage::MutexLock lock(mu_);
    return bytes_;
  }
  absl::Status end() const {
    storage::MutexLock lock(mu_);
    return end_;
  }
  bool ended() const {
    storage::MutexLock lock(mu_);
    return ended_;
  }

 private:
  static constexpr std::chrono::seconds kLong{60};

  // False when the deadline has passed.
  bool Wait(std::chrono::steady_clock::time_point deadline) XOM_REQUIRES(mu_) {
    const auto left = deadline - std::chrono::steady_clock::now();
    if (left <= left.zero()) return false;
    fed_.WaitFor(mu_, left);
    return true;
  }

  const Request request_;
  mutable storage::Mutex mu_;
  storage::CondVar fed_;
  Fold fold_ XOM_GUARDED_BY(mu_);
  absl::Status fault_ XOM_GUARDED_BY(mu_);
  int64_t messages_ XOM_GUARDED_BY(mu_) = 0;
  int64_t resets_ XOM_GUARDED_BY(mu_) = 0;
  size_t bytes_ XOM_GUARDED_BY(mu_) = 0;
  bool ended_ XOM_GUARDED_BY(mu_) = false;
  absl::Status end_ XOM_GUARDED_BY(mu_);
};

using NearestFollower =
    Follower<v1::WatchNearestNeedsRequest, v1::WatchNearestNeedsResponse,
             cli::NearestList>;
using RegionFollower =
    Follower<v1::WatchRegionRequest, v1::WatchRegionResponse, cli::RegionSet>;

}  // namespace xom::tests

#endif  // XOM_TESTS_MODEL_FOLLOWER_H_
