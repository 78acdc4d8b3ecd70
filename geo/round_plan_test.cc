#include "geo/round_plan.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "geo/random_points.h"
#include "geo/round_costs.h"

namespace xom::geo {
namespace {

constexpr double kRounding = 1e-6;  // metres

// The sum of the legs of `order`, leg by leg from the points.
double MetersAlong(const Point& start, const std::vector<Point>& stops,
                   const std::vector<size_t>& order, bool closed) {
  double meters = 0;
  Point here = start;
  for (size_t i : order) {
    meters += DistanceMeters(here, stops[i]);
    here = stops[i];
  }
  return closed && !order.empty() ? meters + DistanceMeters(here, start)
                                  : meters;
}

// Of all orders.
double BruteForceMeters(const Point& start, const std::vector<Point>& stops,
                        bool closed) {
  std::vector<size_t> order(stops.size());
  std::iota(order.begin(), order.end(), 0);
  double best = MetersAlong(start, stops, order, closed);
  while (std::next_permutation(order.begin(), order.end())) {
    best = std::min(best, MetersAlong(start, stops, order, closed));
  }
  return best;
}

// What holds of every plan.
void ExpectSound(const RoundPlan& plan, const Point& start,
                 const std::vector<Point>& stops, bool closed) {
  std::vector<size_t> sorted = plan.order;
  std::sort(sorted.begin(), sorted.end());
  std::vector<size_t> all(stops.size());
  std::iota(all.begin(), all.end(), 0);
  EXPECT_EQ(sorted, all);
  ASSERT_EQ(plan.leg_meters.size(),
            stops.size() + (closed && !stops.empty() ? 1 : 0));
  for (size_t i = 0; i < stops.size(); ++i) {
    const Point& from = i == 0 ? start : stops[plan.order[i - 1]];
    EXPECT_EQ(plan.leg_meters[i], DistanceMeters(from, stops[plan.order[i]]));
  }
  EXPECT_NEAR(plan.total_meters, MetersAlong(start, stops, plan.order, closed),
              kRounding);
  EXPECT_GE(plan.lower_bound_meters, 0);
  EXPECT_LE(plan.lower_bound_meters, plan.total_meters);
}

std::vector<Point> AnyStops(size_t count, RandomPoints* random) {
  std::vector<Point> stops;
  while (stops.size() < count) stops.push_back(random->Any(stops));
  return stops;
}

TEST(RoundPlanTest, NoStopsIsNoRound) {
  for (bool closed : {false, true}) {
    const RoundPlan plan = PlanRound(Point(), {}, closed);
    ExpectSound(plan, Point(), {}, closed);
    EXPECT_EQ(plan.total_meters, 0);
  }
}

TEST(RoundPlanTest, OneStopIsThereAndBack) {
  const Point start = RandomPoints::At(10.77, 106.70);
  const std::vector<Point> stops = {RandomPoints::At(10.78, 106.71)};
  const double meters = DistanceMeters(start, stops[0]);
  EXPECT_EQ(PlanRound(start, stops, false).leg_meters,
            std::vector<double>({meters}));
  EXPECT_EQ(PlanRound(start, stops, true).leg_meters,
            std::vector<double>({meters, meters}));
}

TEST(RoundPlanTest, FewStopsAreAsShortAsByBruteForce) {
  RandomPoints random;
  SCOPED_TRACE(random.seed_message());
  for (int trial = 0; trial < 120; ++trial) {
    const bool closed = random.OneIn(2);
    const Point start = random.Any();
    // Eight stops have 40,320 orders: seldom.
    const size_t count = trial % 20 == 0 ? 8 : random.Below(7);
    const std::vector<Point> stops = AnyStops(count, &random);
    const RoundPlan plan = PlanRound(start, stops, closed);
    ExpectSound(plan, start, stops, closed);
    EXPECT_NEAR(plan.total_meters, BruteForceMeters(start, stops, closed),
                kRounding);
    EXPECT_EQ(plan.lower_bound_meters, plan.total_meters);
  }
}

TEST(RoundPlanTest, HeuristicAndBoundEncloseTheShortest) {
  RandomPoints random;
  SCOPED_TRACE(random.seed_message());
  for (int trial = 0; trial < 400; ++trial) {
    const bool closed = random.OneIn(2);
    const Point start = random.Any();
    const std::vector<Point> stops =
        AnyStops(2 + random.Below(trial % 20 == 0 ? 11 : 7), &random);
    const RoundCosts costs(start, stops, closed);
    const double shortest = MetersOf(costs, ShortestRoute(costs));
    const double found = MetersOf(costs, ShortRoute(costs));
    EXPECT_GE(found, shortest - kRounding);
    EXPECT_LE(RouteLowerBound(costs, found), shortest);
    // Told more than the truth, it may be weaker but not wrong.
    EXPECT_LE(RouteLowerBound(costs, 3 * found), shortest);
  }
}

// The two kinds of stops that people have: all over a district, and in a few
// streets of a city.
std::vector<Point> Scattered(const Point& center, size_t count,
                             RandomPoints* random) {
  std::vector<Point> stops;
  while (stops.size() < count) stops.push_back(random->Near(center, 5'000));
  return stops;
}

std::vector<Point> Clustered(const Point& center, size_t count,
                             RandomPoints* random) {
  const std::vector<Point> streets = [&] {
    std::vector<Point> points;
    while (points.size() < 8) points.push_back(random->Near(center, 10'000));
    return points;
  }();
  std::vector<Point> stops;
  while (stops.size() < count) {
    stops.push_back(random->Near(streets[random->Below(8)], 300));
  }
  return stops;
}

TEST(RoundPlanTest, ManyStopsStayNearTheBound) {
  RandomPoints random;
  SCOPED_TRACE(random.seed_message());
  const Point start = RandomPoints::At(10.78, 106.70);
  for (size_t count : {size_t{13}, size_t{30}, size_t{60}, kMaxRoundStops}) {
    for (bool closed : {false, true}) {
      const auto scattered = Scattered(start, count, &random);
      const RoundPlan even = PlanRound(start, scattered, closed);
      ExpectSound(even, start, scattered, closed);
      // Measured: see round_plan.h.
      EXPECT_LE(even.total_meters, 1.12 * even.lower_bound_meters) << count;
      const auto clustered = Clustered(start, count, &random);
      const RoundPlan lumpy = PlanRound(start, clustered, closed);
      ExpectSound(lumpy, start, clustered, closed);
      EXPECT_LE(lumpy.total_meters, 1.4 * lumpy.lower_bound_meters) << count;
    }
  }
}

// All orders that one step of 2-opt or Or-opt makes of `order`.
std::vector<std::vector<size_t>> StepsFrom(const std::vector<size_t>& order) {
  std::vector<std::vector<size_t>> steps;
  for (size_t begin = 0; begin < order.size(); ++begin) {
    for (size_t end = begin + 1; end <= order.size(); ++end) {
      const auto at = [](auto& list, size_t i) {
        return list.begin() + static_cast<ptrdiff_t>(i);
      };
      std::vector<size_t> step = order;
      std::reverse(at(step, begin), at(step, end));
      steps.push_back(step);
      if (end > begin + 3) continue;
      std::vector<size_t> chain(at(order, begin), at(order, end));
      for (bool turn : {false, true}) {
        if (turn) std::reverse(chain.begin(), chain.end());
        step = order;
        step.erase(at(step, begin), at(step, end));
        for (size_t place = 0; place <= step.size(); ++place) {
          std::vector<size_t> moved = step;
          moved.insert(at(moved, place), chain.begin(), chain.end());
          steps.push_back(std::move(moved));
        }
      }
    }
  }
  return steps;
}

TEST(RoundPlanTest, NoSingleStepMakesALongRoundShorter) {
  RandomPoints random;
  SCOPED_TRACE(random.seed_message());
  for (int trial = 0; trial < 20; ++trial) {
    const bool closed = random.OneIn(2);
    const Point start = random.Any();
    const std::vector<Point> stops = AnyStops(13 + random.Below(28), &random);
    const RoundPlan plan = PlanRound(start, stops, closed);
    double best = plan.total_meters;
    for (const std::vector<size_t>& order : StepsFrom(plan.order)) {
      best = std::min(best, MetersAlong(start, stops, order, closed));
    }
    EXPECT_NEAR(best, plan.total_meters, 2 * kRounding);
  }
}

// Around a circle the shortest round is known: one after the other.
TEST(RoundPlanTest, GoesRoundACircle) {
  RandomPoints random;
  SCOPED_TRACE(random.seed_message());
  const auto on_circle = [](double turn) {
    return RandomPoints::At(10 + 0.05 * std::sin(2 * M_PI * turn),
                            0.05 * std::cos(2 * M_PI * turn));
  };
  std::vector<Point> stops;
  double perimeter = DistanceMeters(on_circle(0), on_circle(1.0 / 100));
  for (int i = 1; i < 100; ++i) {
    stops.push_back(on_circle(i / 100.0));
    perimeter += DistanceMeters(on_circle(i / 100.0), on_circle((i + 1) / 1e2));
  }
  for (size_t i = stops.size(); i > 1; --i) {
    std::swap(stops[i - 1], stops[random.Below(i)]);
  }
  const RoundPlan plan = PlanRound(on_circle(0), stops, true);
  ExpectSound(plan, on_circle(0), stops, true);
  EXPECT_NEAR(plan.total_meters, perimeter, kRounding);
  EXPECT_GE(plan.lower_bound_meters, 0.999 * perimeter);
}

TEST(RoundPlanTest, OneSpotManyTimesIsOneWay) {
  const Point start = RandomPoints::At(10.77, 106.70);
  const Point spot = RandomPoints::At(10.78, 106.71);
  for (size_t count : {size_t{3}, size_t{50}, kMaxRoundStops}) {
    const std::vector<Point> stops(count, spot);
    for (bool closed : {false, true}) {
      const RoundPlan plan = PlanRound(start, stops, closed);
      ExpectSound(plan, start, stops, closed);
      EXPECT_NEAR(plan.total_meters,
                  (closed ? 2 : 1) * DistanceMeters(start, spot), kRounding);
    }
    EXPECT_EQ(PlanRound(spot, stops, true).total_meters, 0);
  }
}

// Points one kilometre apart, in a row over a pole or the antimeridian: the way
// along the row is the shortest, whatever the numbers look like.
TEST(RoundPlanTest, PolesAndTheAntimeridianAreNoWalls) {
  RandomPoints random;
  SCOPED_TRACE(random.seed_message());
  constexpr double kStep = 0.009;  // degrees
  for (size_t count : {size_t{9}, size_t{41}}) {
    std::vector<Point> over_pole, over_meridian;
    for (size_t i = 0; i < count; ++i) {
      const double along =
          kStep * (static_cast<double>(i) - static_cast<double>(count / 2));
      over_pole.push_back(
          RandomPoints::At(90 - std::abs(along), along < 0 ? 30 : -150));
      over_meridian.push_back(RandomPoints::At(0, 180 + along));
    }
    for (std::vector<Point> row : {over_pole, over_meridian}) {
      const Point start = row.front();
      const double length = DistanceMeters(row.front(), row.back());
      for (size_t i = row.size(); i > 1; --i) {
        std::swap(row[i - 1], row[random.Below(i)]);
      }
      for (bool closed : {false, true}) {
        const RoundPlan plan = PlanRound(start, row, closed);
        ExpectSound(plan, start, row, closed);
        EXPECT_NEAR(plan.total_meters, (closed ? 2 : 1) * length, kRounding);
      }
    }
  }
}

TEST(RoundPlanTest, StopsAllOverTheEarthAreOrderedToo) {
  RandomPoints random;
  SCOPED_TRACE(random.seed_message());
  for (int trial = 0; trial < 20; ++trial) {
    const bool closed = random.OneIn(2);
    const std::vector<Point> stops = AnyStops(13 + random.Below(60), &random);
    ExpectSound(PlanRound(stops[0], stops, closed), stops[0], stops, closed);
  }
}

TEST(RoundPlanTest, TheSameQuestionGetsTheSameAnswer) {
  RandomPoints random;
  SCOPED_TRACE(random.seed_message());
  // With many equal distances, between which nothing but the order decides.
  std::vector<Point> stops;
  for (int i = 0; i < 100; ++i) {
    stops.push_back(RandomPoints::At(i / 10 * 0.01, i % 10 * 0.01));
  }
  const RoundPlan plan = PlanRound(Point(), stops, true);
  const RoundPlan again = PlanRound(Point(), stops, true);
  EXPECT_EQ(plan.order, again.order);
  EXPECT_EQ(plan.lower_bound_meters, again.lower_bound_meters);
}

}  // namespace
}  // namespace xom::geo
