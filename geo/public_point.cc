#include "geo/public_point.h"

#include <s2/s2cell_id.h>
#include <s2/s2metrics.h>

namespace xom::geo {
namespace {

int CellLevel(Precision precision) {
  switch (precision) {
    case Precision::kExact:
      return S2CellId::kMaxLevel;
    case Precision::k150Meters:
      return 16;
    case Precision::k300Meters:
      return 15;
    case Precision::k600Meters:
      return 14;
    case Precision::k2400Meters:
      return 12;
  }
  // A value from outside the enum must not reveal more than the default does.
  return CellLevel(kDefaultPrecision);
}

}  // namespace

Point PublicPoint(const Point& true_point, Precision precision) {
  if (precision == Precision::kExact) return true_point;
  return Point::FromCell(
      S2CellId(true_point.leaf_cell()).parent(CellLevel(precision)).id());
}

double MaxPublicOffsetMeters(Precision precision) {
  if (precision == Precision::kExact) return 0;
  // The centre halves a cell on the cube, not quite on the sphere: at level 12
  // one half can be longer by a few parts in ten thousand.
  constexpr double kUnevenHalves = 1.01;
  return S2::kMaxDiag.GetValue(CellLevel(precision)) / 2 * kUnevenHalves *
         kEarthRadiusMeters;
}

}  // namespace xom::geo
