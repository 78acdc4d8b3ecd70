#ifndef XOM_LOADTEST_HISTOGRAM_H_
#define XOM_LOADTEST_HISTOGRAM_H_

#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include "absl/time/time.h"

namespace xom::loadtest {

// How often which latency was seen, in the manner of the HDR histogram: buckets
// as wide as 1/128 of what they hold, so that a quantile is less than 0.8 % too
// high however long the tail is, in 36 KB that never grow. Debian packages no
// such library for C++.
//
// Not thread-safe.
class Histogram {
 public:
  // Longer ones count as that long: eighteen minutes, more than any run.
  static constexpr int64_t kMaxNanos = int64_t{1} << 40;

  Histogram();

  // Less than nothing counts as nothing.
  void Record(absl::Duration latency);
  void Merge(const Histogram& other);

  int64_t count() const { return count_; }

  // The latency that the share `quantile` of all did not exceed; 0 when there
  // are none. REQUIRES: 0 <= quantile <= 1.
  absl::Duration At(double quantile) const;
  absl::Duration Max() const { return At(1); }

  // Every quantile at which the value changes, for a plot: (share, latency).
  std::vector<std::pair<double, absl::Duration>> Curve() const;

 private:
  std::vector<int64_t> buckets_;
  int64_t count_ = 0;
};

}  // namespace xom::loadtest

#endif  // XOM_LOADTEST_HISTOGRAM_H_
