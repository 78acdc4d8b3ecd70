#include "geo/point.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <s2/s2cell_id.h>

#include <cmath>
#include <limits>

#include "geo/random_points.h"

namespace xom::geo {
namespace {

using ::testing::HasSubstr;

constexpr double kInfinity = std::numeric_limits<double>::infinity();

TEST(PointTest, RefusesBadCoordinatesByName) {
  const struct {
    LatLng degrees;
    const char* message;
  } kCases[] = {
      {{90.5, 0}, "latitude 90.5"},         {{-91, 0}, "latitude -91"},
      {{std::nan(""), 0}, "latitude nan"},  {{kInfinity, 0}, "latitude inf"},
      {{0, 180.25}, "longitude 180.25"},    {{0, -181}, "longitude -181"},
      {{0, std::nan("")}, "longitude nan"}, {{0, -kInfinity}, "longitude -inf"},
  };
  for (const auto& c : kCases) {
    SCOPED_TRACE(c.message);
    const absl::StatusOr<Point> p = Point::FromDegrees(c.degrees);
    EXPECT_EQ(p.status().code(), absl::StatusCode::kInvalidArgument);
    EXPECT_THAT(std::string(p.status().message()), HasSubstr(c.message));
  }
}

TEST(PointTest, GivesBackExactlyWhatWasEntered) {
  RandomPoints random;
  SCOPED_TRACE(random.seed_message());
  for (int i = 0; i < 1'000; ++i) {
    const LatLng entered{random.Uniform(-90, 90), random.Uniform(-180, 180)};
    const Point p = *Point::FromDegrees(entered);
    EXPECT_EQ(p.degrees().latitude_degrees, entered.latitude_degrees);
    EXPECT_EQ(p.degrees().longitude_degrees, entered.longitude_degrees);
  }
  EXPECT_EQ(Point::FromDegrees({0, -180})->degrees().longitude_degrees, -180);
}

TEST(PointTest, EqualPositionsAreEqualHoweverWritten) {
  const auto at = [](double latitude, double longitude) {
    return *Point::FromDegrees({latitude, longitude});
  };
  EXPECT_EQ(at(12, 180), at(12, -180));
  EXPECT_EQ(at(12, 180).leaf_cell(), at(12, -180).leaf_cell());
  EXPECT_EQ(at(90, 0), at(90, 123));
  EXPECT_EQ(at(-90, -180), at(-90, 5));
  EXPECT_EQ(at(-90, -180).leaf_cell(), at(-90, 5).leaf_cell());
  EXPECT_EQ(at(0.0, -0.0), at(-0.0, 0.0));
  EXPECT_EQ(at(0.0, -0.0).leaf_cell(), at(-0.0, 0.0).leaf_cell());
  EXPECT_EQ(at(0, 0), Point());
  EXPECT_EQ(at(0, 0).leaf_cell(), Point().leaf_cell());
  EXPECT_NE(at(0, 0), at(0, 1e-9));
}

TEST(PointTest, LeafCellHoldsThePoint) {
  RandomPoints random;
  SCOPED_TRACE(random.seed_message());
  for (int i = 0; i < 1'000; ++i) {
    const Point p = random.Any();
    const S2CellId leaf(p.leaf_cell());
    ASSERT_TRUE(leaf.is_leaf());
    const UnitVector v = p.unit();
    EXPECT_EQ(LeafCell(v), p.leaf_cell());
    EXPECT_LT((leaf.ToPoint() - S2Point(v.x, v.y, v.z)).Norm(), 1e-8);
  }
}

TEST(PointTest, CellCentreSurvivesStorageAsDegrees) {
  RandomPoints random;
  SCOPED_TRACE(random.seed_message());
  for (int i = 0; i < 1'000; ++i) {
    const S2CellId cell = S2CellId(random.Any().leaf_cell())
                              .parent(static_cast<int>(random.Below(31)));
    const Point center = Point::FromCell(cell.id());
    EXPECT_TRUE(cell.contains(S2CellId(center.leaf_cell())));
    EXPECT_EQ(center, *Point::FromDegrees(center.degrees()));
  }
}

TEST(PointTest, ChordIsSymmetricAndBounded) {
  RandomPoints random;
  SCOPED_TRACE(random.seed_message());
  for (int i = 0; i < 1'000; ++i) {
    const Point a = random.Any();
    const Point b = random.Any({a});
    EXPECT_EQ(ChordLength2(a, b), ChordLength2(b, a));
    EXPECT_EQ(ChordLength2(a, b), ChordLength2(a.unit(), b.unit()));
    EXPECT_GE(ChordLength2(a, b), 0);
    EXPECT_LE(ChordLength2(a, b), kMaxChordLength2);
    EXPECT_EQ(ChordLength2(a, a), 0);
  }
}

TEST(PointTest, DistanceIsThatOfTheMeanSphere) {
  const double degree = kEarthRadiusMeters * 3.14159265358979323846 / 180;
  const auto meters = [](LatLng a, LatLng b) {
    return DistanceMeters(*Point::FromDegrees(a), *Point::FromDegrees(b));
  };
  EXPECT_NEAR(meters({0, 0}, {0, 1}), degree, 1e-6);
  EXPECT_NEAR(meters({0, 179.5}, {0, -179.5}), degree, 1e-6);
  EXPECT_NEAR(meters({89.5, 0}, {89.5, 180}), degree, 1e-6);
  EXPECT_NEAR(meters({90, 0}, {-90, 0}), 180 * degree, 0.1);
  EXPECT_NEAR(meters({10.77, 106.7}, {10.77, 106.7000001}),
              degree * 1e-7 * std::cos(10.77 * 3.14159265358979 / 180), 1e-8);
}

TEST(PointTest, MetersAndChordsConvertBothWays) {
  for (double meters : {0.0, 0.001, 1.0, 300.0, 5e4, 1e6, 1e7, 1.9e7}) {
    EXPECT_NEAR(MetersFromChordLength2(ChordLength2FromMeters(meters)), meters,
                1e-6);
  }
  EXPECT_EQ(ChordLength2FromMeters(2.1e7), kMaxChordLength2);
  EXPECT_EQ(ChordLength2FromMeters(kInfinity), kMaxChordLength2);
}

}  // namespace
}  // namespace xom::geo
