// The entries of a CellIndex: a B+-tree along the S2 curve, each branch with a
// summary of what is under each child. Internal to geo/.
//
// Neighbours on the curve are neighbours on the ground, so the boxes in the
// summaries are small and a search reads only what lies near; the categories
// and urgencies in them let it pass by what no filter would let through.
#ifndef XOM_GEO_CELL_TREE_H_
#define XOM_GEO_CELL_TREE_H_

#include <cstddef>
#include <cstdint>
#include <memory>

#include "absl/functional/function_ref.h"
#include "absl/types/span.h"
#include "geo/cell_leaf.h"
#include "geo/entry_filter.h"
#include "geo/region.h"

namespace xom::geo {

// Where a search is from, in single precision: the box around the point.
struct CenterBox {
  explicit CenterBox(const UnitVector& center);

  float low[3];
  float high[3];
};

struct Branch {
  // One of the two, as `above_leaves` says.
  struct Child {
    std::unique_ptr<Branch> branch;
    Leaf leaf;
  };
  static constexpr size_t kMaxChildren = 32;

  explicit Branch(bool is_above_leaves) : above_leaves(is_above_leaves) {}

  // For each child, a number that no squared chord from the centre to an entry
  // under it is less than. Those beyond the last child mean nothing.
  void MinChordLengths2(const CenterBox& center,
                        float (&out)[kMaxChildren]) const;

  // Asks for what a search reads of every child, before it is read.
  void Prefetch() const {
    constexpr size_t kFloatsPerLine = 16;
    for (int axis = 0; axis < 3; ++axis) {
      for (size_t i = 0; i < kMaxChildren; i += kFloatsPerLine) {
        __builtin_prefetch(&low[axis][i]);
        __builtin_prefetch(&high[axis][i]);
      }
    }
  }

  // No entry under the child is farther. Comparable with ChordLength2.
  double MaxChordLength2(size_t child, const UnitVector& center) const;

  // The child that holds the place, or would; the first that may hold entries
  // of the cell or greater ones.
  size_t ChildOf(const PlaceKey& place) const;
  size_t ChildOf(uint64_t cell) const;
  UnitVector first_unit(size_t child) const;

  Summary Summarize() const;       // of all children
  void SummarizeChild(size_t at);  // after it changed
  // The same, when items were added.
  void Widen(size_t at, const Newcomers& newcomers);

  // REQUIRES: size < kMaxChildren; the child is not empty.
  void InsertChild(size_t at, Child child);
  void EraseChild(size_t at);
  // Moves the children of `from` on to `to` behind its own.
  void MoveChildren(size_t from, Branch* to);
  void MoveChild(size_t i, Branch* to, size_t at);

  const bool above_leaves;
  size_t size = 0;
  // The summaries, field beside field.
  float low[3][kMaxChildren] = {};
  float high[3][kMaxChildren] = {};
  uint64_t categories[kMaxChildren] = {};
  RankWord rank[kMaxChildren] = {};
  uint64_t first_cell[kMaxChildren] = {};
  Child children[kMaxChildren];
};

class CellTree {
 public:
  CellTree();

  // Items of one point, with one search for it. REQUIRES: `items` is not empty.
  void Insert(const Point& point, absl::Span<const IndexedItem* const> items);
  void Insert(const IndexedItem* item) { Insert(item->point(), {&item, 1}); }
  bool Remove(const IndexedItem* item);

  size_t size() const { return size_; }  // in items
  const Branch& root() const { return *root_; }

  // A run of entries in one leaf: [begin, end).
  struct Run {
    const Leaf& leaf;
    size_t begin;
    size_t end;
  };

  // The runs of entries in the cells of `cells`, in order, without leaves that
  // hold nothing for `filter`. Stops when `visit` returns false, and returns
  // whether it never did.
  struct Range {
    CellRange cells;
    const EntryFilter& filter;
  };
  bool Visit(const Range& range,
             absl::FunctionRef<bool(const Run&)> visit) const;

 private:
  std::unique_ptr<Branch> root_;  // never null
  size_t size_ = 0;
};

}  // namespace xom::geo

#endif  // XOM_GEO_CELL_TREE_H_
