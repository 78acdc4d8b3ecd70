#include "geo/region.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "geo/random_points.h"

namespace xom::geo {
namespace {

using ::testing::StartsWith;

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

Point At(double latitude, double longitude) {
  return *Point::FromDegrees({latitude, longitude});
}

void ExpectInvalid(const absl::StatusOr<Region>& region,
                   const std::string& start) {
  EXPECT_EQ(region.status().code(), absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(std::string(region.status().message()), StartsWith(start));
}

// Every point inside must be covered: the indexes rely on it.
void ExpectCovered(const Region& region, const Point& p) {
  if (!region.Contains(p)) return;
  const Disc disc = region.BoundingDisc();
  ASSERT_LE(ChordLength2(disc.center, p.unit()), disc.chord_length2);
  for (int max_cells : {1, 8, 30}) {
    bool covered = false;
    for (const CellRange& range : region.Covering(max_cells)) {
      covered |= range.first <= p.leaf_cell() && p.leaf_cell() <= range.last;
    }
    ASSERT_TRUE(covered) << p.degrees().latitude_degrees << ", "
                         << p.degrees().longitude_degrees;
  }
}

TEST(CircleTest, RefusesBadRadii) {
  for (double radius : {-1.0, kNan, 1.1 * kMaxRadiusMeters,
                        std::numeric_limits<double>::infinity()}) {
    ExpectInvalid(Region::Circle(At(0, 0), radius), "radius ");
  }
}

TEST(CircleTest, HoldsItsCentreAndItsEdge) {
  RandomPoints random;
  SCOPED_TRACE(random.seed_message());
  for (int i = 0; i < 500; ++i) {
    const Point center = random.Any();
    EXPECT_TRUE(Region::Circle(center, 0)->Contains(center));
    const double radius = std::exp(random.Uniform(0, 16));
    const Region circle = *Region::Circle(center, radius);
    for (int j = 0; j < 5; ++j) {
      const Point p = random.Near(center, radius);
      EXPECT_EQ(circle.Contains(p),
                ChordLength2(center, p) <= ChordLength2FromMeters(radius));
      ExpectCovered(circle, p);
    }
    ExpectCovered(circle, center);
  }
}

TEST(CircleTest, HalfTheCircumferenceIsTheWholeEarth) {
  const Region circle = *Region::Circle(At(10, 20), 20'015'200);
  EXPECT_TRUE(circle.Contains(At(-10, -160)));
  EXPECT_TRUE(
      Region::Circle(At(10, 20), kMaxRadiusMeters)->Contains(At(-10, -160)));
}

TEST(BoxTest, RefusesBadCorners) {
  ExpectInvalid(Region::Box({-91, 0}, {0, 0}), "south_west: latitude -91");
  ExpectInvalid(Region::Box({0, 0}, {0, 181}), "north_east: longitude 181");
  ExpectInvalid(Region::Box({kNan, 0}, {0, 0}), "south_west: latitude nan");
  ExpectInvalid(Region::Box({2, 0}, {1, 0}),
                "south latitude 2 is greater than north latitude 1");
}

TEST(BoxTest, HoldsWhatItsDegreesSay) {
  const struct {
    const char* what;
    LatLng south_west, north_east;
    std::vector<LatLng> inside, outside;
  } kCases[] = {
      {"plain",
       {0, 0},
       {10, 20},
       {{0, 0}, {10, 20}, {0, 20}, {10, 0}, {5, 5}},
       {{-0.001, 5}, {10.001, 5}, {5, -0.001}, {5, 20.001}, {5, 180}}},
      {"across the antimeridian",
       {-5, 170},
       {5, -170},
       {{0, 170}, {0, -170}, {0, 180}, {0, -180}, {5, 175}},
       {{0, 169.999}, {0, -169.999}, {0, 0}, {6, 180}}},
      {"up to 180", {0, 170}, {5, 180}, {{1, 180}, {1, -180}}, {{1, -179.9}}},
      {"from -180", {0, -180}, {5, -170}, {{1, 180}, {1, -180}}, {{1, 179.9}}},
      {"all longitudes",
       {0, -180},
       {5, 180},
       {{1, 0}, {1, 180}, {1, -180}, {1, 90}},
       {{6, 0}}},
      {"the antimeridian alone",
       {0, 180},
       {5, -180},
       {{1, 180}, {1, -180}},
       {{1, 179.9}, {1, -179.9}, {1, 0}}},
      {"a meridian", {0, 7}, {5, 7}, {{1, 7}}, {{1, 7.001}}},
      {"a single point", {1, 7}, {1, 7}, {{1, 7}}, {{1, 7.001}}},
      {"to the north pole",
       {80, 10},
       {90, 20},
       {{90, 10}, {90, -100}, {85, 15}},
       {{85, 30}}},
      {"from the south pole",
       {-90, 10},
       {-80, 20},
       {{-90, 0}, {-85, 15}},
       {{-85, 30}}},
      {"everything", {-90, -180}, {90, 180}, {{90, 0}, {-90, 0}, {1, 2}}, {}},
  };
  for (const auto& c : kCases) {
    SCOPED_TRACE(c.what);
    const Region box = *Region::Box(c.south_west, c.north_east);
    for (LatLng p : c.inside) {
      EXPECT_TRUE(box.Contains(*Point::FromDegrees(p)))
          << p.latitude_degrees << ", " << p.longitude_degrees;
      ExpectCovered(box, *Point::FromDegrees(p));
    }
    for (LatLng p : c.outside) {
      EXPECT_FALSE(box.Contains(*Point::FromDegrees(p)))
          << p.latitude_degrees << ", " << p.longitude_degrees;
    }
  }
}

// In radians the two edges may be one number: then it is a circle, not a line.
TEST(BoxTest, AllAroundButOneStepCoversAllItHolds) {
  for (double east = 120; east < 121; east += 1.0 / 64) {
    const double west = std::nextafter(east, 180);
    const Region box = *Region::Box({0, west}, {5, east});
    for (const double longitude : {west, east, -100.0, 0.0, 180.0}) {
      ASSERT_TRUE(box.Contains(At(1, longitude)));
      ExpectCovered(box, At(1, longitude));
    }
  }
}

TEST(BoxTest, CoversAllItHolds) {
  RandomPoints random;
  SCOPED_TRACE(random.seed_message());
  for (int i = 0; i < 500; ++i) {
    const LatLng a = random.Any().degrees();
    const LatLng b = random.Any().degrees();
    const LatLng south_west{std::min(a.latitude_degrees, b.latitude_degrees),
                            a.longitude_degrees};
    const LatLng north_east{std::max(a.latitude_degrees, b.latitude_degrees),
                            b.longitude_degrees};
    const Region box = *Region::Box(south_west, north_east);
    ASSERT_TRUE(box.Contains(*Point::FromDegrees(south_west)));
    ASSERT_TRUE(box.Contains(*Point::FromDegrees(north_east)));
    for (const LatLng& p :
         {south_west, north_east,
          LatLng{south_west.latitude_degrees, north_east.longitude_degrees},
          LatLng{north_east.latitude_degrees, south_west.longitude_degrees},
          random.Any().degrees()}) {
      ExpectCovered(box, *Point::FromDegrees(p));
    }
  }
}

TEST(WholeEarthTest, HoldsAll) {
  RandomPoints random;
  SCOPED_TRACE(random.seed_message());
  for (int i = 0; i < 100; ++i) {
    const Point p = random.Any();
    EXPECT_TRUE(Region::WholeEarth().Contains(p));
    ExpectCovered(Region::WholeEarth(), p);
  }
  EXPECT_EQ(Region::WholeEarth().Covering(8).size(), 1)
      << "touching ranges are merged";
}

TEST(RegionTest, CoveringIsSortedAndDisjoint) {
  RandomPoints random;
  SCOPED_TRACE(random.seed_message());
  for (int i = 0; i < 100; ++i) {
    const Region circle =
        *Region::Circle(random.Any(), std::exp(random.Uniform(0, 16)));
    uint64_t last = 0;
    EXPECT_LE(circle.CoveringCells(8).size(), 8);
    for (const CellRange& range : circle.Covering(8)) {
      EXPECT_GT(range.first, last);
      EXPECT_GE(range.last, range.first);
      last = range.last;
    }
  }
}

TEST(RegionTest, CopiesShareOneShape) {
  const Region a = *Region::Circle(At(0, 0), 100);
  const Region b = a;
  EXPECT_TRUE(b.Contains(At(0, 0)));
}

}  // namespace
}  // namespace xom::geo
