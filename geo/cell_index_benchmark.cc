// The index alone: a million clustered items against S2ClosestPointQuery on the
// same points, the growth from ten thousand to ten million, and what a query
// and an item take from the heap.
//
// Counters: `ns` of one of our queries, `times_faster` than S2, `growth`
// against ten thousand items, `allocations` of one query once warm, and
// `index_bytes_per_item` beside the items themselves.
#include <benchmark/benchmark.h>

#include <algorithm>
#include <memory>
#include <vector>

#include "geo/allocation_count.h"
#include "geo/cell_index.h"
#include "geo/clustered_world.h"
#include "geo/s2_peer.h"
#include "geo/side_by_side.h"

namespace xom::geo {
namespace {

constexpr size_t kResults = 10;
constexpr size_t kQueriesPerTurn = 64;

S2Peer& PeerOfMillion() {
  static S2Peer& peer = *new S2Peer(MillionItems().items);
  return peer;
}

// Allocations of one query when every vector has its size.
double AllocationsOf(const CellIndex& index, const NearestQuery& query,
                     std::vector<Neighbor>* out) {
  index.Nearest(query, out);
  const size_t before = CountHeapUse().allocations;
  for (size_t i = 0; i < kQueriesPerTurn; ++i) index.Nearest(query, out);
  return static_cast<double>(CountHeapUse().allocations - before) /
         kQueriesPerTurn;
}

// How many percent of the items pass the filter; 0: no filter is given.
uint64_t CategoryOf(int64_t percent) {
  switch (percent) {
    case 1:
      return ClusteredWorld::kOneIn100;
    case 10:
      return ClusteredWorld::kOneIn10;
    case 100:
      return ClusteredWorld::kAll;
  }
  return 0;
}

bool SameAnswers(ClusteredWorld& world, S2Peer& peer, NearestQuery query,
                 const S2Peer::Filter& filter) {
  std::vector<Neighbor> out;
  for (size_t i = 0; i < 200; ++i) {
    query.center = world.NextCenter();
    world.index.Nearest(query, &out);
    peer.Nearest(query.center, kResults, filter);
    if (!std::equal(out.begin(), out.end(), peer.found().begin(),
                    peer.found().end(),
                    [](const Neighbor& n, const WorldItem* item) {
                      return n.item == item;
                    })) {
      return false;
    }
  }
  return true;
}

void BM_NearestAgainstS2(benchmark::State& state) {
  ClusteredWorld& world = MillionItems();
  S2Peer& peer = PeerOfMillion();
  const int64_t percent = state.range(0);
  const NearestQuery filtered{.limit = kResults,
                              .any_category = CategoryOf(percent)};
  const S2Peer::Filter filter{
      filtered.any_category,
      static_cast<size_t>(percent == 0 ? 1 : 100 / percent)};
  if (!SameAnswers(world, peer, filtered, filter)) {
    return state.SkipWithError("S2 gives other answers");
  }
  NearestQuery query = filtered;
  std::vector<Neighbor> out;
  SideBySide turns(kQueriesPerTurn);
  for (auto _ : state) {
    turns.First([&] {
      query.center = world.NextCenter();
      world.index.Nearest(query, &out);
    });
    turns.Second([&] { peer.Nearest(world.NextCenter(), kResults, filter); });
  }
  state.counters["ns"] = turns.first_nanos();
  state.counters["s2_ns"] = turns.second_nanos();
  state.counters["times_faster"] = turns.Ratio();
  state.counters["allocations"] = AllocationsOf(world.index, query, &out);
}
BENCHMARK(BM_NearestAgainstS2)
    ->ArgName("percent")
    ->Arg(0)
    ->Arg(100)
    ->Arg(10)
    ->Arg(1);

void BM_NearestGrowth(benchmark::State& state) {
  static ClusteredWorld& small = *new ClusteredWorld(10'000);
  ClusteredWorld large(static_cast<size_t>(state.range(0)));
  NearestQuery query{.limit = kResults, .any_category = ClusteredWorld::kAll};
  std::vector<Neighbor> out;
  SideBySide turns(kQueriesPerTurn);
  const auto ask = [&](ClusteredWorld& world) {
    query.center = world.NextCenter();
    world.index.Nearest(query, &out);
  };
  for (auto _ : state) {
    turns.First([&] { ask(small); });
    turns.Second([&] { ask(large); });
  }
  state.counters["ns"] = turns.second_nanos();
  state.counters["growth"] = turns.Ratio();
  state.counters["index_bytes_per_item"] = large.index_bytes_per_item;
}
BENCHMARK(BM_NearestGrowth)
    ->ArgName("items")
    ->RangeMultiplier(10)
    ->Range(10'000, 10'000'000)
    ->Iterations(300);  // said, so that the items are made only once

// Counts the allocations of each query in `allocations`.
void Run(benchmark::State& state, NearestQuery query) {
  ClusteredWorld& world = MillionItems();
  std::vector<Neighbor> out;
  for (auto _ : state) {
    query.center = world.NextCenter();
    world.index.Nearest(query, &out);
    benchmark::DoNotOptimize(out);
  }
  state.counters["allocations"] = AllocationsOf(world.index, query, &out);
}

void BM_Nearest(benchmark::State& state) {
  Run(state, {.limit = static_cast<size_t>(state.range(0))});
}
BENCHMARK(BM_Nearest)->Arg(1)->Arg(10)->Arg(20)->Arg(100)->Arg(1'000);

void BM_NearestOfOneCategoryIn4(benchmark::State& state) {
  Run(state, {.limit = 20, .any_category = ClusteredWorld::kOneIn4});
}
BENCHMARK(BM_NearestOfOneCategoryIn4);

void BM_NearestOfNoCategory(benchmark::State& state) {
  Run(state, {.limit = 20, .any_category = ClusteredWorld::kNone});
}
BENCHMARK(BM_NearestOfNoCategory);

void BM_NearestWithin500Meters(benchmark::State& state) {
  Run(state, {.limit = 20, .max_distance_meters = 500});
}
BENCHMARK(BM_NearestWithin500Meters);

// The floor of a filter that only the owner can judge: every item is asked.
void BM_NearestAcceptingNothing(benchmark::State& state) {
  NearestQuery query{.limit = 20};
  query.accept = [](const IndexedItem& item) { return item.urgency > 9; };
  Run(state, query);
}
BENCHMARK(BM_NearestAcceptingNothing)->Unit(benchmark::kMillisecond);

// A page that begins after the 10,000th neighbour.
void BM_NearestDeepPage(benchmark::State& state) {
  ClusteredWorld& world = MillionItems();
  NearestQuery query{.center = world.centers[0], .limit = 10'000};
  std::vector<Neighbor> out = world.index.Nearest(query);
  query.after = RankKeyOf(*out.back().item, query.center);
  query.limit = 20;
  for (auto _ : state) {
    world.index.Nearest(query, &out);
    benchmark::DoNotOptimize(out);
  }
}
BENCHMARK(BM_NearestDeepPage);

void BM_RemoveAndInsert(benchmark::State& state) {
  ClusteredWorld& world = MillionItems();
  size_t i = 0;
  for (auto _ : state) {
    const IndexedItem* item = &world.items[i++ * 7'919 % world.items.size()];
    world.index.Remove(item);
    world.index.Insert(item);
  }
}
BENCHMARK(BM_RemoveAndInsert);

void BM_InRegionCircle(benchmark::State& state) {
  ClusteredWorld& world = MillionItems();
  for (auto _ : state) {
    const Region circle = *Region::Circle(world.NextCenter(), 2'000);
    benchmark::DoNotOptimize(
        world.index.InRegion({.region = &circle, .limit = 20}));
  }
}
BENCHMARK(BM_InRegionCircle);

}  // namespace
}  // namespace xom::geo

BENCHMARK_MAIN();
