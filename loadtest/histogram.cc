#include "loadtest/histogram.h"

#include <algorithm>
#include <bit>
#include <cmath>

namespace xom::loadtest {
namespace {

// The leading bits of a value choose its bucket: below 2^8 each value has its
// own, above it each power of two is cut into 2^7.
constexpr int kBits = 7;
constexpr uint64_t kPerPower = uint64_t{1} << kBits;

size_t BucketOf(uint64_t nanos) {
  if (nanos < 2 * kPerPower) return nanos;
  const int shift = static_cast<int>(std::bit_width(nanos)) - 1 - kBits;
  return static_cast<size_t>(shift) * kPerPower + (nanos >> shift);
}

// The greatest value of a bucket.
uint64_t LastOf(size_t bucket) {
  if (bucket < 2 * kPerPower) return bucket;
  const auto shift = static_cast<int>(bucket / kPerPower) - 1;
  return ((bucket % kPerPower + kPerPower + 1) << shift) - 1;
}

}  // namespace

Histogram::Histogram() : buckets_(BucketOf(kMaxNanos) + 1) {}

void Histogram::Record(absl::Duration latency) {
  const int64_t nanos =
      std::clamp<int64_t>(absl::ToInt64Nanoseconds(latency), 0, kMaxNanos);
  ++buckets_[BucketOf(static_cast<uint64_t>(nanos))];
  ++count_;
}

void Histogram::Merge(const Histogram& other) {
  for (size_t i = 0; i < buckets_.size(); ++i) buckets_[i] += other.buckets_[i];
  count_ += other.count_;
}

absl::Duration Histogram::At(double quantile) const {
  const int64_t wanted = std::max<int64_t>(
      1, std::llround(std::ceil(quantile * static_cast<double>(count_))));
  int64_t seen = 0;
  for (size_t i = 0; i < buckets_.size(); ++i) {
    seen += buckets_[i];
    if (seen >= wanted) {
      return absl::Nanoseconds(static_cast<int64_t>(LastOf(i)));
    }
  }
  return absl::ZeroDuration();
}

std::vector<std::pair<double, absl::Duration>> Histogram::Curve() const {
  std::vector<std::pair<double, absl::Duration>> curve;
  int64_t seen = 0;
  for (size_t i = 0; i < buckets_.size(); ++i) {
    if (buckets_[i] == 0) continue;
    seen += buckets_[i];
    curve.emplace_back(static_cast<double>(seen) / static_cast<double>(count_),
                       absl::Nanoseconds(static_cast<int64_t>(LastOf(i))));
  }
  return curve;
}

}  // namespace xom::loadtest
