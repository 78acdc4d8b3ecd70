#include "loadtest/peers/resp_text.h"

#include <gtest/gtest.h>

namespace xom::loadtest {
namespace {

PeerQuery Query() {
  PeerQuery query;
  query.place = {10.5, 106.25};
  query.category = 3;
  query.k = 10;
  query.radius_meters = 250;
  return query;
}

PeerPoint Point(int64_t id, uint64_t categories) {
  PeerPoint point;
  point.id = id;
  point.place = {10.5, 106.25};
  point.categories = categories;
  return point;
}

TEST(RespTextTest, WordsHaveTheirLengthInBytes) {
  EXPECT_EQ(RespCommand({"PING"}), "*1\r\n$4\r\nPING\r\n");
  EXPECT_EQ(RespCommand({"SET", "", "xóm\r\n"}),
            "*3\r\n$3\r\nSET\r\n$0\r\n\r\n$6\r\nxóm\r\n\r\n");
}

TEST(RespTextTest, NumbersAreReadBackTheSame) {
  for (double number : {0.1, 106.70098712345678, -1e-7, 90.0}) {
    EXPECT_EQ(std::stod(ExactNumber(number)), number);
  }
}

TEST(RespTextTest, RedisTakesTheLongitudeFirst) {
  EXPECT_EQ(RedisQuery(Query()),
            RespCommand({"GEOSEARCH", "needs:3", "FROMLONLAT", "106.25", "10.5",
                         "BYRADIUS", ExactNumber(250 * 1.001 + 1), "m", "ASC",
                         "COUNT", "10"}));
}

TEST(RespTextTest, Tile38TakesTheLatitudeFirst) {
  EXPECT_EQ(Tile38Query(Query()),
            RespCommand({"NEARBY", "needs:3", "LIMIT", "10", "IDS", "POINT",
                         "10.5", "106.25"}));
  EXPECT_EQ(Tile38Add(2, Point(7, 4)),
            RespCommand({"SET", "needs:2", "7", "POINT", "10.5", "106.25"}));
}

TEST(RespTextTest, PointsGoIntoTheKeysOfTheirCategories) {
  EXPECT_EQ(RedisAdd(1, {Point(7, 0b10), Point(8, 0b01), Point(9, 0b11)}),
            RespCommand({"GEOADD", "needs:1", "106.25", "10.5", "7", "106.25",
                         "10.5", "9"}));
  EXPECT_EQ(RedisAdd(2, {Point(7, 0b10)}), "");
}

}  // namespace
}  // namespace xom::loadtest
