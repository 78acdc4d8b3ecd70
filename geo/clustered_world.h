// Items crowded as people are, and the places they are asked for from: 60 % in
// one city, 30 % within 700 km of it, 10 % anywhere. Benchmark code.
#ifndef XOM_GEO_CLUSTERED_WORLD_H_
#define XOM_GEO_CLUSTERED_WORLD_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "geo/cell_index.h"
#include "geo/random_points.h"

namespace xom::geo {

struct WorldItem final : IndexedItem {
  Point point() const override { return place; }
  absl::string_view name() const override { return {letters, kNameBytes}; }

  static constexpr size_t kNameBytes = 8;
  Point place;
  char letters[kNameBytes + 1] = {};
};

struct ClusteredWorld {
  // Categories by the share of the items that have them.
  static constexpr uint64_t kOneIn100 = 1;
  static constexpr uint64_t kOneIn10 = 2;
  static constexpr uint64_t kOneIn4 = 4;
  static constexpr uint64_t kAll = 8;
  static constexpr uint64_t kNone = 16;

  // Items enter the index in random order.
  explicit ClusteredWorld(size_t size);
  ClusteredWorld(const ClusteredWorld&) = delete;
  ClusteredWorld& operator=(const ClusteredWorld&) = delete;

  static Point SomePoint(RandomPoints& random);

  const Point& NextCenter() { return centers[next_center++ % centers.size()]; }

  RandomPoints random;
  std::vector<WorldItem> items;
  std::vector<Point> centers;
  CellIndex index;
  size_t next_center = 0;
  // What the index takes from the heap, without the items.
  double index_bytes_per_item = 0;
};

// A million items, made once.
ClusteredWorld& MillionItems();

}  // namespace xom::geo

#endif  // XOM_GEO_CLUSTERED_WORLD_H_
