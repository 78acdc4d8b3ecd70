#include "geo/public_point.h"

#include <gtest/gtest.h>
#include <s2/s2cell_id.h>

#include "geo/random_points.h"

namespace xom::geo {
namespace {

const struct {
  Precision precision;
  int level;
} kCoarse[] = {{Precision::k150Meters, 16},
               {Precision::k300Meters, 15},
               {Precision::k600Meters, 14},
               {Precision::k2400Meters, 12}};

TEST(PublicPointTest, ExactIsTheTruePoint) {
  const Point p = *Point::FromDegrees({10.7769, 106.7009});
  EXPECT_EQ(PublicPoint(p, Precision::kExact), p);
  EXPECT_EQ(MaxPublicOffsetMeters(Precision::kExact), 0);
}

TEST(PublicPointTest, IsIdempotentAndWithinTheBound) {
  RandomPoints random;
  SCOPED_TRACE(random.seed_message());
  for (const auto& [precision, level] : kCoarse) {
    const double bound = MaxPublicOffsetMeters(precision);
    double worst = 0;
    for (int i = 0; i < 20'000; ++i) {
      const Point p = random.Any();
      const Point shown = PublicPoint(p, precision);
      ASSERT_EQ(PublicPoint(shown, precision), shown);
      // Also after the shown point went over the wire as degrees.
      ASSERT_EQ(PublicPoint(*Point::FromDegrees(shown.degrees()), precision),
                shown);
      worst = std::max(worst, DistanceMeters(p, shown));
    }
    EXPECT_LE(worst, bound);
    EXPECT_GE(worst, bound * 0.7) << "the bound should say something";
  }
}

TEST(PublicPointTest, TellsNothingBeyondTheCell) {
  RandomPoints random;
  SCOPED_TRACE(random.seed_message());
  for (const auto& [precision, level] : kCoarse) {
    for (int i = 0; i < 200; ++i) {
      const Point p = random.Any();
      const S2CellId cell = S2CellId(p.leaf_cell()).parent(level);
      for (S2CellId other : {cell.range_min(), cell.range_max(),
                             cell.child(0).range_max(), cell.child(2)}) {
        const Point q = Point::FromCell(other.id());
        if (!cell.contains(S2CellId(q.leaf_cell()))) continue;  // rounding
        EXPECT_EQ(PublicPoint(q, precision), PublicPoint(p, precision));
      }
    }
  }
}

}  // namespace
}  // namespace xom::geo
