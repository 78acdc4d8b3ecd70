#include "geo/point.h"

#include <s2/s2cell_id.h>
#include <s2/s2latlng.h>

#include <cassert>
#include <cmath>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"

namespace xom::geo {
namespace {

constexpr double kPi = 3.14159265358979323846;

absl::Status CheckDegrees(absl::string_view name, double value, double limit) {
  // Written so that NaN fails.
  if (std::abs(value) <= limit) return absl::OkStatus();
  return absl::InvalidArgumentError(absl::StrCat(name, " ", value,
                                                 " is not between -", limit,
                                                 " and ", limit, " degrees"));
}

}  // namespace

absl::StatusOr<Point> Point::FromDegrees(LatLng degrees) {
  if (absl::Status s = CheckDegrees("latitude", degrees.latitude_degrees, 90);
      !s.ok()) {
    return s;
  }
  if (absl::Status s =
          CheckDegrees("longitude", degrees.longitude_degrees, 180);
      !s.ok()) {
    return s;
  }
  return Point(degrees);
}

Point Point::FromCell(uint64_t cell) {
  assert(S2CellId(cell).is_valid());
  // Through degrees, so that a stored and reread point is the same point.
  const S2LatLng center = S2CellId(cell).ToLatLng();
  return Point(LatLng{center.lat().degrees(), center.lng().degrees()});
}

uint64_t Point::leaf_cell() const { return LeafCell(unit()); }

UnitVector Point::unit() const {
  // cos(90 degrees) is not 0 in floating point, nor sin(180 degrees): without
  // these two lines a pole would have many points, and the antimeridian two.
  if (std::abs(degrees_.latitude_degrees) == 90) {
    return {0, 0, degrees_.latitude_degrees > 0 ? 1.0 : -1.0};
  }
  const double longitude =
      degrees_.longitude_degrees == -180 ? 180 : degrees_.longitude_degrees;
  const S2Point point =
      S2LatLng::FromDegrees(degrees_.latitude_degrees, longitude).ToPoint();
  return {point.x(), point.y(), point.z()};
}

bool operator==(const Point& a, const Point& b) {
  const UnitVector u = a.unit();
  const UnitVector v = b.unit();
  return u.x == v.x && u.y == v.y && u.z == v.z;
}

uint64_t LeafCell(const UnitVector& unit) {
  return S2CellId(S2Point(unit.x, unit.y, unit.z)).id();
}

double ChordLength2(const Point& a, const Point& b) {
  return ChordLength2(a.unit(), b.unit());
}

double DistanceMeters(const Point& a, const Point& b) {
  return MetersFromChordLength2(ChordLength2(a, b));
}

double ChordLength2FromMeters(double meters) {
  assert(meters >= 0);
  const double half_angle = meters / (2 * kEarthRadiusMeters);
  if (half_angle >= kPi / 2) return kMaxChordLength2;
  const double half_chord = std::sin(half_angle);
  return std::min(kMaxChordLength2, 4 * half_chord * half_chord);
}

double MetersFromChordLength2(double chord_length2) {
  assert(chord_length2 >= 0 && chord_length2 <= kMaxChordLength2);
  return 2 * kEarthRadiusMeters * std::asin(std::sqrt(chord_length2) / 2);
}

}  // namespace xom::geo
