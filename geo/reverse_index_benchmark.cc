// From a changed point to the watches it touches, with a thousand to a hundred
// thousand discs standing. The discs shrink as their number grows, so that a
// point always touches about ten: the cost should follow those.
//
// Counters: `ns` of one call, `touched` by one Find, `growth` against a
// thousand standing, `bytes_per_disc` and `allocations` of one call once warm.
#include <benchmark/benchmark.h>

#include <cmath>
#include <vector>

#include "geo/allocation_count.h"
#include "geo/clustered_world.h"
#include "geo/reverse_index.h"
#include "geo/side_by_side.h"

namespace xom::geo {
namespace {

constexpr size_t kCallsPerTurn = 64;
constexpr double kTouched = 10;
constexpr double kCityMeters = 15'000;

// Discs in a square of the city.
struct Discs {
  explicit Discs(size_t count) : random(2) {
    const double square = 4 * kCityMeters * kCityMeters;
    const double disc = square * kTouched / static_cast<double>(count);
    chord_length2 = ChordLength2FromMeters(std::sqrt(disc / 3.14159265));
    const Point city = RandomPoints::At(10.7769, 106.7009);
    for (size_t i = 0; i < count; ++i) {
      centers.push_back(random.Near(city, kCityMeters));
    }
    const size_t before = CountHeapUse().bytes;
    for (size_t i = 0; i < count; ++i) {
      index.SetDisc(i, centers[i], chord_length2);
    }
    bytes_per_disc = static_cast<double>(CountHeapUse().bytes - before) /
                     static_cast<double>(count);
  }

  size_t NextId() { return next++ * 7'919 % centers.size(); }

  void Find() {
    found.clear();
    index.Find(centers[NextId()], &found);
    touched += found.size();
    ++finds;
  }

  // As when the k-th neighbour changed.
  void Set() {
    const size_t id = NextId();
    const double shrink = next % 2 == 0 ? 1 : 0.9;
    index.SetDisc(id, centers[id], chord_length2 * shrink);
  }

  RandomPoints random;
  double chord_length2 = 0;
  std::vector<Point> centers;
  ReverseIndex index;
  std::vector<ReverseIndex::Id> found;
  double bytes_per_disc = 0;
  size_t next = 0;
  size_t touched = 0;
  size_t finds = 0;
};

template <typename Call>
void RunBoth(benchmark::State& state, Call call) {
  Discs few(1'000);
  Discs many(static_cast<size_t>(state.range(0)));
  SideBySide turns(kCallsPerTurn);
  for (auto _ : state) {
    turns.First([&] { call(few); });
    turns.Second([&] { call(many); });
  }
  const size_t before = CountHeapUse().allocations;
  for (size_t i = 0; i < kCallsPerTurn; ++i) call(many);
  state.counters["allocations"] =
      static_cast<double>(CountHeapUse().allocations - before) / kCallsPerTurn;
  state.counters["ns"] = turns.second_nanos();
  state.counters["growth"] = turns.Ratio();
  state.counters["bytes_per_disc"] = many.bytes_per_disc;
  if (many.finds > 0) {
    state.counters["touched"] =
        static_cast<double>(many.touched) / static_cast<double>(many.finds);
  }
}

void BM_ReverseFind(benchmark::State& state) {
  RunBoth(state, [](Discs& discs) { discs.Find(); });
}
BENCHMARK(BM_ReverseFind)
    ->ArgName("standing")
    ->RangeMultiplier(10)
    ->Range(1'000, 100'000);

void BM_ReverseSetDisc(benchmark::State& state) {
  RunBoth(state, [](Discs& discs) { discs.Set(); });
}
BENCHMARK(BM_ReverseSetDisc)
    ->ArgName("standing")
    ->RangeMultiplier(10)
    ->Range(1'000, 100'000);

}  // namespace
}  // namespace xom::geo
