#ifndef XOM_SERVICES_CORE_FAKE_CLOCK_H_
#define XOM_SERVICES_CORE_FAKE_CLOCK_H_

#include <atomic>
#include <cstdint>

#include "services/core/clock.h"

namespace xom::core {

// For tests: stands still until it is moved. Thread-safe.
class FakeClock final : public Clock {
 public:
  explicit FakeClock(absl::Time start) : micros_(absl::ToUnixMicros(start)) {}

  absl::Time Now() const override { return absl::FromUnixMicros(micros_); }
  void Advance(absl::Duration by) { micros_ += absl::ToInt64Microseconds(by); }

 private:
  std::atomic<int64_t> micros_;
};

}  // namespace xom::core

#endif  // XOM_SERVICES_CORE_FAKE_CLOCK_H_
