#include "geo/clustered_world.h"

#include "absl/strings/str_format.h"
#include "geo/allocation_count.h"

namespace xom::geo {
namespace {

constexpr size_t kCenters = 4'096;

const Point kCity = RandomPoints::At(10.7769, 106.7009);

uint64_t SomeCategories(RandomPoints& random) {
  uint64_t categories = ClusteredWorld::kAll;
  if (random.OneIn(100)) categories |= ClusteredWorld::kOneIn100;
  if (random.OneIn(10)) categories |= ClusteredWorld::kOneIn10;
  if (random.OneIn(4)) categories |= ClusteredWorld::kOneIn4;
  return categories;
}

}  // namespace

ClusteredWorld::ClusteredWorld(size_t size) : random(1), items(size) {
  for (size_t i = 0; i < size; ++i) {
    items[i].place = SomePoint(random);
    items[i].categories = SomeCategories(random);
    items[i].urgency = static_cast<int>(random.Below(4));
    absl::SNPrintF(items[i].letters, sizeof items[i].letters, "%0*d",
                   WorldItem::kNameBytes, i);
  }
  const size_t before = CountHeapUse().bytes;
  for (const WorldItem& item : items) index.Insert(&item);
  index_bytes_per_item = static_cast<double>(CountHeapUse().bytes - before) /
                         static_cast<double>(size);
  for (size_t i = 0; i < kCenters; ++i) centers.push_back(SomePoint(random));
}

Point ClusteredWorld::SomePoint(RandomPoints& random) {
  const size_t roll = random.Below(10);
  if (roll < 6) return random.Near(kCity, 15'000);
  if (roll < 9) return random.Near(kCity, 700'000);
  return random.Anywhere();
}

ClusteredWorld& MillionItems() {
  static ClusteredWorld& world = *new ClusteredWorld(1'000'000);
  return world;
}

}  // namespace xom::geo
