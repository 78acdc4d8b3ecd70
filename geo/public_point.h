// Where the public sees something whose true place stays hidden: the centre of
// the coarse S2 cell that holds it.
//
// Every true point of a cell has the same public point, so searching, ordering
// and measuring by public points, however often, tells the cell and no more.
//
//   Point shown = PublicPoint(home, Precision::k300Meters);
#ifndef XOM_GEO_PUBLIC_POINT_H_
#define XOM_GEO_PUBLIC_POINT_H_

#include "geo/point.h"

namespace xom::geo {

// How finely the public may see a place. The names are the average edge of the
// cells; edges vary by about a third with the place on earth.
enum class Precision {
  kExact,      // the true point: for places that want to be found
  k150Meters,  // level 16, average edge 142 m: a few houses
  k300Meters,  // level 15, average edge 284 m: a block. The product default.
  k600Meters,  // level 14, average edge 567 m: a quarter
  k2400Meters  // level 12, average edge 2.3 km: a ward
};

inline constexpr Precision kDefaultPrecision = Precision::k300Meters;

// Returns the point shown for `true_point`. A function of the cell alone;
// applying it to its own result changes nothing. kExact returns `true_point`.
Point PublicPoint(const Point& true_point, Precision precision);

// The farthest that a public point can be from its true point, anywhere on
// earth. 0 for kExact; about 240 m for k300Meters.
double MaxPublicOffsetMeters(Precision precision);

}  // namespace xom::geo

#endif  // XOM_GEO_PUBLIC_POINT_H_
