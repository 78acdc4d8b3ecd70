#include "loadtest/report.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace xom::loadtest {
namespace {

using testing::HasSubstr;

TEST(MedianTest, IsTheMiddleOrBetweenTheTwo) {
  EXPECT_EQ(Median({}), 0);
  EXPECT_EQ(Median({3, 1, 2}), 2);
  EXPECT_EQ(Median({4, 1, 3, 2}), 2.5);
}

TEST(FigureTest, TheGoalIsOfTheRatioWhenThereIsOne) {
  Figure figure{.name = "x", .value = 100, .unit = "s"};
  EXPECT_FALSE(figure.IsMet().has_value());
  figure.goal = Goal::AtMost(2);
  EXPECT_FALSE(*figure.IsMet());
  figure.ratio = 2;
  EXPECT_TRUE(*figure.IsMet());
  figure.goal = Goal::AtLeast(2.5);
  EXPECT_FALSE(*figure.IsMet());
}

TEST(ReportTest, JsonHoldsEveryFigureAndPoint) {
  Report report;
  report.Describe("machine", "two cores");
  report.Add(Figure{.name = "nearest.throughput",
                    .value = 40'000,
                    .unit = "calls/s",
                    .against = "echo",
                    .ratio = 0.9,
                    .goal = Goal::AtLeast(0.85),
                    .samples = {0.8, 0.9, 1.0}});
  report.Add(Series{"index.growth", "points", "us", {{1e4, 1.5}, {1e5, 2}}});
  report.Add(Series{"restart.time", "needs", "s", {{1e4, 0.3}}});
  report.Add(Series{"index.growth", "points", "us", {{1e6, 3}}});
  const auto json = nlohmann::json::parse(report.Json());
  EXPECT_EQ(json["run"]["machine"], "two cores");
  const auto& figure = json["figures"][0];
  EXPECT_EQ(figure["ratio"], 0.9);
  EXPECT_EQ(figure["goal"], ">= 0.85");
  EXPECT_EQ(figure["met"], true);
  EXPECT_EQ(figure["samples"].size(), 3u);
  EXPECT_EQ(json["series"].size(), 2u);
  EXPECT_EQ(json["series"][0]["points"].size(), 3u);
  EXPECT_EQ(json["series"][0]["points"][1][0], 1e5);
  EXPECT_EQ(json["series"][0]["points"][2][0], 1e6);
}

TEST(ReportTest, TheTableSaysWhatIsNotMet) {
  Report report;
  report.Add(Figure{.name = "restart",
                    .value = 12.34,
                    .unit = "s",
                    .ratio = 2.5,
                    .goal = Goal::AtMost(2)});
  EXPECT_THAT(report.Table(), HasSubstr("12.3"));
  EXPECT_THAT(report.Table(), HasSubstr("<= 2"));
  EXPECT_THAT(report.Table(), HasSubstr("NO"));
}

}  // namespace
}  // namespace xom::loadtest
