#include <algorithm>
#include <cmath>
#include <limits>

#include "geo/round_costs.h"

namespace xom::geo {
namespace {

// A round is a tour of all nodes with the leg from the end to the start, which
// costs nothing. Each tour is a 1-tree: a tree of all nodes but one, and two
// legs to that one. So the shortest 1-tree is a lower bound, quickly found. A
// price on each node, paid by each of its legs, changes all tours alike, by
// twice the sum of the prices, but trees as they branch: prices that push each
// node towards two legs raise the bound.
//
// The one node is the end in an open round. In a closed round start and end are
// one place, and that is the node left out.
class OneTree {
 public:
  explicit OneTree(const RoundCosts& costs)
      : costs_(costs),
        first_(costs.closed() ? 1 : 0),
        price_(costs.stops() + 1),
        legs_(costs.stops() + 1),
        last_surplus_(costs.stops() + 1) {}

  // The length of the shortest 1-tree at these prices, less what all tours pay.
  double Measure() {
    std::fill(legs_.begin(), legs_.end(), 0);
    double meters = costs_.closed() ? JoinStart() : JoinEnd();
    meters += GrowTree();
    for (double price : price_) meters -= 2 * price;
    return meters;
  }

  // Whether the last tree is a tour: then the bound is met.
  bool IsTour() const {
    return std::all_of(legs_.begin(), legs_.end(),
                       [](int legs) { return legs == 2; });
  }

  // Part of the last move is made again: it damps the swing of prices between
  // trees that branch here and there by turns.
  void Reprice(double step) {
    for (size_t i = 0; i < price_.size(); ++i) {
      const int surplus = legs_[i] - 2;
      price_[i] += step * (0.7 * surplus + 0.3 * last_surplus_[i]);
      last_surplus_[i] = surplus;
    }
  }

 private:
  // The end's two legs: the free one to the start, and that from a stop.
  double JoinEnd() {
    const size_t stop = static_cast<size_t>(
        std::min_element(price_.begin() + 1, price_.end()) - price_.begin());
    ++legs_[0];
    ++legs_[stop];
    return price_[0] + price_[stop];
  }

  // The start's two legs. Its own price is 0 for ever: it always has two.
  double JoinStart() {
    size_t best = 1, second = 2;
    const auto cost = [this](size_t i) { return costs_[0][i] + price_[i]; };
    if (cost(second) < cost(best)) std::swap(best, second);
    for (size_t i = 3; i < price_.size(); ++i) {
      if (cost(i) < cost(best)) {
        second = best;
        best = i;
      } else if (cost(i) < cost(second)) {
        second = i;
      }
    }
    legs_[0] = 2;
    ++legs_[best];
    ++legs_[second];
    return cost(best) + cost(second);
  }

  // Prim's minimum spanning tree of the other nodes. This is where the time
  // goes: one pass over the nodes still outside updates them and finds the
  // next.
  double GrowTree() {
    outside_.clear();
    for (size_t i = first_ + 1; i < price_.size(); ++i) {
      outside_.push_back({std::numeric_limits<double>::infinity(), i, i});
    }
    double meters = 0;
    size_t joined = first_;
    while (!outside_.empty()) {
      const Outside next = TakeNearest(joined);
      meters += next.cost + price_[next.node];
      ++legs_[next.node];
      ++legs_[next.tree_node];
      joined = next.node;
    }
    return meters;
  }

  // A node not in the tree yet, and its cheapest leg to it. The cost is without
  // the node's own price.
  struct Outside {
    double cost;
    size_t node;
    size_t tree_node;
  };

  // Takes out the nearest to the tree, which `joined` has just become part of.
  Outside TakeNearest(size_t joined) {
    const double* from = costs_[joined];
    const double price = price_[joined];
    double least = std::numeric_limits<double>::infinity();
    size_t nearest = 0;
    for (size_t i = 0; i < outside_.size(); ++i) {
      Outside& other = outside_[i];
      const double cost = from[other.node] + price;
      if (cost < other.cost) {
        other.cost = cost;
        other.tree_node = joined;
      }
      const double priced = other.cost + price_[other.node];
      if (priced < least) {
        least = priced;
        nearest = i;
      }
    }
    const Outside taken = outside_[nearest];
    outside_[nearest] = outside_.back();
    outside_.pop_back();
    return taken;
  }

  const RoundCosts& costs_;
  const size_t first_;  // of the tree
  std::vector<double> price_;
  std::vector<int> legs_;
  std::vector<int> last_surplus_;  // of legs, above two
  std::vector<Outside> outside_;
};

// Steps shrink evenly, from half a mean leg to a thousandth of that. Found by
// trial: shorter first steps do not move clusters apart, longer last ones do
// not settle, and after so many rounds little is gained.
constexpr int kMaxRounds = 800;
constexpr double kFirstStep = 0.5;
constexpr double kLastStep = 0.0005;
// Taken off the bound, as a share of the known length, so that rounding never
// lifts it above a shortest route.
constexpr double kRoundingShare = 1e-9;

}  // namespace

double RouteLowerBound(const RoundCosts& costs, double known_meters) {
  OneTree tree(costs);
  double best = 0;
  double step = kFirstStep * known_meters / static_cast<double>(costs.stops());
  const double shrink = std::pow(kLastStep / kFirstStep, 1.0 / kMaxRounds);
  for (int round = 0; round < kMaxRounds && best < known_meters; ++round) {
    best = std::max(best, tree.Measure());
    if (tree.IsTour()) break;
    tree.Reprice(step);
    step *= shrink;
  }
  return std::clamp(best - kRoundingShare * known_meters, 0.0, known_meters);
}

}  // namespace xom::geo
