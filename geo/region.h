// An area on the earth that a search or a watch is limited to.
//
//   absl::StatusOr<Region> near = Region::Circle(home, 2'000);
//   if (!near.ok()) return near.status();
//   if (near->Contains(p)) ...
//
// A Region is an immutable value: copying costs a reference count, and any
// number of threads may use one at the same time.
//
// Every failure is INVALID_ARGUMENT. Messages about a polygon begin with the
// place of the fault: "ring 0, vertex 3: ...", both counted from 0.
#ifndef XOM_GEO_REGION_H_
#define XOM_GEO_REGION_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "geo/point.h"

namespace xom::geo {

// Radii beyond this are a mistake of units. It is far more than half the
// circumference (20,015 km), from where on a circle is the whole earth.
inline constexpr double kMaxRadiusMeters = 100'000'000;

// Together, over all rings of one region.
inline constexpr size_t kMaxPolygonVertices = 10'000;
inline constexpr size_t kMaxPolygonRings = 512;

// Bounds the work of checking that edges do not cross: how many pairs of edges
// may lie so near each other that they must be compared. A coastline of 10,000
// vertices has some 300,000; ten times that is a comb made to cost time.
inline constexpr size_t kMaxPolygonEdgePairs = 3'000'000;

// Of those, how many may be so close to collinear that floating point cannot
// tell their sides apart, and slow exact arithmetic must.
inline constexpr size_t kMaxPolygonExactPairs = 20'000;

// The vertices of a closed line. Repeating the first vertex at the end is
// allowed and changes nothing.
using Ring = std::vector<LatLng>;

// The leaf cells from `first` to `last`, both included, on the S2 curve.
struct CellRange {
  uint64_t first = 0;
  uint64_t last = 0;
};

// All points at most that squared chord from the centre; at first, the earth.
struct Disc {
  UnitVector center;
  double chord_length2 = kMaxChordLength2;
};

class Region {
 public:
  // All points at most `radius_meters` from the centre, edge included. 0 is
  // the centre alone; half the circumference or more is the whole earth.
  // Fails when the radius is not finite, negative or above kMaxRadiusMeters.
  static absl::StatusOr<Region> Circle(const Point& center,
                                       double radius_meters);

  // A rectangle of latitudes and longitudes, edges included. A west greater
  // than the east crosses the antimeridian; -180 to 180 is every longitude,
  // 180 to -180 the antimeridian alone. A box that reaches a pole holds it.
  // Fails on bad coordinates (as Point::FromDegrees) or south > north.
  static absl::StatusOr<Region> Box(LatLng south_west, LatLng north_east);

  // A point is inside when an odd number of rings surrounds it: several
  // areas, holes, and islands in holes all work, in any order of rings. Edges
  // are the shortest lines on the sphere, not lines on a flat map. Of two
  // polygons that share an edge, exactly one holds each point of it.
  //
  // A ring may wind either way as long as no edge spans more than 180 degrees
  // of longitude: its inside is what a map of the world shows inside. A ring
  // with such an edge crosses the antimeridian and must wind counter-clockwise
  // (the area on the left), since a map does not tell.
  //
  // Fails on: no rings; too many rings or vertices; bad coordinates; fewer
  // than 3 vertices; equal vertices; an edge between antipodes; no area
  // (thinner than about 6 nm); more than a hemisphere; edges that cross; rings
  // that cross or share an edge (a shared vertex is fine); edges too crowded
  // to check (kMaxPolygonEdgePairs, kMaxPolygonExactPairs).
  //
  // `ring_names` take the place of "ring 0", ... in messages when not empty.
  // REQUIRES: ring_names is empty or as long as rings.
  static absl::StatusOr<Region> Polygon(
      absl::Span<const Ring> rings,
      absl::Span<const std::string> ring_names = {});

  static Region WholeEarth();

  bool Contains(const Point& point) const;
  // The same, faster, where the unit vector of the point is at hand.
  bool Contains(const Point& point, const UnitVector& unit) const;

  // A disc that holds every point of the region: of a box hardly wider than the
  // least, of a polygon that of the box around it. Of what is wider than half
  // of the circle of longitudes, the whole earth.
  Disc BoundingDisc() const;

  // S2 cells, sorted and disjoint, that together hold every point of the
  // region and usually more. At most `max_cells` of them, except that up to 6
  // may be needed whatever the bound. 8 fits most shapes well; the cost is
  // tens of microseconds.
  std::vector<uint64_t> CoveringCells(int max_cells) const;

  // The same as ranges of leaf cells; neighbours that touch are merged.
  std::vector<CellRange> Covering(int max_cells) const;

  class Shape;  // internal to region.cc and its kin

 private:
  explicit Region(std::shared_ptr<const Shape> shape);

  std::shared_ptr<const Shape> shape_;  // never null
};

}  // namespace xom::geo

#endif  // XOM_GEO_REGION_H_
