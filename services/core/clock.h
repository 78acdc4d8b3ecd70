#ifndef XOM_SERVICES_CORE_CLOCK_H_
#define XOM_SERVICES_CORE_CLOCK_H_

#include "absl/time/clock.h"
#include "absl/time/time.h"

namespace xom::core {

// What time it is. Everything that depends on time asks one of these, so that a
// test can turn a week by in a line. Thread-safe.
class Clock {
 public:
  virtual ~Clock() = default;
  virtual absl::Time Now() const = 0;
};

// The time of the machine.
class SystemClock final : public Clock {
 public:
  absl::Time Now() const override { return absl::Now(); }
};

}  // namespace xom::core

#endif  // XOM_SERVICES_CORE_CLOCK_H_
