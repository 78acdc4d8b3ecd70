// The polygon kind of Region: its checks, its winding rule and its S2 form.
#include <s2/s2loop.h>
#include <s2/s2loop_measures.h>
#include <s2/s2point_span.h>
#include <s2/s2polygon.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "geo/region_shape.h"
#include "geo/ring_crossings.h"

namespace xom::geo {
namespace {

S2Point ToS2Point(const Point& point) {
  const UnitVector v = point.unit();
  return S2Point(v.x, v.y, v.z);
}

class PolygonShape final : public Region::Shape {
 public:
  explicit PolygonShape(std::vector<std::unique_ptr<S2Loop>> loops) {
    polygon_.set_s2debug_override(S2Debug::DISABLE);
    polygon_.InitNested(std::move(loops));
    // Now, so that no reader pays for it or waits for the one who does.
    polygon_.index().ForceBuild();
  }

  bool Contains(const Point&, const UnitVector& unit) const override {
    return polygon_.Contains(S2Point(unit.x, unit.y, unit.z));
  }

  Disc BoundingDisc() const override {
    return DiscAround(polygon_.GetRectBound());
  }

  std::vector<uint64_t> CoveringCells(int max_cells) const override {
    return CoverWithCells(polygon_, max_cells);
  }

 private:
  S2Polygon polygon_;
};

template <typename... Parts>
absl::Status Fault(const std::string& ring, size_t vertex,
                   const Parts&... parts) {
  return absl::InvalidArgumentError(
      absl::StrCat(ring, ", vertex ", vertex, ": ", parts...));
}

// Whether the first vertex is repeated at the end.
bool IsClosed(const Ring& ring) {
  return ring.size() > 1 &&
         ring.front().latitude_degrees == ring.back().latitude_degrees &&
         ring.front().longitude_degrees == ring.back().longitude_degrees;
}

absl::Status CheckCounts(absl::Span<const Ring> rings,
                         absl::Span<const std::string> names) {
  if (rings.empty()) return absl::InvalidArgumentError("polygon has no rings");
  if (rings.size() > kMaxPolygonRings) {
    return absl::InvalidArgumentError(
        absl::StrCat("polygon has ", rings.size(), " rings; at most ",
                     kMaxPolygonRings, " are allowed"));
  }
  size_t vertices = 0;
  for (size_t r = 0; r < rings.size(); ++r) {
    const size_t own = rings[r].size() - (IsClosed(rings[r]) ? 1 : 0);
    if (vertices + own > kMaxPolygonVertices) {
      return Fault(names[r], kMaxPolygonVertices - vertices,
                   "the polygon has more than ", kMaxPolygonVertices,
                   " vertices");
    }
    vertices += own;
  }
  return absl::OkStatus();
}

absl::Status CheckDuplicates(const std::string& name,
                             const std::vector<Point>& ring) {
  absl::flat_hash_map<std::array<double, 3>, size_t> seen;
  for (size_t i = 0; i < ring.size(); ++i) {
    const UnitVector v = ring[i].unit();
    const auto [it, is_new] = seen.try_emplace({v.x, v.y, v.z}, i);
    if (is_new) continue;
    if (it->second + 1 == i) {
      return Fault(name, i, "edge of length zero (same as vertex ", i - 1, ")");
    }
    return Fault(name, i, "duplicate of vertex ", it->second);
  }
  return absl::OkStatus();
}

absl::Status CheckAntipodes(const std::string& name,
                            const std::vector<Point>& ring) {
  for (size_t i = 0; i < ring.size(); ++i) {
    const UnitVector a = ring[i].unit();
    const UnitVector b = ring[(i + 1) % ring.size()].unit();
    // The shortest line from a place to its antipode is any line.
    if (std::abs(a.x + b.x) + std::abs(a.y + b.y) + std::abs(a.z + b.z) <
        1e-14) {
      return Fault(name, i, "the next vertex is its antipode");
    }
  }
  return absl::OkStatus();
}

absl::StatusOr<std::vector<Point>> CheckVertices(const std::string& name,
                                                 const Ring& ring) {
  std::vector<Point> points;
  points.reserve(ring.size());
  for (size_t i = 0; i < ring.size(); ++i) {
    absl::StatusOr<Point> p = Point::FromDegrees(ring[i]);
    if (!p.ok()) return Fault(name, i, p.status().message());
    points.push_back(*p);
  }
  if (points.size() > 1 && points.front() == points.back()) points.pop_back();
  if (points.size() < 3) {
    return Fault(name, points.size(),
                 "a ring needs 3 different vertices, this one has ",
                 points.size());
  }
  if (absl::Status s = CheckDuplicates(name, points); !s.ok()) return s;
  if (absl::Status s = CheckAntipodes(name, points); !s.ok()) return s;
  return points;
}

bool CrossesAntimeridian(const std::vector<Point>& ring) {
  for (size_t i = 0; i < ring.size(); ++i) {
    const double from = ring[i].degrees().longitude_degrees;
    const double to = ring[(i + 1) % ring.size()].degrees().longitude_degrees;
    if (std::abs(to - from) > 180) return true;
  }
  return false;
}

// The signed area on the cylindrical equal-area map, in steradians; positive
// when the ring winds counter-clockwise there.
double MapArea(const std::vector<Point>& ring) {
  double sum = 0;
  for (size_t i = 0; i < ring.size(); ++i) {
    const Point& a = ring[i];
    const Point& b = ring[(i + 1) % ring.size()];
    sum += (a.degrees().longitude_degrees - b.degrees().longitude_degrees) *
           (a.unit().z + b.unit().z) / 2;
  }
  return sum * M_PI / 180;
}

// Turns the ring so that what is meant is on its left.
absl::Status WindCounterClockwise(const std::string& name,
                                  const std::vector<Point>& ring,
                                  std::vector<S2Point>* loop) {
  const double area = S2::GetSignedArea(S2PointLoopSpan(*loop));
  const double perimeter = S2::GetPerimeter(S2PointLoopSpan(*loop)).radians();
  constexpr double kMinWidthRadians = 1e-15;
  if (std::abs(area) <= perimeter * kMinWidthRadians) {
    return Fault(name, 0, "the ring has no area");
  }
  if (CrossesAntimeridian(ring)) {
    if (area > 0) return absl::OkStatus();
    return Fault(name, 0,
                 "larger than a hemisphere (a ring that crosses the "
                 "antimeridian must wind counter-clockwise)");
  }
  // Where the map and the sphere disagree about a large ring, one of them shows
  // the rest of the earth. About a thin one they may: its edges are bent on the
  // map.
  const double map_area = MapArea(ring);
  const bool disagree = (area > 0) != (map_area > 0);
  if (std::abs(map_area) > (disagree ? M_PI : 2 * M_PI)) {
    return Fault(name, 0, "larger than a hemisphere");
  }
  if (area < 0) std::reverse(loop->begin(), loop->end());
  return absl::OkStatus();
}

absl::StatusOr<std::unique_ptr<S2Loop>> MakeLoop(
    const std::string& name, const std::vector<Point>& ring) {
  std::vector<S2Point> vertices;
  vertices.reserve(ring.size());
  for (const Point& p : ring) vertices.push_back(ToS2Point(p));
  if (absl::Status s = WindCounterClockwise(name, ring, &vertices); !s.ok()) {
    return s;
  }
  return std::make_unique<S2Loop>(vertices, S2Debug::DISABLE);
}

}  // namespace

absl::StatusOr<std::shared_ptr<const Region::Shape>> MakePolygonShape(
    absl::Span<const Ring> rings, absl::Span<const std::string> ring_names) {
  std::vector<std::string> names(ring_names.begin(), ring_names.end());
  for (size_t i = names.size(); i < std::min(rings.size(), kMaxPolygonRings);
       ++i) {
    names.push_back(absl::StrCat("ring ", i));
  }
  if (absl::Status s = CheckCounts(rings, names); !s.ok()) return s;

  std::vector<std::vector<Point>> points;
  for (size_t i = 0; i < rings.size(); ++i) {
    absl::StatusOr<std::vector<Point>> ring = CheckVertices(names[i], rings[i]);
    if (!ring.ok()) return ring.status();
    points.push_back(*std::move(ring));
  }
  if (absl::Status s = CheckCrossings(points, names); !s.ok()) return s;

  std::vector<std::unique_ptr<S2Loop>> loops;
  for (size_t i = 0; i < points.size(); ++i) {
    absl::StatusOr<std::unique_ptr<S2Loop>> loop =
        MakeLoop(names[i], points[i]);
    if (!loop.ok()) return loop.status();
    loops.push_back(*std::move(loop));
  }
  return std::make_shared<const PolygonShape>(std::move(loops));
}

}  // namespace xom::geo
