// What a branch of a CellTree knows of its children.
#include <algorithm>
#include <cassert>
#include <cmath>
#include <utility>

#include "geo/cell_tree.h"

namespace xom::geo {

CenterBox::CenterBox(const UnitVector& center)
    : low{RoundDown(center.x), RoundDown(center.y), RoundDown(center.z)},
      high{RoundUp(center.x), RoundUp(center.y), RoundUp(center.z)} {}

// In single precision, without branches, so that the compiler does four at a
// time. That errs by less than one part in two million; taking one in a million
// off keeps every result too small, and leaves the zeros inside a box alone.
void Branch::MinChordLengths2(const CenterBox& center,
                              float (&out)[kMaxChildren]) const {
  constexpr float kTooSmall = 1 - 1e-6F;
  float sums[kMaxChildren] = {};
  for (int axis = 0; axis < 3; ++axis) {
    const float from_low = center.low[axis];
    const float from_high = center.high[axis];
    for (size_t i = 0; i < kMaxChildren; ++i) {
      const float under = low[axis][i] - from_high;
      const float over = from_low - high[axis][i];
      // Twice the gap: at most one of the two is positive.
      const float gap = (under + std::abs(under)) + (over + std::abs(over));
      sums[i] += gap * gap;
    }
  }
  for (size_t i = 0; i < kMaxChildren; ++i) out[i] = sums[i] * kTooSmall / 4;
}

// Rounded as ChordLength2 rounds, so that no entry is farther even by a bit.
double Branch::MaxChordLength2(size_t child, const UnitVector& center) const {
  const double from[3] = {center.x, center.y, center.z};
  double far[3];
  for (int i = 0; i < 3; ++i) {
    far[i] = std::max(std::abs(double{low[i][child]} - from[i]),
                      std::abs(double{high[i][child]} - from[i]));
  }
  return far[0] * far[0] + far[1] * far[1] + far[2] * far[2];
}

size_t Branch::ChildOf(const PlaceKey& place) const {
  const auto begin = std::begin(first_cell);
  const auto end = begin + size;
  const auto first_tie = std::lower_bound(begin, end, place.cell);
  const auto last_tie = std::upper_bound(first_tie, end, place.cell);
  auto count = static_cast<size_t>(last_tie - begin);
  // Children whose first entry is not after the place; the last is the one.
  while (count > static_cast<size_t>(first_tie - begin) &&
         place < PlaceKey(first_unit(count - 1))) {
    --count;
  }
  return count == 0 ? 0 : count - 1;
}

size_t Branch::ChildOf(uint64_t cell) const {
  const auto begin = std::begin(first_cell);
  const auto first_tie = std::lower_bound(begin, begin + size, cell);
  return first_tie == begin ? 0 : static_cast<size_t>(first_tie - begin) - 1;
}

UnitVector Branch::first_unit(size_t child) const {
  const Branch* branch = this;
  while (!branch->above_leaves) {
    branch = branch->children[child].branch.get();
    child = 0;
  }
  return branch->children[child].leaf.unit(0);
}

Summary Branch::Summarize() const {
  Summary all;
  for (size_t i = 0; i < size; ++i) {
    Summary child;
    for (int axis = 0; axis < 3; ++axis) {
      child.low[axis] = low[axis][i];
      child.high[axis] = high[axis][i];
    }
    child.categories = categories[i];
    child.rank = rank[i];
    all.Add(child);
  }
  all.first_cell = first_cell[0];
  return all;
}

void Branch::SummarizeChild(size_t at) {
  const Child& child = children[at];
  const Summary summary =
      above_leaves ? child.leaf.Summarize() : child.branch->Summarize();
  for (int axis = 0; axis < 3; ++axis) {
    low[axis][at] = summary.low[axis];
    high[axis][at] = summary.high[axis];
  }
  categories[at] = summary.categories;
  rank[at] = summary.rank;
  first_cell[at] = summary.first_cell;
}

void Branch::Widen(size_t at, const Newcomers& newcomers) {
  Summary summary;
  summary.Add(newcomers.place.unit);
  for (int axis = 0; axis < 3; ++axis) {
    low[axis][at] = std::min(low[axis][at], summary.low[axis]);
    high[axis][at] = std::max(high[axis][at], summary.high[axis]);
  }
  categories[at] |= newcomers.categories;
  rank[at] = std::min(rank[at], newcomers.rank);
  first_cell[at] = std::min(first_cell[at], newcomers.place.cell);
}

void Branch::InsertChild(size_t at, Child child) {
  assert(at <= size && size < kMaxChildren);
  for (size_t i = size; i > at; --i) MoveChild(i - 1, this, i);
  children[at] = std::move(child);
  ++size;
  SummarizeChild(at);
}

void Branch::EraseChild(size_t at) {
  children[at] = Child();
  for (size_t i = at + 1; i < size; ++i) MoveChild(i, this, i - 1);
  --size;
}

void Branch::MoveChildren(size_t from, Branch* to) {
  assert(to->size + (size - from) <= kMaxChildren);
  for (size_t i = from; i < size; ++i) MoveChild(i, to, to->size++);
  size = from;
}

void Branch::MoveChild(size_t i, Branch* to, size_t at) {
  for (int axis = 0; axis < 3; ++axis) {
    to->low[axis][at] = low[axis][i];
    to->high[axis][at] = high[axis][i];
  }
  to->categories[at] = categories[i];
  to->rank[at] = rank[i];
  to->first_cell[at] = first_cell[i];
  to->children[at] = std::move(children[i]);
}

}  // namespace xom::geo
