#include "loadtest/load_run.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <condition_variable>
#include <mutex>
#include <random>
#include <thread>

#include "absl/time/clock.h"

namespace xom::loadtest {
// What runs of both kinds count. Alive until the last operation has ended.
class LoadRun {
 public:
  // Starts one more operation, unless all were started.
  using Next = std::function<void()>;

  LoadRun(absl::Time measured_from, absl::Time end)
      : measured_from_(measured_from), end_(end) {}

  // Counts the end of an operation, then starts what follows it.
  void End(absl::Time start, bool ok) {
    const absl::Time now = absl::Now();
    if (start >= measured_from_) Count(now - start, ok);
    if (next_ != nullptr && now < end_) next_();
    // Under the lock: after it the run may be gone.
    std::lock_guard<std::mutex> lock(mu_);
    --in_flight_;
    ended_.notify_one();
  }

  // Waits until fewer than `most` are in flight, then counts one more.
  void Begin(int most) {
    std::unique_lock<std::mutex> lock(mu_);
    ended_.wait(lock, [this, most] { return in_flight_ < most; });
    ++in_flight_;
  }

  void WaitForAll() {
    std::unique_lock<std::mutex> lock(mu_);
    ended_.wait(lock, [this] { return in_flight_ == 0; });
  }

  void set_next(Next next) { next_ = std::move(next); }

  // REQUIRES: none is in flight.
  LoadResult Result() const {
    LoadResult result;
    for (const Share& share : shares_) {
      result.latency.Merge(share.latency);
      result.failed += share.failed;
    }
    result.took = std::min(absl::Now(), end_) - measured_from_;
    return result;
  }

 private:
  // Threads that end operations count each in its own as a rule.
  struct Share {
    std::mutex mu;
    Histogram latency;
    int64_t failed = 0;
  };

  void Count(absl::Duration latency, bool ok) {
    const size_t own = std::hash<std::thread::id>()(std::this_thread::get_id());
    Share& share = shares_[own % shares_.size()];
    std::lock_guard<std::mutex> lock(share.mu);
    if (ok) {
      share.latency.Record(latency);
    } else {
      ++share.failed;
    }
  }

  const absl::Time measured_from_;
  const absl::Time end_;
  Next next_;
  std::array<Share, 8> shares_;

  std::mutex mu_;
  std::condition_variable ended_;
  int in_flight_ = 0;  // guarded by mu_
};

void OperationDone::operator()(bool ok) const { run_->End(start_, ok); }

LoadResult RunClosed(const Operation& operation, const ClosedOptions& options) {
  const absl::Time start = absl::Now();
  const absl::Time measured_from = start + options.warm_up;
  LoadRun run(measured_from, measured_from + options.duration);
  std::atomic<int64_t> number = 0;
  const auto next = [&] {
    const int64_t mine = number.fetch_add(1, std::memory_order_relaxed);
    if (mine >= options.max_operations) return;
    run.Begin(std::numeric_limits<int>::max());
    operation(mine, OperationDone(&run, absl::Now()));
  };
  run.set_next(next);
  for (int i = 0; i < options.in_flight; ++i) next();
  run.WaitForAll();
  return run.Result();
}

LoadResult RunOpen(const Operation& operation, const OpenOptions& options) {
  std::mt19937_64 random(options.seed);
  std::exponential_distribution<double> gap_seconds(options.rate);
  absl::Time due = absl::Now();
  const absl::Time measured_from = due + options.warm_up;
  const absl::Time end = measured_from + options.duration;
  LoadRun run(measured_from, end);
  for (int64_t i = options.first; due < end; ++i) {
    if (const absl::Duration early = due - absl::Now();
        early > absl::ZeroDuration()) {
      absl::SleepFor(std::max(early, options.tick));
    }
    run.Begin(options.max_in_flight);
    operation(i, OperationDone(&run, due));
    due += absl::Seconds(gap_seconds(random));
  }
  run.WaitForAll();
  LoadResult result = run.Result();
  // What began in the time counts, also when it ended after it.
  result.took = options.duration;
  return result;
}

// Of a Poisson process a fifth and a thousand more than the mean is beyond all
// chance, be it fast or slow.
int64_t MoreThanStart(const OpenOptions& options) {
  const double seconds =
      absl::ToDoubleSeconds(options.warm_up + options.duration);
  return static_cast<int64_t>(1'000 + 1.2 * options.rate * seconds);
}

}  // namespace xom::loadtest
