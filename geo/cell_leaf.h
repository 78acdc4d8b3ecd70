// The leaves of a CellTree: sorted entries, packed for a scan. Internal to
// geo/.
//
// An entry is a point and what a search asks of the items that are there, 48
// bytes, so that they themselves are read only when they may enter the result.
// Entries stand in groups of eight, field beside field: a filter reads the
// field it needs, distances are worked out side by side, and a leaf takes the
// memory of the groups it fills.
#ifndef XOM_GEO_CELL_LEAF_H_
#define XOM_GEO_CELL_LEAF_H_

#include <cstddef>
#include <cstdint>
#include <memory>

#include "absl/types/span.h"
#include "geo/cell_index.h"
#include "geo/crowd.h"
#include "geo/entry_filter.h"

namespace xom::geo {

// Where a point stands in the order of the tree: along the curve, and within a
// leaf cell of S2 by the unit vector.
struct PlaceKey {
  explicit PlaceKey(const UnitVector& place)
      : cell(LeafCell(place)), unit(place) {}

  friend bool operator<(const PlaceKey& a, const PlaceKey& b);

  uint64_t cell;
  UnitVector unit;
};

// Items of one point on their way into a tree, and what they add to the
// summaries there. Refers to `added`, which is not empty.
struct Newcomers {
  Newcomers(const UnitVector& unit, absl::Span<const IndexedItem* const> added);

  PlaceKey place;
  absl::Span<const IndexedItem* const> items;
  uint64_t categories = 0;       // all that any of them has
  RankWord rank = ~RankWord{0};  // the least
};

// One entry on its way into or out of a leaf.
struct Entry {
  static Entry Of(const Newcomers& newcomers);

  UnitVector unit;
  uint64_t categories = 0;  // all that anybody there has
  RankWord rank = 0;        // the least
  Occupants occupants;
};

struct EntryGroup {
  static constexpr size_t kSize = 8;

  // The squared chords from `center` to all eight, ChordLength2 bit for bit.
  // Those of places that hold no entry mean nothing.
  void ChordLengths2(const UnitVector& center, double (&out)[kSize]) const {
    for (size_t i = 0; i < kSize; ++i) {
      out[i] = ChordLength2({x[i], y[i], z[i]}, center);
    }
  }

  double x[kSize];
  double y[kSize];
  double z[kSize];
  uint64_t categories[kSize];
  RankWord rank[kSize];
  Occupants occupants[kSize];
};

// The nearest floats that are not greater, or not less.
float RoundDown(double value);
float RoundUp(double value);

// What is true of all entries of a leaf, or of all leaves under a branch.
struct Summary {
  void Add(const UnitVector& unit);
  void Add(const Summary& other);

  // The box of the unit vectors, rounded outwards.
  float low[3] = {2, 2, 2};
  float high[3] = {-2, -2, -2};
  uint64_t categories = 0;       // all that any entry has
  RankWord rank = ~RankWord{0};  // the least
  uint64_t first_cell = 0;
};

// Sorted by PlaceKey, one entry for a point.
class Leaf {
 public:
  // Large enough to scan well, small enough that a summary says something.
  static constexpr size_t kMaxEntries = 64;

  size_t size() const { return size_; }
  const EntryGroup& group(size_t g) const { return groups_[g]; }

  // Asks for the positions of all entries at once, before they are scanned one
  // after the other.
  void Prefetch() const {
    for (size_t g = 0; g * EntryGroup::kSize < size_; ++g) {
      __builtin_prefetch(groups_[g].x);
      __builtin_prefetch(groups_[g].y);
      __builtin_prefetch(groups_[g].z);
    }
  }

  // REQUIRES (here and below): i < size().
  UnitVector unit(size_t i) const;
  uint64_t cell(size_t i) const { return LeafCell(unit(i)); }
  const Occupants& occupants(size_t i) const;

  // REQUIRES: size() > 0.
  Summary Summarize() const;

  // The first entry that is not before the place; that is not in a lesser cell.
  // size() when there is none.
  size_t LowerBound(const PlaceKey& place) const;
  size_t LowerBound(uint64_t cell) const;
  // Whether there is such an entry, and it is the place itself.
  bool IsAt(size_t i, const PlaceKey& place) const;

  // REQUIRES: size() <= kMaxEntries; the caller splits what became larger.
  void Insert(size_t at, Entry entry);
  void Erase(size_t at);
  void Append(Leaf other);

  // More, or one less, of those who are at the entry. Remove returns false,
  // changing nothing, when the item is not there. When it leaves nobody, erase
  // the entry.
  void InsertItems(size_t at, const Newcomers& newcomers);
  bool RemoveItem(size_t at, const IndexedItem* item);

  // Moves the entries from `at` on into the result.
  Leaf SplitAt(size_t at);

 private:
  void Set(size_t i, Entry entry);
  Entry Take(size_t i);
  // Room for `size` entries and no more, rounded up to a group.
  void Reserve(size_t size);

  std::unique_ptr<EntryGroup[]> groups_;
  size_t size_ = 0;
};

}  // namespace xom::geo

#endif  // XOM_GEO_CELL_LEAF_H_
