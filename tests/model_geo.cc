#include "tests/model_geo.h"

#include <algorithm>
#include <cmath>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"

namespace xom::tests {
namespace {

constexpr long double kRadiusMeters = 6'371'008.8L;
constexpr long double kRadian = 3.14159265358979323846264338327950288L / 180;

struct Vector {
  long double x, y, z;
};

Vector ToVector(const LatLng& p) {
  const long double lat = p.latitude() * kRadian;
  const long double lng = p.longitude() * kRadian;
  return {std::cos(lat) * std::cos(lng), std::cos(lat) * std::sin(lng),
          std::sin(lat)};
}

Vector Cross(const Vector& a, const Vector& b) {
  return {a.y * b.z - a.z * b.y, a.z * b.x - a.x * b.z, a.x * b.y - a.y * b.x};
}

long double Dot(const Vector& a, const Vector& b) {
  return a.x * b.x + a.y * b.y + a.z * b.z;
}

bool CircleHolds(const v1::Region::Circle& circle, const LatLng& p) {
  return SamePosition(circle.center(), p) ||
         MetersBetween(circle.center(), p) <= circle.radius_meters();
}

bool LongitudesHold(double west, double east, double longitude) {
  return west <= east ? west <= longitude && longitude <= east
                      : west <= longitude || longitude <= east;
}

bool BoxHolds(const v1::Region::Box& box, const LatLng& p) {
  if (p.latitude() < box.south_west().latitude() ||
      p.latitude() > box.north_east().latitude()) {
    return false;
  }
  const double west = box.south_west().longitude();
  const double east = box.north_east().longitude();
  return std::abs(p.latitude()) == 90 ||
         LongitudesHold(west, east, p.longitude()) ||
         (std::abs(p.longitude()) == 180 &&
          LongitudesHold(west, east, -p.longitude()));
}

// On the left of every edge.
bool PolygonHolds(const v1::Region::Polygon& polygon, const LatLng& p) {
  const auto& vertices = polygon.rings(0).vertices();
  const Vector point = ToVector(p);
  for (int i = 0; i < vertices.size(); ++i) {
    const Vector a = ToVector(vertices[i]);
    const Vector b = ToVector(vertices[(i + 1) % vertices.size()]);
    if (Dot(Cross(a, b), point) < 0) return false;
  }
  return true;
}

}  // namespace

LatLng MakeLatLng(double latitude, double longitude) {
  LatLng p;
  p.set_latitude(latitude);
  p.set_longitude(longitude);
  return p;
}

long double MetersBetween(const LatLng& a, const LatLng& b) {
  const Vector u = ToVector(a);
  const Vector v = ToVector(b);
  const Vector cross = Cross(u, v);
  return kRadiusMeters * std::atan2(std::sqrt(Dot(cross, cross)), Dot(u, v));
}

bool SamePosition(const LatLng& a, const LatLng& b) {
  return PositionKey(a) == PositionKey(b);
}

std::pair<double, double> PositionKey(const LatLng& p) {
  if (std::abs(p.latitude()) == 90) return {p.latitude(), 0};
  return {p.latitude(), p.longitude() == -180 ? 180 : p.longitude()};
}

bool RegionHolds(const v1::Region& region, const LatLng& position) {
  switch (region.shape_case()) {
    case v1::Region::kCircle:
      return CircleHolds(region.circle(), position);
    case v1::Region::kBox:
      return BoxHolds(region.box(), position);
    case v1::Region::kPolygon:
      return PolygonHolds(region.polygon(), position);
    default:
      return false;
  }
}

v1::Region AsGeoJson(const v1::Region& polygon) {
  const auto& vertices = polygon.polygon().rings(0).vertices();
  std::string positions;
  for (int i = 0; i <= vertices.size(); ++i) {
    const LatLng& v = vertices[i % vertices.size()];
    absl::StrAppend(
        &positions, i == 0 ? "" : ",",
        absl::StrFormat("[%.17g,%.17g]", v.longitude(), v.latitude()));
  }
  v1::Region region;
  region.set_geo_json(
      absl::StrCat(R"({"type":"Polygon","coordinates":[[)", positions, "]]}"));
  return region;
}

}  // namespace xom::tests
