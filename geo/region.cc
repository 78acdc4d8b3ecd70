#include "geo/region.h"

#include <s2/s1chord_angle.h>
#include <s2/s2cap.h>
#include <s2/s2cell_id.h>
#include <s2/s2latlng_rect.h>
#include <s2/s2region_coverer.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "geo/region_shape.h"

namespace xom::geo {
namespace {

class WholeEarthShape final : public Region::Shape {
 public:
  bool Contains(const Point&, const UnitVector&) const override { return true; }
  Disc BoundingDisc() const override { return Disc(); }
  std::vector<uint64_t> CoveringCells(int max_cells) const override {
    return CoverWithCells(S2Cap::Full(), max_cells);
  }
};

class CircleShape final : public Region::Shape {
 public:
  CircleShape(const Point& center, double chord_length2)
      : center_(center.unit()), chord_length2_(chord_length2) {}

  bool Contains(const Point&, const UnitVector& unit) const override {
    return ChordLength2(center_, unit) <= chord_length2_;
  }

  Disc BoundingDisc() const override { return {center_, chord_length2_}; }

  std::vector<uint64_t> CoveringCells(int max_cells) const override {
    // 0.1 micrometres wider, so that no rounding between a point and its leaf
    // cell can leave a point of the edge uncovered.
    const double chord = std::sqrt(chord_length2_) + 1e-14;
    const S2Cap cap(S2Point(center_.x, center_.y, center_.z),
                    S1ChordAngle::FromLength2(chord * chord));
    return CoverWithCells(cap, max_cells);
  }

 private:
  const UnitVector center_;
  const double chord_length2_;
};

// Contains compares the degrees as they were given, so that the edges are
// exact: a point on the edge is inside whatever its unit vector rounded to.
class BoxShape final : public Region::Shape {
 public:
  BoxShape(LatLng south_west, LatLng north_east)
      : south_(south_west.latitude_degrees),
        west_(south_west.longitude_degrees),
        north_(north_east.latitude_degrees),
        east_(north_east.longitude_degrees) {}

  bool Contains(const Point& point, const UnitVector&) const override {
    const LatLng p = point.degrees();
    if (p.latitude_degrees < south_ || p.latitude_degrees > north_) {
      return false;
    }
    if (std::abs(p.latitude_degrees) == 90) return true;
    if (std::abs(p.longitude_degrees) == 180) {
      return ContainsLongitude(180) || ContainsLongitude(-180);
    }
    return ContainsLongitude(p.longitude_degrees);
  }

  Disc BoundingDisc() const override { return DiscAround(WiderBox()); }

  std::vector<uint64_t> CoveringCells(int max_cells) const override {
    return CoverWithCells(WiderBox(), max_cells);
  }

 private:
  S2LatLngRect WiderBox() const {
    // Two margins against rounding: 6 mm around the box, and next to a pole,
    // where a longitude means nothing in floating point, every longitude.
    constexpr double kMarginRadians = 1e-9;
    constexpr double kPolarRadians = 1e-6;
    const R1Interval latitudes(S1Angle::Degrees(south_).radians(),
                               S1Angle::Degrees(north_).radians());
    const bool polar = latitudes.hi() > M_PI_2 - kPolarRadians ||
                       latitudes.lo() < kPolarRadians - M_PI_2;
    const S2LatLngRect box(latitudes,
                           polar ? S1Interval::Full() : Longitudes());
    const S2LatLng margin =
        S2LatLng::FromRadians(kMarginRadians, kMarginRadians);
    return box.Expanded(margin);
  }

  bool ContainsLongitude(double longitude) const {
    if (west_ <= east_) return west_ <= longitude && longitude <= east_;
    return longitude >= west_ || longitude <= east_;
  }

  // S1Interval takes (180, -180) for the empty interval, so -180 becomes 180.
  S1Interval Longitudes() const {
    if (west_ + 360 == east_) return S1Interval::Full();
    const double west = west_ == -180 ? 180 : west_;
    const double east = east_ == -180 ? 180 : east_;
    const double from = S1Angle::Degrees(west).radians();
    const double to = S1Angle::Degrees(east).radians();
    // Neighbouring degrees may be the same radians: all around, not a point.
    if (west > east && from <= to) return S1Interval::Full();
    return S1Interval(from, to);
  }

  const double south_;
  const double west_;
  const double north_;
  const double east_;
};

}  // namespace

std::vector<uint64_t> CoverWithCells(const S2Region& region, int max_cells) {
  S2RegionCoverer::Options options;
  options.set_max_cells(max_cells);
  S2RegionCoverer coverer(options);
  std::vector<S2CellId> cells;
  coverer.GetCovering(region, &cells);
  std::vector<uint64_t> ids;
  ids.reserve(cells.size());
  for (S2CellId cell : cells) ids.push_back(cell.id());
  return ids;
}

Disc DiscAround(const S2LatLngRect& box) {
  // Beyond half around the earth, something between the corners may be farther
  // than they are.
  if (box.lng().GetLength() > M_PI) return Disc();
  constexpr double kMargin = 1e-12;  // 6 micrometres, against rounding
  const S2Point center = box.GetCenter().ToPoint();
  double farthest2 = 0;
  for (int corner = 0; corner < 4; ++corner) {
    farthest2 =
        std::max(farthest2, (box.GetVertex(corner).ToPoint() - center).Norm2());
  }
  const double chord = std::sqrt(farthest2) + kMargin;
  return {{center.x(), center.y(), center.z()},
          std::min(kMaxChordLength2, chord * chord)};
}

Region::Region(std::shared_ptr<const Shape> shape) : shape_(std::move(shape)) {}

absl::StatusOr<Region> Region::Circle(const Point& center,
                                      double radius_meters) {
  if (!(radius_meters >= 0 && radius_meters <= kMaxRadiusMeters)) {
    return absl::InvalidArgumentError(
        absl::StrCat("radius ", radius_meters, " is not between 0 and ",
                     kMaxRadiusMeters, " meters"));
  }
  const double chord_length2 = ChordLength2FromMeters(radius_meters);
  if (chord_length2 >= kMaxChordLength2) return WholeEarth();
  return Region(std::make_shared<CircleShape>(center, chord_length2));
}

absl::StatusOr<Region> Region::Box(LatLng south_west, LatLng north_east) {
  for (const auto& [name, corner] : {std::pair("south_west", south_west),
                                     std::pair("north_east", north_east)}) {
    if (absl::StatusOr<Point> p = Point::FromDegrees(corner); !p.ok()) {
      return absl::InvalidArgumentError(
          absl::StrCat(name, ": ", p.status().message()));
    }
  }
  if (south_west.latitude_degrees > north_east.latitude_degrees) {
    return absl::InvalidArgumentError(absl::StrCat(
        "south latitude ", south_west.latitude_degrees,
        " is greater than north latitude ", north_east.latitude_degrees));
  }
  return Region(std::make_shared<BoxShape>(south_west, north_east));
}

absl::StatusOr<Region> Region::Polygon(
    absl::Span<const Ring> rings, absl::Span<const std::string> ring_names) {
  absl::StatusOr<std::shared_ptr<const Shape>> shape =
      MakePolygonShape(rings, ring_names);
  if (!shape.ok()) return shape.status();
  return Region(*std::move(shape));
}

Region Region::WholeEarth() {
  return Region(std::make_shared<WholeEarthShape>());
}

bool Region::Contains(const Point& point) const {
  return shape_->Contains(point, point.unit());
}

bool Region::Contains(const Point& point, const UnitVector& unit) const {
  return shape_->Contains(point, unit);
}

Disc Region::BoundingDisc() const { return shape_->BoundingDisc(); }

std::vector<uint64_t> Region::CoveringCells(int max_cells) const {
  return shape_->CoveringCells(max_cells);
}

std::vector<CellRange> Region::Covering(int max_cells) const {
  std::vector<CellRange> ranges;
  for (uint64_t id : CoveringCells(max_cells)) {
    const S2CellId cell(id);
    const CellRange range{cell.range_min().id(), cell.range_max().id()};
    // Leaf ids are odd: the next leaf is 2 further.
    if (!ranges.empty() && ranges.back().last + 2 == range.first) {
      ranges.back().last = range.last;
    } else {
      ranges.push_back(range);
    }
  }
  return ranges;
}

}  // namespace xom::geo
