// What each kind of Region implements. Internal to geo/.
#ifndef XOM_GEO_REGION_SHAPE_H_
#define XOM_GEO_REGION_SHAPE_H_

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "geo/region.h"

class S2LatLngRect;
class S2Region;

namespace xom::geo {

// Immutable, so thread-safe.
class Region::Shape {
 public:
  virtual ~Shape() = default;
  // `unit` is that of the point.
  virtual bool Contains(const Point& point, const UnitVector& unit) const = 0;
  // Holds the unit vector of every point that Contains accepts, rounding
  // included.
  virtual Disc BoundingDisc() const = 0;
  // Holds the leaf cell of every point that Contains accepts, rounding
  // included.
  virtual std::vector<uint64_t> CoveringCells(int max_cells) const = 0;
};

// The covering S2 finds for `region`, sorted.
std::vector<uint64_t> CoverWithCells(const S2Region& region, int max_cells);

// A disc around a box of latitudes and longitudes.
Disc DiscAround(const S2LatLngRect& box);

// The shape of Region::Polygon, with its failures.
absl::StatusOr<std::shared_ptr<const Region::Shape>> MakePolygonShape(
    absl::Span<const Ring> rings, absl::Span<const std::string> ring_names);

}  // namespace xom::geo

#endif  // XOM_GEO_REGION_SHAPE_H_
