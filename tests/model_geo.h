// Geometry by brute force, written without a line of geo/: what the model
// tests hold the server's answers against.
#ifndef XOM_TESTS_MODEL_GEO_H_
#define XOM_TESTS_MODEL_GEO_H_

#include <utility>
#include <vector>

#include "google/type/latlng.pb.h"
#include "xom/v1/region.pb.h"

namespace xom::tests {

using google::type::LatLng;

LatLng MakeLatLng(double latitude, double longitude);

// Along the ground, on the sphere of radius 6,371,008.8 m, in long double.
long double MetersBetween(const LatLng& a, const LatLng& b);

// Whether both are the same position: -180 is 180, a pole has all longitudes.
bool SamePosition(const LatLng& a, const LatLng& b);

// What two positions share when they are the same: latitude and longitude.
std::pair<double, double> PositionKey(const LatLng& position);

// Whether the region holds the position. Polygons: one convex ring, given
// counter-clockwise. REQUIRES: no geo_json.
bool RegionHolds(const v1::Region& region, const LatLng& position);

// The polygon as GeoJSON, for the same answers by another way.
v1::Region AsGeoJson(const v1::Region& polygon);

}  // namespace xom::tests

#endif  // XOM_TESTS_MODEL_GEO_H_
