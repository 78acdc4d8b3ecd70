#ifndef XOM_TESTS_QUICK_CLOCK_H_
#define XOM_TESTS_QUICK_CLOCK_H_

#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "services/core/clock.h"

namespace xom::tests {

// The time of the machine, as if it had run `speed` times as fast since
// `origin`: the same in every process that is told both. Thread-safe.
class QuickClock final : public core::Clock {
 public:
  QuickClock(absl::Time origin, int speed) : origin_(origin), speed_(speed) {}

  absl::Time Now() const override {
    return origin_ + (absl::Now() - origin_) * speed_;
  }

  absl::Time origin() const { return origin_; }
  int speed() const { return speed_; }

 private:
  const absl::Time origin_;
  const int speed_;
};

}  // namespace xom::tests

#endif  // XOM_TESTS_QUICK_CLOCK_H_
