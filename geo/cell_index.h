// Items at points in memory, the points sorted along the S2 curve: the k
// nearest, and those of a region in a stable order.
//
//   struct NeedRow : IndexedItem {
//     Point point() const override { ... }
//     absl::string_view name() const override { ... }
//   };
//   index.Insert(&row);
//   NearestQuery query{.center = here, .limit = 20};
//   query.any_category = 1 << food | 1 << medicine;
//   for (const Neighbor& n : index.Nearest(query))
//     Use(static_cast<const NeedRow&>(*n.item), n.chord_length2);
//
// The index keeps pointers. The owner keeps each item alive and unchanged while
// it is in the index: remove, change, insert again.
//
// Thread-compatible: any number of threads may call const methods together; a
// method that is not const needs the index alone.
#ifndef XOM_GEO_CELL_INDEX_H_
#define XOM_GEO_CELL_INDEX_H_

#include <cstddef>
#include <cstdint>
#include <functional>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "geo/point.h"
#include "geo/region.h"

namespace xom::geo {

// What the index orders and filters by, and no more: there are millions. Derive
// from it to carry more.
struct IndexedItem {
  // Asked where items are put, taken out or told apart, not of each that a
  // search passes: the owner may read them from what it keeps anyway.
  virtual Point point() const = 0;
  // Unique in the index. The owner keeps the bytes.
  virtual absl::string_view name() const = 0;

  uint64_t categories = 0;  // a set of bits; their meaning is the owner's
  int64_t create_time_micros = 0;
  int urgency = 0;  // greater is more urgent

 protected:
  // Who owns items knows what they are.
  ~IndexedItem() = default;
};

// The one order of neighbours: nearer first, then more urgent, then older, then
// by name. Two items never compare equal, so a key is also a place to go on
// from.
struct RankKey {
  double chord_length2 = 0;
  int urgency = 0;
  int64_t create_time_micros = 0;
  std::string name;

  friend bool operator<(const RankKey& a, const RankKey& b);
};

inline absl::string_view NameOf(const IndexedItem& item) { return item.name(); }
inline absl::string_view NameOf(const RankKey& key) { return key.name; }

// Of two that are equally far, whether `a` comes first in that order. Each is
// an IndexedItem or a RankKey.
template <typename A, typename B>
bool ComesBefore(const A& a, const B& b) {
  if (a.urgency != b.urgency) return a.urgency > b.urgency;
  if (a.create_time_micros != b.create_time_micros) {
    return a.create_time_micros < b.create_time_micros;
  }
  return NameOf(a) < NameOf(b);
}

// The key by which `item` is ranked around `center`.
RankKey RankKeyOf(const IndexedItem& item, const Point& center);

// Extra condition, asked last and only of items that would enter the result.
using Accept = std::function<bool(const IndexedItem&)>;

struct NearestQuery {
  Point center = Point();
  size_t limit = 0;  // the most neighbours to return
  // Edge included. Infinity and anything above half the circumference: no
  // bound. REQUIRES: >= 0.
  double max_distance_meters = std::numeric_limits<double>::infinity();
  uint64_t any_category = 0;  // items with one of these bits; 0: all items
  int min_urgency = std::numeric_limits<int>::min();
  std::optional<RankKey> after = std::nullopt;  // only items ranked after it
  Accept accept = nullptr;
};

struct Neighbor {
  const IndexedItem* item = nullptr;
  double chord_length2 = 0;
};

// A place in the order of InRegion: by leaf cell, then by name.
struct RegionPosition {
  uint64_t leaf_cell = 0;
  std::string name;
};

struct RegionQuery {
  const Region* region = nullptr;  // not owned; REQUIRES: not null
  uint64_t any_category = 0;       // as in NearestQuery
  int min_urgency = std::numeric_limits<int>::min();
  std::optional<RegionPosition> after = std::nullopt;
  size_t limit = 0;  // REQUIRES: > 0
  // The most items to look at, so that a query has a bounded cost however few
  // items pass its filters. The leaf cells where a page begins and ends are
  // looked at whole, however many items are there. REQUIRES: > 0.
  size_t max_scanned = std::numeric_limits<size_t>::max();
  Accept accept = nullptr;
};

struct RegionResult {
  std::vector<const IndexedItem*> items;
  // Set when more may follow: the `after` of the next query. It may be set
  // though nothing follows, and with fewer items than the limit, even none.
  std::optional<RegionPosition> next;
};

class CellTree;  // the sorted points: see cell_tree.h

class CellIndex {
 public:
  CellIndex();
  ~CellIndex();
  CellIndex(CellIndex&&) noexcept;
  CellIndex& operator=(CellIndex&&) noexcept;

  // Adds an item. O(log n); faster still in the order of the leaf cells.
  // REQUIRES: not in the index, and no other item has its name.
  void Insert(const IndexedItem* item);

  class Loader;

  // Takes an item out. Returns false, changing nothing, when it is not there.
  bool Remove(const IndexedItem* item);

  size_t size() const;

  // The first `limit` items in the order of RankKey that pass the filters:
  // exactly what sorting all items would give, anywhere on earth.
  std::vector<Neighbor> Nearest(const NearestQuery& query) const;

  // The same into `out`, in place of what it held. Nothing is allocated once
  // `out` has room: keep it for the next query. Limits above 128 allocate, and
  // filters that so little passes that hundreds of boxes are open at once.
  void Nearest(const NearestQuery& query, std::vector<Neighbor>* out) const;

  // Items of the region that pass the filters, by (leaf cell, name). Pages
  // joined through `next` list each item that stayed in the index once.
  RegionResult InRegion(const RegionQuery& query) const;

 private:
  std::unique_ptr<CellTree> tree_;  // never null, unless moved from
};

// Inserts items by the million. Those of one point that come one after the
// other enter the index together, so that in the order of the leaf cells each
// point is searched for once, and its items are sorted once: O(log n) for a
// point and O(log m) for each of its m items. In another order it is Insert.
//
//   CellIndex::Loader loader(&index);
//   for (const NeedRow& row : rows) loader.Add(&row);
class CellIndex::Loader {
 public:
  // REQUIRES: nobody else uses `index` while this lives.
  explicit Loader(CellIndex* index) : tree_(*index->tree_) {}
  // Now all are in the index.
  ~Loader();
  Loader(const Loader&) = delete;
  Loader& operator=(const Loader&) = delete;

  // REQUIRES: as Insert; of the items that were added, too.
  void Add(const IndexedItem* item);

 private:
  void InsertGathered();

  CellTree& tree_;
  Point point_;
  std::vector<const IndexedItem*> gathered_;  // those at `point_`
};

}  // namespace xom::geo

#endif  // XOM_GEO_CELL_INDEX_H_
