// Drives an asynchronous operation and measures how long each took.
//
//   const Operation find = [&](int64_t i, OperationDone done) {
//     caller.Start(kFindNearestNeeds, requests[i % requests.size()],
//                  [done](bool ok) { done(ok); });
//   };
//   LoadResult most = RunClosed(find, {.in_flight = 64});
//   LoadResult calm = RunOpen(find, {.rate = most.rate() / 2});
#ifndef XOM_LOADTEST_LOAD_RUN_H_
#define XOM_LOADTEST_LOAD_RUN_H_

#include <cstdint>
#include <functional>
#include <limits>
#include <memory>

#include "absl/time/time.h"
#include "loadtest/histogram.h"

namespace xom::loadtest {

class LoadRun;

// To be called once, on any thread, when the operation has ended.
class OperationDone {
 public:
  OperationDone(LoadRun* run, absl::Time start) : run_(run), start_(start) {}
  void operator()(bool ok) const;

  // What its latency counts from.
  absl::Time start() const { return start_; }

 private:
  LoadRun* run_;
  absl::Time start_;
};

// Starts operation `number` (0, 1, ...) and returns. Called from any thread.
using Operation = std::function<void(int64_t number, OperationDone done)>;

struct LoadResult {
  // Of those that succeeded after the warm-up, from their start: in an open run
  // from when they should have started, so that a stall shows in all that it
  // held up.
  Histogram latency;
  int64_t failed = 0;
  absl::Duration took;  // without the warm-up

  // Successes a second.
  double rate() const {
    return static_cast<double>(latency.count()) / absl::ToDoubleSeconds(took);
  }
};

// `in_flight` operations at all times: the most that the other side does.
struct ClosedOptions {
  int in_flight = 64;
  absl::Duration warm_up = absl::Seconds(1);
  absl::Duration duration = absl::Seconds(5);
  // Ends it sooner.
  int64_t max_operations = std::numeric_limits<int64_t>::max();
};
LoadResult RunClosed(const Operation& operation, const ClosedOptions& options);

// Operations by the clock, at random moments like those of people who do not
// know of each other (a Poisson process), whether or not earlier ones have
// ended.
struct OpenOptions {
  double rate = 1'000;  // a second
  // Who starts them sleeps so long at least, and then starts what has become
  // due, whose time runs all the same. Of many thousands a second, to sleep for
  // each costs as much of the processor as the calls do.
  absl::Duration tick = absl::ZeroDuration();
  absl::Duration warm_up = absl::Seconds(1);
  absl::Duration duration = absl::Seconds(5);
  // More wait for one to end; their time runs all the same.
  int max_in_flight = 10'000;
  uint64_t seed = 1;
  // The number of the first, so that runs go on where others stopped.
  int64_t first = 0;
};
LoadResult RunOpen(const Operation& operation, const OpenOptions& options);

// More operations than such a run starts, however chance has it: for who makes
// their requests beforehand.
int64_t MoreThanStart(const OpenOptions& options);

}  // namespace xom::loadtest

#endif  // XOM_LOADTEST_LOAD_RUN_H_
