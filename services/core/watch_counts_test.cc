#include "services/core/watch_counts.h"

#include <gtest/gtest.h>

#include "services/core/error.h"

namespace xom::core {
namespace {

void ExpectTooMany(const absl::Status& status) {
  ASSERT_NE(ReasonOf(status), nullptr) << status;
  EXPECT_EQ(ReasonOf(status)->reason, Reason::kTooManyWatches);
}

TEST(WatchCountsTest, ServerAndConnectionsHaveTheirBounds) {
  WatchCounts counts({.server = 4, .connection = 2});
  EXPECT_TRUE(counts.Add(1, "a").ok());
  EXPECT_TRUE(counts.Add(2, "a").ok());
  ExpectTooMany(counts.Add(3, "a"));
  EXPECT_TRUE(counts.Add(4, "b").ok());
  EXPECT_TRUE(counts.Add(5, "b").ok());
  ExpectTooMany(counts.Add(6, "c"));
  EXPECT_TRUE(counts.Remove(1));
  EXPECT_FALSE(counts.Remove(1));
  EXPECT_TRUE(counts.Add(7, "a").ok());
  EXPECT_EQ(counts.size(), 4u);
}

TEST(WatchCountsTest, ConnectionThatIsNotKnownIsNotBounded) {
  WatchCounts counts({.server = 3, .connection = 1});
  for (uint64_t id = 0; id < 3; ++id) EXPECT_TRUE(counts.Add(id, "").ok());
  ExpectTooMany(counts.Add(3, ""));
}

}  // namespace
}  // namespace xom::core
