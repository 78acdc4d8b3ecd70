#include "loadtest/peers/postgis_text.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "absl/strings/escaping.h"

namespace xom::loadtest {
namespace {

using testing::AllOf;
using testing::Contains;
using testing::EndsWith;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

TEST(PostgisTextTest, AQueryAsksForTheNearestOfACategory) {
  EXPECT_EQ(PostgisQuery(2, 10),
            "SELECT id FROM needs WHERE (categories & '4'::bigint) <> 0 "
            "ORDER BY place <-> $1::geography LIMIT 10");
  EXPECT_NE(PostgisQueryName(1, 10), PostgisQueryName(1, 1));
  EXPECT_NE(PostgisQueryName(1, 10), PostgisQueryName(2, 10));
  EXPECT_NE(PostgisQueryName(1, 10), PostgisQueryName(11, 0));
}

TEST(PostgisTextTest, TheLastBitIsTheSign) {
  EXPECT_THAT(PostgisQuery(63, 1),
              HasSubstr("& '-9223372036854775808'::bigint"));
  PeerPoint point;
  point.id = 7;
  point.categories = uint64_t{1} << 63;
  EXPECT_EQ(PostgisLines({point}), "7\t-9223372036854775808\t0\t0\n");
}

TEST(PostgisTextTest, APlaceIsWellKnownBinary) {
  // SELECT ST_AsEWKB('SRID=4326;POINT(106.5 -10.25)', 'NDR').
  EXPECT_EQ(absl::BytesToHexString(PostgisPlace({-10.25, 106.5})),
            "0101000020e61000000000000000a05a4000000000008024c0");
}

TEST(PostgisTextTest, LinesKeepEveryDigit) {
  PeerPoint point;
  point.id = 1;
  point.categories = 5;
  point.place = {0.1, 106.123456789012345};
  EXPECT_EQ(PostgisLines({point, point}),
            "1\t5\t106.12345678901235\t0.10000000000000001\n"
            "1\t5\t106.12345678901235\t0.10000000000000001\n");
}

TEST(PostgisTextTest, EachCategoryThatIsUsedHasAnIndex) {
  const auto commands = PostgisAfterLoad(0b101, PostgisOrder::kAsGiven);
  EXPECT_THAT(commands,
              Contains(AllOf(StartsWith("CREATE INDEX needs_0 "),
                             EndsWith("(categories & '1'::bigint) <> 0"))));
  EXPECT_THAT(commands,
              Contains(AllOf(StartsWith("CREATE INDEX needs_2 "),
                             EndsWith("(categories & '4'::bigint) <> 0"))));
  EXPECT_THAT(commands, Not(Contains(HasSubstr("needs_1"))));
  EXPECT_THAT(commands.back(), StartsWith("VACUUM"));
}

TEST(PostgisTextTest, RowsAreSortedOnlyWhenAsked) {
  EXPECT_THAT(PostgisAfterLoad(1, PostgisOrder::kAsGiven),
              Not(Contains(HasSubstr("ORDER BY"))));
  EXPECT_THAT(PostgisAfterLoad(1, PostgisOrder::kByPlace),
              Contains(HasSubstr("ORDER BY")));
}

}  // namespace
}  // namespace xom::loadtest
