// Region::Polygon: every reason to refuse, what is inside, and what a hostile
// polygon costs.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <s2/s2loop.h>
#include <s2/s2polygon.h>

#include <cmath>
#include <limits>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "geo/random_points.h"
#include "geo/region.h"

namespace xom::geo {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
constexpr double kPi = 3.14159265358979323846;

const Ring kSquare = {{0, 0}, {0, 10}, {10, 10}, {10, 0}};

Ring Circle(const Point& center, double degrees, size_t vertices) {
  Ring ring;
  for (size_t i = 0; i < vertices; ++i) {
    const double angle =
        2 * kPi * static_cast<double>(i) / static_cast<double>(vertices);
    const LatLng c = center.degrees();
    ring.push_back({c.latitude_degrees + degrees * std::sin(angle),
                    c.longitude_degrees + degrees * std::cos(angle)});
  }
  return ring;
}

bool Holds(const Region& region, double latitude, double longitude) {
  return region.Contains(*Point::FromDegrees({latitude, longitude}));
}

TEST(PolygonTest, RefusesWithThePlaceOfTheFault) {
  const struct {
    const char* what;
    std::vector<Ring> rings;
    const char* start;
    const char* contains;
  } kCases[] = {
      {"no rings", {}, "polygon has no rings", ""},
      {"empty ring", {{}}, "ring 0, vertex 0: a ring needs 3", "has 0"},
      {"two vertices", {{{0, 0}, {1, 1}}}, "ring 0, vertex 2: ", "has 2"},
      {"closed line",
       {{{0, 0}, {1, 1}, {0, 0}}},
       "ring 0, vertex 2: a ring needs 3",
       "has 2"},
      {"latitude",
       {kSquare, {{0, 0}, {0, 1}, {91, 1}}},
       "ring 1, vertex 2: latitude 91",
       ""},
      {"longitude", {{{0, 0}, {0, 181}, {1, 1}}}, "ring 0, vertex 1: ", "181"},
      {"nan", {{{0, 0}, {0, kNan}, {1, 1}}}, "ring 0, vertex 1: ", "nan"},
      {"zero-length edge",
       {{{0, 0}, {0, 1}, {0, 1}, {1, 1}}},
       "ring 0, vertex 2: edge of length zero",
       "vertex 1"},
      {"zero-length edge over the antimeridian",
       {{{0, 179}, {0, 180}, {0, -180}, {1, 179}}},
       "ring 0, vertex 2: edge of length zero",
       ""},
      {"closed twice",
       {{{0, 0}, {0, 1}, {1, 1}, {0, 0}, {0, 0}}},
       "ring 0, vertex 3: duplicate of vertex 0",
       ""},
      {"duplicate",
       {{{0, 0}, {0, 1}, {1, 1}, {0, 1}, {-1, 0}}},
       "ring 0, vertex 3: duplicate of vertex 1",
       ""},
      {"duplicate pole",
       {{{80, 0}, {90, 0}, {80, 90}, {90, 90}}},
       "ring 0, vertex 3: duplicate of vertex 1",
       ""},
      {"antipodes",
       {{{0, 0}, {0, 180}, {10, 90}}},
       "ring 0, vertex 0: ",
       "antipode"},
      {"no area on a meridian",
       {{{0, 7}, {10, 7}, {20, 7}}},
       "ring 0, vertex 0: the ring has no area",
       ""},
      {"no area on the equator",
       {{{0, 0}, {0, 10}, {0, 25}}},
       "ring 0, vertex 0: the ring has no area",
       ""},
      {"bow tie",
       {{{0, 0}, {10, 10}, {0, 10}, {10, 0}}},
       "ring 0, vertex 0: ",
       "the edge from vertex 0 to 1 crosses the edge from vertex 2 to 3 of "
       "ring 0"},
      {"rings cross",
       {kSquare, {{5, 5}, {5, 15}, {15, 15}, {15, 5}}},
       "ring 0, vertex 1: ",
       "crosses the edge from vertex 0 to 1 of ring 1"},
      {"rings cross in a vertex",
       {{{0, 0}, {0, 10}, {10, 5}}, {{-5, 5}, {10, 5}, {-5, 6}, {20, 5.5}}},
       "ring ",
       "cross"},
      {"the same ring twice",
       {kSquare, kSquare},
       "ring 0, vertex ",
       "is also the edge"},
      {"shared edge",
       {kSquare, {{0, 10}, {0, 20}, {10, 20}, {10, 10}}},
       "ring 0, vertex 1: ",
       "is also the edge from vertex 3 to 0 of ring 1"},
      {"antimeridian, clockwise",
       {{{-80, -170}, {-80, 170}, {80, 170}, {80, -170}}},
       "ring 0, vertex 0: larger than a hemisphere",
       "must wind counter-clockwise"},
      {"the world map, clockwise",
       {{{-85, -175},
         {0, -175},
         {85, -175},
         {85, -60},
         {85, 60},
         {85, 175},
         {0, 175},
         {-85, 175},
         {-85, 60},
         {-85, -60}}},
       "ring 0, vertex 0: larger than a hemisphere",
       ""},
      {"the world map, counter-clockwise",
       {{{-85, -175},
         {-85, -60},
         {-85, 60},
         {-85, 175},
         {0, 175},
         {85, 175},
         {85, 60},
         {85, -60},
         {85, -175},
         {0, -175}}},
       "ring 0, vertex 0: larger than a hemisphere",
       ""},
  };
  for (const auto& c : kCases) {
    SCOPED_TRACE(c.what);
    const absl::StatusOr<Region> region = Region::Polygon(c.rings);
    EXPECT_EQ(region.status().code(), absl::StatusCode::kInvalidArgument);
    EXPECT_THAT(std::string(region.status().message()), StartsWith(c.start));
    EXPECT_THAT(std::string(region.status().message()), HasSubstr(c.contains));
  }
}

TEST(PolygonTest, NamesRingsAsTheCallerDoes) {
  const std::vector<Ring> rings = {kSquare, {{0, 0}, {0, 1}}};
  const absl::StatusOr<Region> region =
      Region::Polygon(rings, {"outline", "lake"});
  EXPECT_THAT(std::string(region.status().message()),
              StartsWith("lake, vertex 2: "));
}

TEST(PolygonTest, LimitsVerticesAndRings) {
  const Ring large = Circle(Point(), 5, kMaxPolygonVertices);
  EXPECT_TRUE(Region::Polygon({large}).ok());
  Ring closed = large;
  closed.push_back(large.front());
  EXPECT_TRUE(Region::Polygon({closed}).ok());
  for (const std::vector<Ring>& rings :
       {std::vector<Ring>{Circle(Point(), 5, kMaxPolygonVertices + 2)},
        std::vector<Ring>{large, Circle(Point(), 1, 6)}}) {
    EXPECT_THAT(std::string(Region::Polygon(rings).status().message()),
                HasSubstr("more than 10000 vertices"));
  }
  std::vector<Ring> many;
  for (size_t i = 0; i <= kMaxPolygonRings; ++i) {
    many.push_back(
        Circle(RandomPoints::At(0, 0.3 * static_cast<double>(i)), 0.1, 3));
  }
  EXPECT_THAT(std::string(Region::Polygon(many).status().message()),
              StartsWith("polygon has 513 rings; at most 512"));
  many.pop_back();
  EXPECT_TRUE(Region::Polygon(many).ok());
}

TEST(PolygonTest, WindsEitherWayAwayFromTheAntimeridian) {
  Ring clockwise(kSquare.rbegin(), kSquare.rend());
  Ring closed = kSquare;
  closed.push_back(closed.front());
  for (const Ring& ring : {kSquare, clockwise, closed}) {
    const absl::StatusOr<Region> region = Region::Polygon({ring});
    ASSERT_TRUE(region.ok()) << region.status();
    EXPECT_TRUE(Holds(*region, 5, 5));
    EXPECT_FALSE(Holds(*region, 5, 11));
    EXPECT_FALSE(Holds(*region, -5, -175));
  }
}

// Bent by the sphere, the ring is wound the other way than on the map.
TEST(PolygonTest, TakesTheInsideOfAThinRingThatTheSphereTurns) {
  for (const Ring& ring : {Ring{{60, 0}, {60, 90}, {60.5, 45}},
                           Ring{{60.5, 45}, {60, 90}, {60, 0}}}) {
    const absl::StatusOr<Region> region = Region::Polygon({ring});
    ASSERT_TRUE(region.ok()) << region.status();
    EXPECT_TRUE(Holds(*region, 65, 45));
    EXPECT_FALSE(Holds(*region, 50, 45));
  }
}

TEST(PolygonTest, CrossesTheAntimeridianCounterClockwise) {
  const absl::StatusOr<Region> region =
      Region::Polygon({{{-80, 170}, {-80, -170}, {80, -170}, {80, 170}}});
  ASSERT_TRUE(region.ok()) << region.status();
  EXPECT_TRUE(Holds(*region, 0, 180));
  EXPECT_TRUE(Holds(*region, 0, -175));
  EXPECT_FALSE(Holds(*region, 0, 0));
  EXPECT_FALSE(Holds(*region, 0, 165));
}

TEST(PolygonTest, SurroundsAPole) {
  const absl::StatusOr<Region> region =
      Region::Polygon({{{60, -120}, {60, 0}, {60, 120}}});
  ASSERT_TRUE(region.ok()) << region.status();
  EXPECT_TRUE(Holds(*region, 90, 0));
  EXPECT_TRUE(Holds(*region, 85, 77));
  EXPECT_FALSE(Holds(*region, 50, 0));
}

TEST(PolygonTest, HolesAndIslandsAlternateInAnyOrder) {
  const Ring outer = {{0, 0}, {0, 30}, {30, 30}, {30, 0}};
  const Ring hole = {{5, 5}, {5, 25}, {25, 25}, {25, 5}};
  const Ring island = {{10, 10}, {10, 20}, {20, 20}, {20, 10}};
  const Ring apart = {{0, 50}, {0, 60}, {10, 60}, {10, 50}};
  Ring hole_reversed(hole.rbegin(), hole.rend());
  for (const std::vector<Ring>& rings :
       {std::vector<Ring>{outer, hole, island, apart},
        std::vector<Ring>{apart, island, hole_reversed, outer}}) {
    const absl::StatusOr<Region> region = Region::Polygon(rings);
    ASSERT_TRUE(region.ok()) << region.status();
    EXPECT_TRUE(Holds(*region, 2, 2));
    EXPECT_FALSE(Holds(*region, 7, 7));
    EXPECT_TRUE(Holds(*region, 15, 15));
    EXPECT_TRUE(Holds(*region, 5, 55));
    EXPECT_FALSE(Holds(*region, 5, 45));
  }
}

TEST(PolygonTest, RingsMayTouchInAVertex) {
  const absl::StatusOr<Region> beside =
      Region::Polygon({kSquare, {{10, 10}, {10, 20}, {20, 20}, {20, 10}}});
  EXPECT_TRUE(beside.ok()) << beside.status();
  const absl::StatusOr<Region> inside =
      Region::Polygon({kSquare, {{0, 0}, {2, 6}, {6, 2}}});
  ASSERT_TRUE(inside.ok()) << inside.status();
  EXPECT_FALSE(Holds(*inside, 2, 2));
  EXPECT_TRUE(Holds(*inside, 8, 8));
}

TEST(PolygonTest, NeighboursShareNoPointOfTheirBorder) {
  RandomPoints random;
  SCOPED_TRACE(random.seed_message());
  const Region west = *Region::Polygon({kSquare});
  const Region east =
      *Region::Polygon({{{0, 10}, {0, 20}, {10, 20}, {10, 10}}});
  for (int i = 0; i < 100; ++i) {
    const double latitude = random.Uniform(0, 10);
    EXPECT_NE(Holds(west, latitude, 10), Holds(east, latitude, 10));
  }
}

// The verdict on crossings and the inside agree with S2's own, slower way.
TEST(PolygonTest, AgreesWithS2OnRandomRings) {
  RandomPoints random;
  SCOPED_TRACE(random.seed_message());
  int valid = 0;
  for (int round = 0; round < 3'000; ++round) {
    // A grid makes shared vertices, shared edges and collinear points common.
    std::vector<Ring> rings(1 + random.Below(2));
    std::vector<std::unique_ptr<S2Loop>> loops;
    for (Ring& ring : rings) {
      const size_t n = 3 + random.Below(3);
      while (ring.size() < n) {
        const LatLng v{static_cast<double>(random.Below(5)),
                       static_cast<double>(random.Below(5))};
        const auto same = [&](const LatLng& o) {
          return o.latitude_degrees == v.latitude_degrees &&
                 o.longitude_degrees == v.longitude_degrees;
        };
        if (std::none_of(ring.begin(), ring.end(), same)) ring.push_back(v);
      }
      std::vector<S2Point> vertices;
      for (LatLng v : ring) {
        const Point p = *Point::FromDegrees(v);
        const UnitVector unit = p.unit();
        vertices.emplace_back(unit.x, unit.y, unit.z);
      }
      loops.push_back(std::make_unique<S2Loop>(vertices, S2Debug::DISABLE));
    }
    const absl::StatusOr<Region> region = Region::Polygon(rings);
    if (absl::StrContains(region.status().message(), "no area")) continue;
    bool s2_valid = true;
    S2Error error;
    for (auto& loop : loops) {
      s2_valid = s2_valid && !loop->FindValidationError(&error);
    }
    if (!s2_valid) {
      EXPECT_FALSE(region.ok());
      continue;
    }
    for (auto& loop : loops) loop->Normalize();
    S2Polygon polygon;
    polygon.set_s2debug_override(S2Debug::DISABLE);
    polygon.InitNested(std::move(loops));
    ASSERT_EQ(!polygon.FindValidationError(&error), region.ok())
        << region.status() << error;
    if (!region.ok()) continue;
    ++valid;
    for (int i = 0; i < 20; ++i) {
      const Point p =
          RandomPoints::At(random.Uniform(-1, 5), random.Uniform(-1, 5));
      EXPECT_EQ(region->Contains(p),
                polygon.Contains(S2Point(p.unit().x, p.unit().y, p.unit().z)));
    }
  }
  EXPECT_GT(valid, 300);
}

TEST(PolygonTest, CoversAllItHolds) {
  RandomPoints random;
  SCOPED_TRACE(random.seed_message());
  for (int i = 0; i < 200; ++i) {
    const Point center =
        RandomPoints::At(random.Uniform(-70, 70), random.Uniform(-150, 150));
    const double degrees = random.Uniform(0.001, 10);
    const Region region = *Region::Polygon({Circle(center, degrees, 17)});
    const std::vector<CellRange> ranges = region.Covering(8);
    const Disc disc = region.BoundingDisc();
    for (int j = 0; j < 50; ++j) {
      const Point p = random.Near(center, degrees * 111'195);
      if (!region.Contains(p)) continue;
      EXPECT_LE(ChordLength2(disc.center, p.unit()), disc.chord_length2);
      EXPECT_TRUE(std::any_of(
          ranges.begin(), ranges.end(), [&](const CellRange& range) {
            return range.first <= p.leaf_cell() && p.leaf_cell() <= range.last;
          }));
    }
  }
}

// Goal: no polygon within the limits costs more than a fraction of a second.
// Method: the shapes whose edges are long, crowded, collinear or all crossing.
class HostilePolygonTest : public ::testing::TestWithParam<int> {
 protected:
  static constexpr size_t kHalf = kMaxPolygonVertices / 2;

  static Ring Comb(double tooth_degrees, double gap_degrees,
                   size_t half = kHalf) {
    Ring ring;
    for (size_t i = 0; i < half - 1; ++i) {
      const double x = gap_degrees * static_cast<double>(i);
      ring.push_back({i % 2 == 0 ? 0.0 : tooth_degrees, x});
    }
    ring.push_back({-1, gap_degrees * static_cast<double>(half)});
    ring.push_back({-1, -gap_degrees});
    return ring;
  }

  static Ring Star(size_t vertices, size_t step) {
    Ring ring;
    for (size_t i = 0; i < vertices; ++i) {
      const double angle = 2 * kPi * static_cast<double>(i * step % vertices) /
                           static_cast<double>(vertices);
      ring.push_back({40 * std::sin(angle), 40 * std::cos(angle)});
    }
    return ring;
  }

  // Out and back along the equator, a hair apart or exactly on it.
  static Ring Collinear(size_t vertices, double north, double stride) {
    Ring ring;
    for (size_t i = 0; i < vertices; ++i) {
      const double x = std::fmod(stride * static_cast<double>(i), 80.0);
      ring.push_back({0, x + 1e-9 * static_cast<double>(i)});
    }
    ring.push_back({north, 40});
    return ring;
  }

  static std::vector<Ring> Fan(bool collinear,
                               size_t count = kMaxPolygonRings) {
    std::vector<Ring> rings;
    for (size_t i = 0; i < count; ++i) {
      const double x = 10 + 0.05 * static_cast<double>(i);
      rings.push_back(collinear ? Ring{{0, 0}, {0, x}, {1e-13, x}}
                                : Ring{{0, 0}, {x, 40}, {x + 0.03, 40}});
    }
    return rings;
  }

  static std::vector<Ring> Nested() {
    std::vector<Ring> rings;
    for (size_t i = 0; i < kMaxPolygonRings; ++i) {
      rings.push_back(Circle(Point(), 1 + 0.1 * static_cast<double>(i), 19));
    }
    return rings;
  }

  static std::vector<Ring> Shape(int number) {
    switch (number) {
      case 0:
        return {Comb(80, 1e-6)};
      case 1:
        return {Comb(1e-3, 1e-9)};
      case 2:
        return {Star(9'999, 4'999)};
      case 3:
        return {Star(2'001, 1'000)};
      case 4:
        return {Collinear(9'000, 10, 37.7)};
      case 5:
        return {Collinear(2'000, 1, 37.7)};
      case 6:
        return {Collinear(9'000, 10, 0.001)};
      case 7:
        return Fan(false);
      case 8:
        return Fan(true);
      case 9:
        return Nested();
      case 10:
        return {Comb(80, 1e-13)};
      case 11:
        return {Collinear(150, 1, 37.7)};
      case 12:
        return {Comb(80, 1e-6, 1'100)};
      case 13:
        return {Comb(80, 1e-12, 1'100)};
      case 14:
        return {Comb(80, 1e-12, 140)};
      case 15:
        return Fan(true, 200);
      case 16:
        return Fan(false, 200);
      default:
        return {Circle(RandomPoints::At(89.9, 0), 0.05, 9'000)};
    }
  }
};

// The processor's time: a busy machine makes nothing slow.
absl::Duration ThreadTime() {
  timespec time;
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return absl::DurationFromTimespec(time);
}

TEST_P(HostilePolygonTest, IsJudgedQuickly) {
  const std::vector<Ring> rings = Shape(GetParam());
  const absl::Duration start = ThreadTime();
  const absl::StatusOr<Region> region = Region::Polygon(rings);
  if (region.ok()) region->Covering(16);
  const absl::Duration took = ThreadTime() - start;
  RecordProperty("milliseconds",
                 static_cast<int>(absl::ToInt64Milliseconds(took)));
  // Ten times what it takes, far below what it takes without the bounds.
#ifdef __OPTIMIZE__
  EXPECT_LT(took, absl::Seconds(3)) << region.status();
#else
  EXPECT_LT(took, absl::Seconds(60)) << region.status();
#endif
}

INSTANTIATE_TEST_SUITE_P(Shapes, HostilePolygonTest, ::testing::Range(0, 18));

}  // namespace
}  // namespace xom::geo
