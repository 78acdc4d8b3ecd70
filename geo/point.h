// A position on the earth, and the distance between two of them.
//
// The earth is a sphere of the mean radius. Distances differ from those on the
// ellipsoid by at most about 0.5 %; the order of two near neighbours can differ
// when their distances are that close.
//
//   absl::StatusOr<Point> a = Point::FromDegrees({10.7769, 106.7009});
//   if (!a.ok()) return a.status();
//   double meters = DistanceMeters(*a, b);
//
// Distances are compared as squared chords (`ChordLength2`): the square of the
// straight line through the sphere of radius one, from 0 to 4. It grows with
// the distance on the ground, needs no trigonometry once the unit vectors are
// known, and is the same number, bit for bit, whichever point comes first.
#ifndef XOM_GEO_POINT_H_
#define XOM_GEO_POINT_H_

#include <algorithm>
#include <cstdint>

#include "absl/status/statusor.h"

namespace xom::geo {

// The mean radius of the earth (IUGG).
inline constexpr double kEarthRadiusMeters = 6'371'008.8;

// The squared chord between antipodes: nothing is farther.
inline constexpr double kMaxChordLength2 = 4.0;

// Coordinates as a person or a device gives them (WGS84), not yet checked.
struct LatLng {
  double latitude_degrees = 0;
  double longitude_degrees = 0;
};

// The unit vector from the centre of the earth to a point: latitude 0,
// longitude 0 unless told.
struct UnitVector {
  double x = 1;
  double y = 0;
  double z = 0;
};

// An immutable, checked position, 16 bytes. Thread-safe as any const value is.
//
// Only the degrees are kept, because points stand in memory by the million.
// The rest is worked out when it is asked for: always the same numbers, but
// tens of nanoseconds, so keep what a loop needs.
class Point {
 public:
  // Latitude 0, longitude 0.
  Point() = default;

  // INVALID_ARGUMENT, naming `latitude` or `longitude` and the value, when one
  // is not finite, the latitude is outside -90..90 or the longitude outside
  // -180..180.
  static absl::StatusOr<Point> FromDegrees(LatLng degrees);

  // The centre of an S2 cell of any level.
  // REQUIRES: `cell` is a valid S2 cell id.
  static Point FromCell(uint64_t cell);

  // Exactly the numbers given to FromDegrees, so that what a person entered
  // is what is read back, and FromDegrees(p.degrees()) == p.
  LatLng degrees() const { return degrees_; }

  // The S2 leaf cell (level 30, about 1 cm) that holds the point.
  uint64_t leaf_cell() const;

  UnitVector unit() const;

  // Equal positions are equal, however they were written: longitude -180 is
  // 180, and a pole has every longitude.
  friend bool operator==(const Point& a, const Point& b);
  friend bool operator!=(const Point& a, const Point& b) { return !(a == b); }

 private:
  // REQUIRES: `degrees` passed the checks of FromDegrees.
  explicit Point(LatLng degrees) : degrees_(degrees) {}

  LatLng degrees_;
};

// The leaf cell of the point with that unit vector: p.leaf_cell() is
// LeafCell(p.unit()).
uint64_t LeafCell(const UnitVector& unit);

// The squared chord between two points, 0 to kMaxChordLength2. Symmetric. The
// form for unit vectors is a few additions and multiplications.
inline double ChordLength2(const UnitVector& a, const UnitVector& b) {
  const double dx = a.x - b.x;
  const double dy = a.y - b.y;
  const double dz = a.z - b.z;
  return std::min(kMaxChordLength2, dx * dx + dy * dy + dz * dz);
}
double ChordLength2(const Point& a, const Point& b);

// The distance along the ground. Good to about a nanometre near by; to about
// 10 cm between near antipodes.
double DistanceMeters(const Point& a, const Point& b);

// From metres along the ground to a squared chord and back. Half the
// circumference and more, infinity too, give kMaxChordLength2.
// REQUIRES: meters >= 0, 0 <= chord_length2 <= kMaxChordLength2.
double ChordLength2FromMeters(double meters);
double MetersFromChordLength2(double chord_length2);

}  // namespace xom::geo

#endif  // XOM_GEO_POINT_H_
