// What a round costs, leg by leg, and the two ways to order one. Internal to
// geo/.
#ifndef XOM_GEO_ROUND_COSTS_H_
#define XOM_GEO_ROUND_COSTS_H_

#include <cstddef>
#include <vector>

#include "absl/types/span.h"
#include "geo/point.h"

namespace xom::geo {

// The nodes of a round: 0 is the start, 1 to stops() are the stops, end() is
// where it ends. To go to the end costs nothing after an open round, and the
// way to the start after a closed one; so one search does for both.
class RoundCosts {
 public:
  RoundCosts(const Point& start, absl::Span<const Point> stops,
             bool return_to_start);

  // costs[a][b]: metres from node a to node b. Symmetric, and 0 on the
  // diagonal.
  const double* operator[](size_t node) const {
    return &meters_[node * nodes_];
  }

  size_t stops() const { return nodes_ - 2; }
  size_t end() const { return nodes_ - 1; }
  bool closed() const { return closed_; }

 private:
  const size_t nodes_;
  const bool closed_;
  std::vector<double> meters_;
};

// Nodes in order: 0, each stop once, the end.
using Route = std::vector<size_t>;

double MetersOf(const RoundCosts& costs, const Route& route);

// A shortest route. Time and memory grow as 2 to the power of the stops.
// REQUIRES: at most kMaxExactRoundStops stops.
Route ShortestRoute(const RoundCosts& costs);

// A short route: see round_plan.h.
// REQUIRES: at least one stop.
Route ShortRoute(const RoundCosts& costs);

// No route is shorter than this. `known_meters` is the length of a route: the
// nearer it is to the shortest, the better the bound.
// REQUIRES: at least two stops.
double RouteLowerBound(const RoundCosts& costs, double known_meters);

}  // namespace xom::geo

#endif  // XOM_GEO_ROUND_COSTS_H_
