// Nearest over a million points, 60 % of them in one city: the figure that the
// design compares with other stores.
#include <benchmark/benchmark.h>

#include <memory>
#include <vector>

#include "absl/strings/str_cat.h"
#include "geo/cell_index.h"
#include "geo/random_points.h"
#include "geo/reverse_index.h"

namespace xom::geo {
namespace {

constexpr size_t kItems = 1'000'000;

const Point kCity = RandomPoints::At(10.7769, 106.7009);

Point ClusteredPoint(RandomPoints& random) {
  const size_t roll = random.Below(10);
  if (roll < 6) return random.Near(kCity, 15'000);
  if (roll < 9) return random.Near(kCity, 700'000);
  return random.Anywhere();
}

struct World {
  World() : random(1), items(kItems), names(kItems) {
    for (size_t i = 0; i < kItems; ++i) {
      items[i].point = ClusteredPoint(random);
      items[i].categories = uint64_t{1} << random.Below(4);
      items[i].urgency = static_cast<int>(random.Below(4));
      names[i] = absl::StrCat("needs/", i);
      items[i].name = names[i];
      index.Insert(&items[i]);
    }
    // Questions come from where the items are.
    for (int i = 0; i < 4'096; ++i) centers.push_back(ClusteredPoint(random));
  }

  RandomPoints random;
  std::vector<IndexedItem> items;
  std::vector<std::string> names;
  std::vector<Point> centers;
  CellIndex index;
};

World& TheWorld() {
  static World& world = *new World();
  return world;
}

void Run(benchmark::State& state, NearestQuery query) {
  const World& world = TheWorld();
  size_t i = 0;
  for (auto _ : state) {
    query.center = world.centers[i++ % world.centers.size()];
    benchmark::DoNotOptimize(world.index.Nearest(query));
  }
}

void BM_Nearest(benchmark::State& state) {
  Run(state, {.limit = static_cast<size_t>(state.range(0))});
}
BENCHMARK(BM_Nearest)->Arg(1)->Arg(10)->Arg(20)->Arg(100)->Arg(1'000);

void BM_NearestOfOneCategoryIn4(benchmark::State& state) {
  Run(state, {.limit = 20, .any_category = 2});
}
BENCHMARK(BM_NearestOfOneCategoryIn4);

void BM_NearestOfNoCategory(benchmark::State& state) {
  Run(state, {.limit = 20, .any_category = 1 << 9});
}
BENCHMARK(BM_NearestOfNoCategory);

void BM_NearestWithin500Meters(benchmark::State& state) {
  Run(state, {.limit = 20, .max_distance_meters = 500});
}
BENCHMARK(BM_NearestWithin500Meters);

void BM_RemoveAndInsert(benchmark::State& state) {
  World& world = TheWorld();
  size_t i = 0;
  for (auto _ : state) {
    const IndexedItem* item = &world.items[i++ * 7'919 % kItems];
    world.index.Remove(item);
    world.index.Insert(item);
  }
}
BENCHMARK(BM_RemoveAndInsert);

void BM_InRegionCircle(benchmark::State& state) {
  const World& world = TheWorld();
  size_t i = 0;
  for (auto _ : state) {
    const Region circle =
        *Region::Circle(world.centers[i++ % world.centers.size()], 2'000);
    benchmark::DoNotOptimize(
        world.index.InRegion({.region = &circle, .limit = 20}));
  }
}
BENCHMARK(BM_InRegionCircle);

// 10,000 watches of 500 m in the city, each the disc of its 20th neighbour.
void BM_ReverseSetDiscAndFind(benchmark::State& state) {
  RandomPoints random(2);
  ReverseIndex index;
  std::vector<Point> points;
  for (ReverseIndex::Id id = 0; id < 10'000; ++id) {
    points.push_back(random.Near(kCity, 15'000));
    index.SetDisc(id, points.back(), ChordLength2FromMeters(500));
  }
  std::vector<ReverseIndex::Id> out;
  size_t i = 0;
  for (auto _ : state) {
    const size_t id = i++ % points.size();
    index.SetDisc(id, points[id], ChordLength2FromMeters(450));
    out.clear();
    index.Find(points[id], &out);
    benchmark::DoNotOptimize(out);
  }
}
BENCHMARK(BM_ReverseSetDiscAndFind);

}  // namespace
}  // namespace xom::geo

BENCHMARK_MAIN();
