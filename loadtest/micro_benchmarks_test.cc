#include "loadtest/micro_benchmarks.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace xom::loadtest {
namespace {

using testing::HasSubstr;
using testing::SizeIs;

TEST(MicroResultsTest, TimesAreNanosecondsAndCountersKeepTheirNames) {
  const auto results = ParseMicroResults(R"({"context": {}, "benchmarks": [
    {"name": "BM_A/10", "run_name": "BM_A/10", "run_type": "iteration",
     "real_time": 2.5, "cpu_time": 2.0, "time_unit": "us",
     "items_per_second": 4e5, "allocations": 0.0}]})");
  ASSERT_TRUE(results.ok()) << results.status();
  ASSERT_THAT(*results, SizeIs(1));
  const MicroResult& result = results->at("BM_A/10");
  EXPECT_EQ(result.at("real_time"), 2'500);
  EXPECT_EQ(result.at("items_per_second"), 4e5);
  EXPECT_EQ(result.at("allocations"), 0);
}

TEST(MicroResultsTest, OfRepetitionsTheMedianCounts) {
  const auto results = ParseMicroResults(R"({"benchmarks": [
    {"name": "BM_A", "run_name": "BM_A", "cpu_time": 9.0, "time_unit": "ns"},
    {"name": "BM_A_mean", "run_name": "BM_A", "aggregate_name": "mean",
     "cpu_time": 7.0, "time_unit": "ns"},
    {"name": "BM_A_median", "run_name": "BM_A", "aggregate_name": "median",
     "cpu_time": 5.0, "time_unit": "ns"},
    {"name": "BM_A_stddev", "run_name": "BM_A", "aggregate_name": "stddev",
     "cpu_time": 1.0, "time_unit": "ns"}]})");
  ASSERT_TRUE(results.ok()) << results.status();
  EXPECT_EQ(results->at("BM_A").at("cpu_time"), 5);
}

TEST(MicroResultsTest, WhatFailedIsNoFigure) {
  const auto results = ParseMicroResults(R"({"benchmarks": [
    {"name": "BM_A", "run_name": "BM_A", "error_occurred": true,
     "error_message": "no disk"}]})");
  EXPECT_THAT(std::string(results.status().message()), HasSubstr("no disk"));
  EXPECT_FALSE(ParseMicroResults("").ok());
  EXPECT_FALSE(ParseMicroResults("[1]").ok());
  EXPECT_FALSE(ParseMicroResults("{}").ok());
}

}  // namespace
}  // namespace xom::loadtest
