#include "loadtest/latency.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace xom::loadtest {
namespace {

using testing::DoubleNear;
using testing::ElementsAre;

Histogram AllTook(absl::Duration latency) {
  Histogram histogram;
  for (int i = 0; i < 10; ++i) histogram.Record(latency);
  return histogram;
}

TEST(LatencyTest, FiguresAreMediansOfRepetitionsAndTheSeriesIsOfAllCalls) {
  Report report;
  AddLatency("post",
             {AllTook(absl::Milliseconds(9)), AllTook(absl::Milliseconds(1)),
              AllTook(absl::Milliseconds(2))},
             &report);
  ASSERT_EQ(report.figures().size(), 3u);
  for (const Figure& figure : report.figures()) {
    EXPECT_THAT(figure.value, DoubleNear(2'000, 20)) << figure.name;
    EXPECT_THAT(figure.samples,
                ElementsAre(DoubleNear(9'000, 80), DoubleNear(1'000, 10),
                            DoubleNear(2'000, 20)));
  }
  const auto json = nlohmann::json::parse(report.Json());
  EXPECT_EQ(json["series"][0]["points"].size(), 3u);
}

}  // namespace
}  // namespace xom::loadtest
