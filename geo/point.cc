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

S2Point UnitVector(LatLng degrees) {
  // cos(90 degrees) is not 0 in floating point, nor sin(180 degrees): without
  // these two lines a pole would have many points, and the antimeridian two.
  if (std::abs(degrees.latitude_degrees) == 90) {
    return S2Point(0, 0, degrees.latitude_degrees > 0 ? 1 : -1);
  }
  if (degrees.longitude_degrees == -180) degrees.longitude_degrees = 180;
  return S2LatLng::FromDegrees(degrees.latitude_degrees,
                               degrees.longitude_degrees)
      .ToPoint();
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

Point::Point(LatLng degrees) : degrees_(degrees) {
  const S2Point unit = UnitVector(degrees);
  x_ = unit.x();
  y_ = unit.y();
  z_ = unit.z();
  leaf_cell_ = S2CellId(unit).id();
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
