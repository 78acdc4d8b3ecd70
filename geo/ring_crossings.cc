#include "geo/ring_crossings.h"

#include <s2/mutable_s2shape_index.h>
#include <s2/s2edge_crossings.h>
#include <s2/s2lax_polyline_shape.h>
#include <s2/s2point.h>
#include <s2/s2predicates.h>

#include <cstddef>
#include <memory>
#include <utility>

#include "absl/strings/str_cat.h"
#include "geo/region.h"

namespace xom::geo {
namespace {

struct Edge {
  size_t ring;
  size_t vertex;  // where it begins
  S2Point from;
  S2Point to;
};

class CrossingCheck {
 public:
  CrossingCheck(absl::Span<const std::vector<Point>> rings,
                absl::Span<const std::string> names)
      : rings_(rings), names_(names) {
    for (const std::vector<Point>& ring : rings) {
      std::vector<S2Point> line;
      line.reserve(ring.size() + 1);
      for (const Point& p : ring) {
        const UnitVector v = p.unit();
        line.emplace_back(v.x, v.y, v.z);
      }
      line.push_back(line.front());
      index_.Add(std::make_unique<S2LaxPolylineShape>(line));
      lines_.push_back(std::move(line));
    }
  }

  absl::Status Run() {
    if (CountPairs() > kMaxPolygonEdgePairs) return TooCrowded();
    std::vector<Edge> edges;
    for (MutableS2ShapeIndex::Iterator it(&index_, S2ShapeIndex::BEGIN);
         !it.done(); it.Next()) {
      GetEdges(it.cell(), &edges);
      for (size_t i = 0; i < edges.size(); ++i) {
        for (size_t j = 0; j < i; ++j) {
          if (absl::Status s = CheckPair(edges[j], edges[i]); !s.ok()) return s;
        }
      }
    }
    return absl::OkStatus();
  }

 private:
  // S2 divides cells until few edges are left in each, except edges longer than
  // the cell: those are what can make the work quadratic.
  size_t CountPairs() const {
    size_t pairs = 0;
    for (MutableS2ShapeIndex::Iterator it(&index_, S2ShapeIndex::BEGIN);
         !it.done(); it.Next()) {
      const size_t n = static_cast<size_t>(it.cell().num_edges());
      pairs += n * n / 2;
    }
    return pairs;
  }

  void GetEdges(const S2ShapeIndexCell& cell, std::vector<Edge>* edges) const {
    edges->clear();
    for (int s = 0; s < cell.num_clipped(); ++s) {
      const S2ClippedShape& shape = cell.clipped(s);
      const size_t ring = static_cast<size_t>(shape.shape_id());
      for (int e = 0; e < shape.num_edges(); ++e) {
        const size_t i = static_cast<size_t>(shape.edge(e));
        edges->push_back({ring, i, lines_[ring][i], lines_[ring][i + 1]});
      }
    }
  }

  absl::Status CheckPair(const Edge& a, const Edge& b) {
    if (a.ring == b.ring) {
      const size_t n = rings_[a.ring].size();
      if ((a.vertex + 1) % n == b.vertex || (b.vertex + 1) % n == a.vertex) {
        return absl::OkStatus();
      }
    } else {
      if (SameEdge(a, b)) return Fault(a, b, "is also the edge");
      // Each shared vertex is looked at once: where both edges leave it.
      if (a.from == b.from) return CheckSharedVertex(a, b);
      if (a.from == b.to || a.to == b.from || a.to == b.to) {
        return absl::OkStatus();
      }
    }
    if (FarApart(a, b) || ClearlyOneSided(a, b)) return absl::OkStatus();
    if (exact_pairs_ > kMaxPolygonExactPairs) return TooCrowded();
    if (S2::CrossingSign(a.from, a.to, b.from, b.to) < 0) {
      return absl::OkStatus();
    }
    return Fault(a, b, "crosses the edge");
  }

  // The boundaries cross in vertex v when the edges of one are not on the same
  // side of the corner of the other.
  absl::Status CheckSharedVertex(const Edge& a, const Edge& b) {
    const S2Point v = a.from;
    const S2Point a0 = Before(a);
    const S2Point b0 = Before(b);
    // An edge shared in the other direction has its own pair and message.
    if (a0 == b.to || b0 == a.to || a0 == b0 || a.to == b.to) {
      return absl::OkStatus();
    }
    for (const S2Point& p : {b0, b.to}) {
      if (Uncertain(a0, p, v) || Uncertain(a.to, p, v)) ++exact_pairs_;
    }
    if (exact_pairs_ > kMaxPolygonExactPairs) return TooCrowded();
    if (s2pred::OrderedCCW(a0, b0, a.to, v) ==
        s2pred::OrderedCCW(a0, b.to, a.to, v)) {
      return absl::OkStatus();
    }
    return absl::InvalidArgumentError(absl::StrCat(
        Place(a), ": crosses ", names_[b.ring], " in its vertex ", b.vertex));
  }

  S2Point Before(const Edge& e) const {
    const size_t n = rings_[e.ring].size();
    return lines_[e.ring][(e.vertex + n - 1) % n];
  }

  static bool SameEdge(const Edge& a, const Edge& b) {
    return (a.from == b.from && a.to == b.to) ||
           (a.from == b.to && a.to == b.from);
  }

  // An edge lies in the cap around its middle that has its ends on the rim.
  // This spares exact arithmetic to edges one behind the other on a straight
  // border, the one place where honest polygons would need much of it.
  static bool FarApart(const Edge& a, const Edge& b) {
    const S2Point middle_a = (a.from + a.to).Normalize();
    const S2Point middle_b = (b.from + b.to).Normalize();
    constexpr double kMargin = 1e-14;
    return middle_a.Angle(middle_b) >
           middle_a.Angle(a.from) + middle_b.Angle(b.from) + kMargin;
  }

  static bool Uncertain(const S2Point& a, const S2Point& b, const S2Point& c) {
    return s2pred::TriageSign(a, b, c, a.CrossProd(b)) == 0;
  }

  // True when floating point is enough to see both ends of one edge on one side
  // of the other. Counts the pairs where it is not enough to see anything.
  bool ClearlyOneSided(const Edge& a, const Edge& b) {
    const S2Point a_normal = a.from.CrossProd(a.to);
    const int c = s2pred::TriageSign(a.from, a.to, b.from, a_normal);
    const int d = s2pred::TriageSign(a.from, a.to, b.to, a_normal);
    if (c != 0 && c == d) return true;
    const S2Point b_normal = b.from.CrossProd(b.to);
    const int e = s2pred::TriageSign(b.from, b.to, a.from, b_normal);
    const int f = s2pred::TriageSign(b.from, b.to, a.to, b_normal);
    if (e != 0 && e == f) return true;
    if (c == 0 || d == 0 || e == 0 || f == 0) ++exact_pairs_;
    return false;
  }

  std::string Place(const Edge& e) const {
    return absl::StrCat(names_[e.ring], ", vertex ", e.vertex);
  }

  absl::Status Fault(const Edge& a, const Edge& b, const char* what) const {
    const auto next = [this](const Edge& e) {
      return (e.vertex + 1) % rings_[e.ring].size();
    };
    return absl::InvalidArgumentError(
        absl::StrCat(Place(a), ": the edge from vertex ", a.vertex, " to ",
                     next(a), " ", what, " from vertex ", b.vertex, " to ",
                     next(b), " of ", names_[b.ring]));
  }

  absl::Status TooCrowded() const {
    return absl::InvalidArgumentError(
        absl::StrCat(names_[0],
                     ", vertex 0: the edges of the polygon are too "
                     "long and too close together to be checked"));
  }

  const absl::Span<const std::vector<Point>> rings_;
  const absl::Span<const std::string> names_;
  std::vector<std::vector<S2Point>> lines_;  // the rings, closed
  MutableS2ShapeIndex index_;                // shape id = number of the ring
  size_t exact_pairs_ = 0;
};

}  // namespace

absl::Status CheckCrossings(absl::Span<const std::vector<Point>> rings,
                            absl::Span<const std::string> ring_names) {
  return CrossingCheck(rings, ring_names).Run();
}

}  // namespace xom::geo
