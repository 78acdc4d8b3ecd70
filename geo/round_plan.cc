#include "geo/round_plan.h"

#include <algorithm>
#include <cassert>
#include <limits>

#include "geo/round_costs.h"

namespace xom::geo {
namespace {

// The best way through a set of stops that ends at one of them.
struct Step {
  double meters = std::numeric_limits<double>::infinity();
  size_t before = 0;  // the stop visited before that one
};

// Steps of all sets of stops, as bits, and all last stops. Stop i is bit i - 1.
class StepTable {
 public:
  explicit StepTable(const RoundCosts& costs)
      : costs_(costs), steps_(costs.stops() << costs.stops()) {}

  // REQUIRES: `last` is in `set`.
  Step& At(size_t set, size_t last) {
    return steps_[set * costs_.stops() + last - 1];
  }

  void Fill() {
    const size_t stops = costs_.stops();
    for (size_t stop = 1; stop <= stops; ++stop) {
      At(Bit(stop), stop).meters = costs_[0][stop];
    }
    for (size_t set = 1; set < size_t{1} << stops; ++set) {
      for (size_t last = 1; last <= stops; ++last) {
        if ((set & Bit(last)) != 0) Extend(set, last);
      }
    }
  }

  static size_t Bit(size_t stop) { return size_t{1} << (stop - 1); }

 private:
  // A set grows into larger numbers only, so that its own step is final here.
  void Extend(size_t set, size_t last) {
    const double meters = At(set, last).meters;
    for (size_t next = 1; next <= costs_.stops(); ++next) {
      if ((set & Bit(next)) != 0) continue;
      Step& step = At(set | Bit(next), next);
      const double longer = meters + costs_[last][next];
      if (longer < step.meters) step = {longer, last};
    }
  }

  const RoundCosts& costs_;
  std::vector<Step> steps_;
};

RoundPlan PlanOf(const RoundCosts& costs, const Route& route) {
  RoundPlan plan;
  for (size_t i = 1; i <= costs.stops(); ++i) {
    plan.order.push_back(route[i] - 1);
    plan.leg_meters.push_back(costs[route[i - 1]][route[i]]);
  }
  if (costs.closed()) {
    plan.leg_meters.push_back(costs[route[costs.stops()]][costs.end()]);
  }
  for (double leg : plan.leg_meters) plan.total_meters += leg;
  return plan;
}

}  // namespace

RoundCosts::RoundCosts(const Point& start, absl::Span<const Point> stops,
                       bool return_to_start)
    : nodes_(stops.size() + 2),
      closed_(return_to_start),
      meters_(nodes_ * nodes_) {
  const auto set = [this](size_t a, size_t b, double meters) {
    meters_[a * nodes_ + b] = meters_[b * nodes_ + a] = meters;
  };
  const auto distance = [](const UnitVector& a, const UnitVector& b) {
    return MetersFromChordLength2(ChordLength2(a, b));
  };
  std::vector<UnitVector> at;
  for (const Point& stop : stops) at.push_back(stop.unit());
  for (size_t i = 0; i < stops.size(); ++i) {
    const double from_start = distance(start.unit(), at[i]);
    set(0, i + 1, from_start);
    if (closed_) set(i + 1, end(), from_start);
    for (size_t j = 0; j < i; ++j) {
      set(i + 1, j + 1, distance(at[i], at[j]));
    }
  }
}

double MetersOf(const RoundCosts& costs, const Route& route) {
  double meters = 0;
  for (size_t i = 1; i < route.size(); ++i) {
    meters += costs[route[i - 1]][route[i]];
  }
  return meters;
}

Route ShortestRoute(const RoundCosts& costs) {
  assert(costs.stops() <= kMaxExactRoundStops);
  StepTable table(costs);
  table.Fill();
  size_t set = (size_t{1} << costs.stops()) - 1;
  size_t last = 0;
  double best = std::numeric_limits<double>::infinity();
  for (size_t stop = 1; stop <= costs.stops(); ++stop) {
    const double meters = table.At(set, stop).meters + costs[stop][costs.end()];
    if (meters < best) {
      best = meters;
      last = stop;
    }
  }
  Route route = {costs.end()};
  while (set != 0) {
    route.push_back(last);
    const size_t before = table.At(set, last).before;
    set &= ~StepTable::Bit(last);
    last = before;
  }
  route.push_back(0);
  std::reverse(route.begin(), route.end());
  return route;
}

RoundPlan PlanRound(const Point& start, absl::Span<const Point> stops,
                    bool return_to_start) {
  assert(stops.size() <= kMaxRoundStops);
  if (stops.empty()) return RoundPlan();
  const RoundCosts costs(start, stops, return_to_start);
  if (stops.size() <= kMaxExactRoundStops) {
    RoundPlan plan = PlanOf(costs, ShortestRoute(costs));
    plan.lower_bound_meters = plan.total_meters;
    return plan;
  }
  RoundPlan plan = PlanOf(costs, ShortRoute(costs));
  plan.lower_bound_meters = RouteLowerBound(costs, plan.total_meters);
  return plan;
}

}  // namespace xom::geo
