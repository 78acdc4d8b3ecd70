// The leaves of a CellTree: sorted entries, packed for a scan. Internal to
// geo/.
//
// An entry is what a search asks of every item, 48 bytes, so that the item
// itself is read only when it enters the result. Entries stand in groups of
// eight, field beside field: a filter reads the field it needs, distances are
// worked out side by side, and a leaf takes the memory of the groups it fills.
#ifndef XOM_GEO_CELL_LEAF_H_
#define XOM_GEO_CELL_LEAF_H_

#include <cstddef>
#include <cstdint>
#include <memory>

#include "absl/strings/string_view.h"
#include "geo/cell_index.h"
#include "geo/entry_filter.h"

namespace xom::geo {

// One entry on its way into or out of a leaf.
struct Entry {
  static Entry Of(const IndexedItem& item);

  UnitVector unit;
  uint64_t categories = 0;
  RankWord rank = 0;
  const IndexedItem* item = nullptr;
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
  const IndexedItem* item[kSize];
};

// The nearest floats that are not greater, or not less.
float RoundDown(double value);
float RoundUp(double value);

// What is true of all entries of a leaf, or of all leaves under a branch.
struct Summary {
  void Add(const Entry& entry);
  void Add(const Summary& other);

  // The box of the unit vectors, rounded outwards.
  float low[3] = {2, 2, 2};
  float high[3] = {-2, -2, -2};
  uint64_t categories = 0;       // all that any entry has
  RankWord rank = ~RankWord{0};  // the least
  uint64_t first_cell = 0;
};

// Sorted by (cell, name).
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
  Entry entry(size_t i) const;
  const IndexedItem& item(size_t i) const;
  uint64_t cell(size_t i) const;

  // REQUIRES: size() > 0.
  Summary Summarize() const;

  // The place of the first entry after (cell, name).
  size_t After(uint64_t cell, absl::string_view name) const;

  // REQUIRES: size() <= kMaxEntries; the caller splits what became larger.
  void Insert(size_t at, const Entry& entry);
  void Erase(size_t at);
  void Append(const Leaf& other);

  // Moves the entries from `at` on into the result.
  Leaf SplitAt(size_t at);

 private:
  void Set(size_t i, const Entry& entry);
  // Room for `size` entries and no more, rounded up to a group.
  void Reserve(size_t size);

  std::unique_ptr<EntryGroup[]> groups_;
  size_t size_ = 0;
};

}  // namespace xom::geo

#endif  // XOM_GEO_CELL_LEAF_H_
