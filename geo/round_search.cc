#include <algorithm>
#include <limits>

#include "geo/round_costs.h"

namespace xom::geo {
namespace {

// A change that gains less is none: rounding must not make two orders each
// better than the other.
constexpr double kMinGainMeters = 1e-6;
// Of Or-opt: the longest chain of stops that is moved.
constexpr size_t kMaxChain = 3;
// A local optimum is reached long before, unless stops are made for the worst
// case of 2-opt, which is exponential.
constexpr int kMaxSweeps = 100;

Route NearestNeighbourRoute(const RoundCosts& costs) {
  Route route = {0};
  std::vector<size_t> left(costs.stops());
  for (size_t i = 0; i < left.size(); ++i) left[i] = i + 1;
  while (!left.empty()) {
    const double* from = costs[route.back()];
    const auto nearest =
        std::min_element(left.begin(), left.end(), [&](size_t a, size_t b) {
          return from[a] != from[b] ? from[a] < from[b] : a < b;
        });
    route.push_back(*nearest);
    left.erase(nearest);
  }
  route.push_back(costs.end());
  return route;
}

// Puts each time the stop in that lengthens the route least.
Route CheapestInsertionRoute(const RoundCosts& costs) {
  Route route = {0, costs.end()};
  std::vector<bool> done(costs.stops() + 1);
  while (route.size() < costs.stops() + 2) {
    double least = std::numeric_limits<double>::infinity();
    size_t stop = 0, place = 0;
    for (size_t s = 1; s <= costs.stops(); ++s) {
      if (done[s]) continue;
      for (size_t i = 1; i < route.size(); ++i) {
        const double longer = costs[route[i - 1]][s] + costs[s][route[i]] -
                              costs[route[i - 1]][route[i]];
        if (longer < least) {
          least = longer;
          stop = s;
          place = i;
        }
      }
    }
    done[stop] = true;
    route.insert(route.begin() + static_cast<ptrdiff_t>(place), stop);
  }
  return route;
}

// Shortens a route in place. Positions 0 and size - 1 stay.
class Improver {
 public:
  Improver(const RoundCosts& costs, Route* route)
      : costs_(costs), route_(*route) {}

  void Run() {
    for (int sweep = 0; sweep < kMaxSweeps; ++sweep) {
      const bool reversed = ReverseChains();
      const bool moved = MoveChains();
      if (!reversed && !moved) return;
    }
  }

 private:
  double Leg(size_t i) const { return costs_[route_[i]][route_[i + 1]]; }
  Route::iterator At(size_t i) {
    return route_.begin() + static_cast<ptrdiff_t>(i);
  }

  // 2-opt: the chain from i to j the other way round.
  bool ReverseChains() {
    bool any = false;
    for (size_t i = 1; i + 2 < route_.size(); ++i) {
      for (size_t j = i + 1; j + 1 < route_.size(); ++j) {
        const double gain = Leg(i - 1) + Leg(j) -
                            costs_[route_[i - 1]][route_[j]] -
                            costs_[route_[i]][route_[j + 1]];
        if (gain < kMinGainMeters) continue;
        std::reverse(At(i), At(j + 1));
        any = true;
      }
    }
    return any;
  }

  // Or-opt: a chain of one to three stops goes elsewhere, either way round.
  bool MoveChains() {
    bool any = false;
    for (size_t length = 1; length <= kMaxChain; ++length) {
      for (size_t i = 1; i + length < route_.size(); ++i) {
        any |= MoveChain(i, i + length);
      }
    }
    return any;
  }

  // The chain of positions [begin, end), to the place that gains most.
  bool MoveChain(size_t begin, size_t end) {
    const size_t head = route_[begin], tail = route_[end - 1];
    const double freed =
        Leg(begin - 1) + Leg(end - 1) - costs_[route_[begin - 1]][route_[end]];
    double most = kMinGainMeters;
    size_t place = 0;  // between it and the next
    bool turned = false;
    for (size_t i = 0; i + 1 < route_.size(); ++i) {
      if (i + 1 >= begin && i < end) continue;
      const double* left = costs_[route_[i]];
      const double* right = costs_[route_[i + 1]];
      const double as_is = freed + Leg(i) - left[head] - right[tail];
      const double reversed = freed + Leg(i) - left[tail] - right[head];
      if (std::max(as_is, reversed) < most) continue;
      most = std::max(as_is, reversed);
      place = i;
      turned = reversed > as_is;
    }
    if (most == kMinGainMeters) return false;
    if (turned) std::reverse(At(begin), At(end));
    if (place < begin) {
      std::rotate(At(place + 1), At(begin), At(end));
    } else {
      std::rotate(At(begin), At(end), At(place + 1));
    }
    return true;
  }

  const RoundCosts& costs_;
  Route& route_;
};

}  // namespace

Route ShortRoute(const RoundCosts& costs) {
  Route best = CheapestInsertionRoute(costs);
  Improver(costs, &best).Run();
  Route other = NearestNeighbourRoute(costs);
  Improver(costs, &other).Run();
  return MetersOf(costs, other) < MetersOf(costs, best) ? other : best;
}

}  // namespace xom::geo
