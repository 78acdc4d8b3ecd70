// Reads an area from GeoJSON (RFC 7946).
//
//   absl::StatusOr<Region> ward = RegionFromGeoJson(R"({
//       "type": "Polygon",
//       "coordinates": [[[106.69, 10.77], [106.71, 10.77], [106.70, 10.79],
//                        [106.69, 10.77]]]})");
#ifndef XOM_GEO_GEOJSON_H_
#define XOM_GEO_GEOJSON_H_

#include <cstddef>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "geo/region.h"

namespace xom::geo {

inline constexpr size_t kMaxGeoJsonBytes = 1 << 20;

// Arrays and objects inside each other. A FeatureCollection needs 8; the rest
// is for what people keep in `properties`.
inline constexpr int kMaxGeoJsonDepth = 32;

// Accepts a Polygon, a MultiPolygon, a Feature of one of these, or a
// FeatureCollection of such Features. All rings found make one Region by the
// rules of Region::Polygon (a point is inside an odd number of rings), so
// areas of one document may touch in vertices but not overlap.
//
// Positions are longitude, latitude; an altitude and any further members
// (bbox, crs, properties, ...) are ignored. Rings need not be closed and may
// wind either way as Region::Polygon allows.
//
// INVALID_ARGUMENT when the text is too long, too deep, not JSON or not an
// area. The message begins with the place: "coordinates[0][3]: ..." or
// "features[1].geometry.coordinates[0], vertex 3: ...".
absl::StatusOr<Region> RegionFromGeoJson(absl::string_view json);

}  // namespace xom::geo

#endif  // XOM_GEO_GEOJSON_H_
