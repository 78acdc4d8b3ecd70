#include "loadtest/histogram.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <random>
#include <vector>

namespace xom::loadtest {
namespace {

TEST(HistogramTest, WhatIsEmptySaysNothing) {
  const Histogram histogram;
  EXPECT_EQ(histogram.count(), 0);
  EXPECT_EQ(histogram.At(0.5), absl::ZeroDuration());
  EXPECT_TRUE(histogram.Curve().empty());
}

TEST(HistogramTest, QuantilesAreThoseOfTheSortedValuesToOnePercent) {
  const uint64_t seed = std::random_device()();
  SCOPED_TRACE(seed);
  std::mt19937_64 random(seed);
  std::lognormal_distribution<double> nanos(11, 2);
  Histogram histogram;
  std::vector<int64_t> sorted;
  for (int i = 0; i < 20'000; ++i) {
    sorted.push_back(static_cast<int64_t>(nanos(random)));
    histogram.Record(absl::Nanoseconds(sorted.back()));
  }
  std::sort(sorted.begin(), sorted.end());
  for (const double quantile : {0.0, 0.01, 0.5, 0.9, 0.99, 0.999, 1.0}) {
    const auto rank = static_cast<size_t>(std::max(
        1.0, std::ceil(quantile * static_cast<double>(sorted.size()))));
    const auto exact = static_cast<double>(sorted[rank - 1]);
    const auto told =
        static_cast<double>(absl::ToInt64Nanoseconds(histogram.At(quantile)));
    EXPECT_GE(told, exact) << quantile;
    EXPECT_LE(told, exact * 129 / 128) << quantile;
  }
}

TEST(HistogramTest, ShortLatenciesAreExact) {
  Histogram histogram;
  for (int i = 0; i < 256; ++i) histogram.Record(absl::Nanoseconds(i));
  EXPECT_EQ(histogram.At(0.5), absl::Nanoseconds(127));
  EXPECT_EQ(histogram.Max(), absl::Nanoseconds(255));
}

TEST(HistogramTest, WhatIsBeyondItsBoundsCountsAtThem) {
  Histogram histogram;
  histogram.Record(absl::Nanoseconds(-5));
  histogram.Record(absl::InfiniteDuration());
  EXPECT_EQ(histogram.At(0.5), absl::ZeroDuration());
  EXPECT_GE(histogram.Max(), absl::Nanoseconds(Histogram::kMaxNanos));
}

TEST(HistogramTest, MergingIsRecordingInOne) {
  Histogram one;
  Histogram other;
  Histogram both;
  for (int i = 1; i < 1'000; ++i) {
    const absl::Duration latency = absl::Nanoseconds(i * i);
    (i % 3 == 0 ? one : other).Record(latency);
    both.Record(latency);
  }
  one.Merge(other);
  EXPECT_EQ(one.count(), both.count());
  EXPECT_EQ(one.Curve(), both.Curve());
}

}  // namespace
}  // namespace xom::loadtest
