#include "loadtest/load_run.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <thread>
#include <utility>
#include <vector>

namespace xom::loadtest {
namespace {

// Ends operations on a thread of its own, in order: the first one once
// `hold_until` wait, or were not seen to wait within ten seconds.
class Ender {
 public:
  explicit Ender(size_t hold_until = 1)
      : hold_until_(hold_until), thread_([this] { Run(); }) {}
  ~Ender() {
    {
      std::lock_guard<std::mutex> lock(mu_);
      stop_ = true;
    }
    changed_.notify_one();
    thread_.join();
  }

  void End(OperationDone done, bool ok) {
    std::lock_guard<std::mutex> lock(mu_);
    waiting_.emplace_back(done, ok);
    most_waiting_ = std::max(most_waiting_, waiting_.size());
    changed_.notify_one();
  }

  size_t most_waiting() const { return most_waiting_; }

 private:
  void Run() {
    std::unique_lock<std::mutex> lock(mu_);
    changed_.wait_for(lock, std::chrono::seconds(10), [this] {
      return stop_ || waiting_.size() >= hold_until_;
    });
    for (;;) {
      changed_.wait(lock, [this] { return stop_ || !waiting_.empty(); });
      if (waiting_.empty()) return;
      const auto [done, ok] = waiting_.front();
      waiting_.pop_front();
      lock.unlock();
      done(ok);
      lock.lock();
    }
  }

  const size_t hold_until_;
  std::mutex mu_;
  std::condition_variable changed_;
  std::deque<std::pair<OperationDone, bool>> waiting_;
  size_t most_waiting_ = 0;
  bool stop_ = false;
  std::thread thread_;
};

TEST(RunClosedTest, EachNumberIsStartedOnceAndCounted) {
  Ender ender;
  std::vector<std::atomic<int>> started(1'000);
  const LoadResult result = RunClosed(
      [&](int64_t number, OperationDone done) {
        ++started[static_cast<size_t>(number)];
        ender.End(done, number % 4 != 0);
      },
      {.in_flight = 8,
       .warm_up = absl::ZeroDuration(),
       .duration = absl::Hours(1),
       .max_operations = 1'000});
  for (const auto& times : started) EXPECT_EQ(times, 1);
  EXPECT_EQ(result.latency.count(), 750);
  EXPECT_EQ(result.failed, 250);
  EXPECT_GT(result.rate(), 0);
  EXPECT_LT(result.took, absl::Hours(1));
}

TEST(RunClosedTest, AsManyAreInFlightAsAsked) {
  Ender ender(/*hold_until=*/3);
  RunClosed([&](int64_t, OperationDone done) { ender.End(done, true); },
            {.in_flight = 3,
             .warm_up = absl::ZeroDuration(),
             .duration = absl::Hours(1),
             .max_operations = 500});
  EXPECT_EQ(ender.most_waiting(), 3u);
}

// A server that does nothing for a while: every operation that should have
// started meanwhile waited, and the latencies say so, although each took no
// time once it was started.
TEST(RunOpenTest, AStallShowsInAllThatItHeldUp) {
  Ender ender;
  const absl::Duration stall = absl::Milliseconds(100);
  const LoadResult result = RunOpen(
      [&](int64_t number, OperationDone done) {
        if (number == 0) absl::SleepFor(stall);
        ender.End(done, true);
      },
      {.rate = 1'000,
       .warm_up = absl::ZeroDuration(),
       .duration = absl::Milliseconds(200)});
  EXPECT_EQ(result.failed, 0);
  // Some hundred of two hundred were held up, the first by all of it.
  EXPECT_GT(result.latency.count(), 100);
  EXPECT_GT(result.latency.Max(), stall);
  EXPECT_GT(result.latency.At(0.75), stall / 10);
}

TEST(RunOpenTest, TheSameSeedGivesTheSameNumber) {
  Ender ender;
  const auto count = [&ender] {
    return RunOpen([&](int64_t, OperationDone done) { ender.End(done, true); },
                   {.rate = 50'000,
                    .warm_up = absl::ZeroDuration(),
                    .duration = absl::Milliseconds(20),
                    .seed = 7})
        .latency.count();
  };
  EXPECT_EQ(count(), count());
}

TEST(RunOpenTest, NumbersGoOnFromTheFirst) {
  Ender ender;
  std::atomic<int64_t> least = 1'000'000;
  RunOpen(
      [&](int64_t number, OperationDone done) {
        least = std::min<int64_t>(least, number);
        ender.End(done, true);
      },
      {.rate = 10'000,
       .warm_up = absl::ZeroDuration(),
       .duration = absl::Milliseconds(10),
       .first = 500});
  EXPECT_GE(least, 500);
}

}  // namespace
}  // namespace xom::loadtest
