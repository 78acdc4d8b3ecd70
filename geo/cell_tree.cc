#include "geo/cell_tree.h"

#include <algorithm>
#include <bit>
#include <cassert>
#include <limits>
#include <utility>

namespace xom::geo {
namespace {

using Child = Branch::Child;

// A child this small joins a neighbour, if the two fill at most three quarters
// of one: a quarter must change before it is split again.
bool MayMerge(size_t a, size_t b, size_t max) {
  return std::min(a, b) <= max / 4 && a + b <= max * 3 / 4;
}

// Where to part `size` entries or children: in the middle half, where the curve
// leaves the largest cell, so that the boxes of both parts overlap little.
template <typename CellAt>
size_t SplitPlace(size_t size, CellAt cell_at) {
  size_t best = size / 2;
  int best_shared = std::numeric_limits<int>::max();
  size_t best_offset = 0;
  uint64_t before = cell_at(size / 4 - 1);
  for (size_t i = size / 4; i <= size - size / 4; ++i) {
    const uint64_t cell = cell_at(i);
    const int shared = std::countl_zero(before ^ cell);
    const size_t offset = i < size / 2 ? size / 2 - i : i - size / 2;
    if (shared < best_shared ||
        (shared == best_shared && offset < best_offset)) {
      best = i;
      best_shared = shared;
      best_offset = offset;
    }
    before = cell;
  }
  return best;
}

// Nothing was split off.
bool IsEmpty(const Child& child) {
  return child.branch == nullptr && child.leaf.size() == 0;
}

// `is_last`, here and below: nothing in the tree is behind the leaf or branch
// that the newcomers are to enter.
Leaf InsertInto(Leaf& leaf, const Newcomers& newcomers, bool is_last) {
  const size_t at = leaf.LowerBound(newcomers.place);
  if (leaf.IsAt(at, newcomers.place)) {
    leaf.InsertItems(at, newcomers);
    return Leaf();
  }
  Entry entry = Entry::Of(newcomers);
  if (is_last && at == Leaf::kMaxEntries) {
    // Loading in order fills each leaf instead of leaving halves behind.
    Leaf next;
    next.Insert(0, std::move(entry));
    return next;
  }
  leaf.Insert(at, std::move(entry));
  if (leaf.size() <= Leaf::kMaxEntries) return Leaf();
  return leaf.SplitAt(
      SplitPlace(leaf.size(), [&](size_t i) { return leaf.cell(i); }));
}

// Adds a child, and returns the branch that it split off when it was full.
std::unique_ptr<Branch> AddChild(Branch& branch, size_t at, Child child,
                                 bool is_last) {
  if (branch.size < Branch::kMaxChildren) {
    branch.InsertChild(at, std::move(child));
    return nullptr;
  }
  auto next = std::make_unique<Branch>(branch.above_leaves);
  const size_t middle = is_last && at == branch.size
                            ? branch.size
                            : SplitPlace(branch.size, [&](size_t i) {
                                return branch.first_cell[i];
                              });
  branch.MoveChildren(middle, next.get());
  if (at <= middle && middle < Branch::kMaxChildren) {
    branch.InsertChild(at, std::move(child));
  } else {
    next->InsertChild(at - middle, std::move(child));
  }
  return next;
}

std::unique_ptr<Branch> InsertUnder(Branch& branch, const Newcomers& newcomers,
                                    bool is_last) {
  const size_t at = branch.ChildOf(newcomers.place);
  const bool is_last_below = is_last && at + 1 == branch.size;
  Child& child = branch.children[at];
  Child sibling;
  if (branch.above_leaves) {
    sibling.leaf = InsertInto(child.leaf, newcomers, is_last_below);
  } else {
    sibling.branch = InsertUnder(*child.branch, newcomers, is_last_below);
  }
  if (IsEmpty(sibling)) {
    branch.Widen(at, newcomers);
    return nullptr;
  }
  branch.SummarizeChild(at);
  return AddChild(branch, at + 1, std::move(sibling), is_last);
}

void MergeIfSmall(Branch& branch, size_t at) {
  // Into the child before it, or the child after it into this one.
  const size_t into = at > 0 ? at - 1 : at;
  if (into + 1 == branch.size) return;
  Child& target = branch.children[into];
  Child& source = branch.children[into + 1];
  if (branch.above_leaves) {
    if (!MayMerge(target.leaf.size(), source.leaf.size(), Leaf::kMaxEntries)) {
      return;
    }
    target.leaf.Append(std::move(source.leaf));
  } else {
    if (!MayMerge(target.branch->size, source.branch->size,
                  Branch::kMaxChildren)) {
      return;
    }
    source.branch->MoveChildren(0, target.branch.get());
  }
  branch.EraseChild(into + 1);
  branch.SummarizeChild(into);
}

// What became of an entry whose item was to be removed.
enum class Removal {
  kNotFound,
  kAlike,    // its summary is as before: so are those of all above
  kChanged,  // another summary, or no entry
};

Removal RemoveFrom(Leaf& leaf, const PlaceKey& place, const IndexedItem& item) {
  const size_t at = leaf.LowerBound(place);
  if (!leaf.IsAt(at, place)) return Removal::kNotFound;
  const EntryGroup& group = leaf.group(at / EntryGroup::kSize);
  const size_t i = at % EntryGroup::kSize;
  const uint64_t categories = group.categories[i];
  const RankWord rank = group.rank[i];
  if (!leaf.RemoveItem(at, &item)) return Removal::kNotFound;
  if (leaf.occupants(at).empty()) {
    leaf.Erase(at);
    return Removal::kChanged;
  }
  return group.categories[i] == categories && group.rank[i] == rank
             ? Removal::kAlike
             : Removal::kChanged;
}

Removal RemoveUnder(Branch& branch, const PlaceKey& place,
                    const IndexedItem& item) {
  if (branch.size == 0) return Removal::kNotFound;
  const size_t at = branch.ChildOf(place);
  Child& child = branch.children[at];
  const Removal removal = branch.above_leaves
                              ? RemoveFrom(child.leaf, place, item)
                              : RemoveUnder(*child.branch, place, item);
  if (removal != Removal::kChanged) return removal;
  const size_t left =
      branch.above_leaves ? child.leaf.size() : child.branch->size;
  if (left == 0) {
    branch.EraseChild(at);
  } else {
    branch.SummarizeChild(at);
    MergeIfSmall(branch, at);
  }
  return Removal::kChanged;
}

bool VisitUnder(const Branch& branch, const CellTree::Range& range,
                absl::FunctionRef<bool(const CellTree::Run&)> visit) {
  if (branch.size == 0) return true;
  for (size_t i = branch.ChildOf(range.cells.first); i < branch.size; ++i) {
    if (branch.first_cell[i] > range.cells.last) return true;
    if (!range.filter.MayPass(branch.categories[i], branch.rank[i])) continue;
    const Child& child = branch.children[i];
    if (!branch.above_leaves) {
      if (!VisitUnder(*child.branch, range, visit)) return false;
      continue;
    }
    const Leaf& leaf = child.leaf;
    const size_t begin = branch.first_cell[i] >= range.cells.first
                             ? 0
                             : leaf.LowerBound(range.cells.first);
    const size_t end = leaf.cell(leaf.size() - 1) <= range.cells.last
                           ? leaf.size()
                           : leaf.LowerBound(range.cells.last + 1);
    if (begin < end && !visit({leaf, begin, end})) return false;
  }
  return true;
}

}  // namespace

CellTree::CellTree() : root_(std::make_unique<Branch>(true)) {}

void CellTree::Insert(const Point& point,
                      absl::Span<const IndexedItem* const> items) {
  size_ += items.size();
  const Newcomers newcomers(point.unit(), items);
  if (root_->size == 0) {
    Child first;
    first.leaf.Insert(0, Entry::Of(newcomers));
    root_->InsertChild(0, std::move(first));
    return;
  }
  Child next{InsertUnder(*root_, newcomers, /*is_last=*/true), Leaf()};
  if (next.branch == nullptr) return;
  auto root = std::make_unique<Branch>(false);
  root->InsertChild(0, Child{std::move(root_), Leaf()});
  root->InsertChild(1, std::move(next));
  root_ = std::move(root);
}

bool CellTree::Remove(const IndexedItem* item) {
  const PlaceKey place(item->point().unit());
  if (RemoveUnder(*root_, place, *item) == Removal::kNotFound) return false;
  --size_;
  while (!root_->above_leaves && root_->size == 1) {
    root_ = std::move(root_->children[0].branch);
  }
  return true;
}

bool CellTree::Visit(const Range& range,
                     absl::FunctionRef<bool(const Run&)> visit) const {
  return VisitUnder(*root_, range, visit);
}

}  // namespace xom::geo
