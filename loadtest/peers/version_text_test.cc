#include "loadtest/peers/version_text.h"

#include <gtest/gtest.h>

namespace xom::loadtest {
namespace {

TEST(VersionTextTest, IsTheFirstNumberWithAPoint) {
  EXPECT_EQ(VersionIn("Redis server v=7.0.15 sha=00000000:0 malloc=5.3.0"),
            "7.0.15");
  EXPECT_EQ(VersionIn("tile38-server version: 1.33.0"), "1.33.0");
  EXPECT_EQ(VersionIn("1 of 2: 3.5"), "3.5");
  EXPECT_EQ(VersionIn("none, or 12"), "");
  EXPECT_EQ(VersionIn(""), "");
}

TEST(VersionTextTest, AProgramIsAsked) {
  const auto version = VersionOf("/bin/echo", "v=1.2");
  ASSERT_TRUE(version.ok()) << version.status();
  EXPECT_EQ(*version, "1.2");
  EXPECT_EQ(VersionOf("/no/such/program", "").status().code(),
            absl::StatusCode::kNotFound);
}

}  // namespace
}  // namespace xom::loadtest
