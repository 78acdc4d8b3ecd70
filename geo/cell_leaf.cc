#include "geo/cell_leaf.h"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <limits>
#include <tuple>
#include <utility>

namespace xom::geo {
namespace {

constexpr float kInfinity = std::numeric_limits<float>::infinity();

size_t GroupsFor(size_t entries) {
  return (entries + EntryGroup::kSize - 1) / EntryGroup::kSize;
}

// The place in [0, size) from which on `is_before` is no longer true.
template <typename IsBefore>
size_t PartitionPoint(size_t size, IsBefore is_before) {
  size_t low = 0;
  while (low < size) {
    const size_t middle = (low + size) / 2;
    if (is_before(middle)) {
      low = middle + 1;
    } else {
      size = middle;
    }
  }
  return low;
}

}  // namespace

bool operator<(const PlaceKey& a, const PlaceKey& b) {
  return std::tie(a.cell, a.unit.x, a.unit.y, a.unit.z) <
         std::tie(b.cell, b.unit.x, b.unit.y, b.unit.z);
}

Newcomers::Newcomers(const UnitVector& unit,
                     absl::Span<const IndexedItem* const> added)
    : place(unit), items(added) {
  for (const IndexedItem* item : added) {
    categories |= item->categories;
    rank = std::min(rank, RankWordOf(*item));
  }
}

Entry Entry::Of(const Newcomers& newcomers) {
  Entry entry{newcomers.place.unit, newcomers.categories, newcomers.rank, {}};
  entry.occupants.Insert(newcomers.items);
  return entry;
}

float RoundDown(double value) {
  const auto rounded = static_cast<float>(value);
  return rounded > value ? std::nextafter(rounded, -kInfinity) : rounded;
}

float RoundUp(double value) {
  const auto rounded = static_cast<float>(value);
  return rounded < value ? std::nextafter(rounded, kInfinity) : rounded;
}

void Summary::Add(const UnitVector& unit) {
  const double axes[3] = {unit.x, unit.y, unit.z};
  for (int i = 0; i < 3; ++i) {
    low[i] = std::min(low[i], RoundDown(axes[i]));
    high[i] = std::max(high[i], RoundUp(axes[i]));
  }
}

void Summary::Add(const Summary& other) {
  for (int i = 0; i < 3; ++i) {
    low[i] = std::min(low[i], other.low[i]);
    high[i] = std::max(high[i], other.high[i]);
  }
  categories |= other.categories;
  rank = std::min(rank, other.rank);
}

UnitVector Leaf::unit(size_t i) const {
  const EntryGroup& group = groups_[i / EntryGroup::kSize];
  const size_t at = i % EntryGroup::kSize;
  return {group.x[at], group.y[at], group.z[at]};
}

const Occupants& Leaf::occupants(size_t i) const {
  return groups_[i / EntryGroup::kSize].occupants[i % EntryGroup::kSize];
}

Summary Leaf::Summarize() const {
  Summary summary;
  for (size_t i = 0; i < size_; ++i) {
    const EntryGroup& group = groups_[i / EntryGroup::kSize];
    const size_t at = i % EntryGroup::kSize;
    summary.Add(unit(i));
    summary.categories |= group.categories[at];
    summary.rank = std::min(summary.rank, group.rank[at]);
  }
  summary.first_cell = cell(0);
  return summary;
}

size_t Leaf::LowerBound(const PlaceKey& place) const {
  return PartitionPoint(size_,
                        [&](size_t i) { return PlaceKey(unit(i)) < place; });
}

size_t Leaf::LowerBound(uint64_t first) const {
  return PartitionPoint(size_, [&](size_t i) { return cell(i) < first; });
}

bool Leaf::IsAt(size_t i, const PlaceKey& place) const {
  return i < size_ && !(place < PlaceKey(unit(i)));
}

void Leaf::Insert(size_t at, Entry entry) {
  assert(at <= size_ && size_ <= kMaxEntries);
  Reserve(size_ + 1);
  for (size_t i = size_; i > at; --i) Set(i, Take(i - 1));
  Set(at, std::move(entry));
  ++size_;
}

void Leaf::Erase(size_t at) {
  assert(at < size_);
  for (size_t i = at + 1; i < size_; ++i) Set(i - 1, Take(i));
  Take(size_ - 1);
  Reserve(size_ - 1);
  --size_;
}

void Leaf::Append(Leaf other) {
  Reserve(size_ + other.size_);
  for (size_t i = 0; i < other.size_; ++i) Set(size_ + i, other.Take(i));
  size_ += other.size_;
}

void Leaf::InsertItems(size_t at, const Newcomers& newcomers) {
  Entry entry = Take(at);
  entry.occupants.Insert(newcomers.items);
  entry.categories |= newcomers.categories;
  entry.rank = std::min(entry.rank, newcomers.rank);
  Set(at, std::move(entry));
}

bool Leaf::RemoveItem(size_t at, const IndexedItem* item) {
  Entry entry = Take(at);
  const bool removed = entry.occupants.Remove(item);
  if (removed && !entry.occupants.empty()) {
    entry.categories = entry.occupants.categories();
    entry.rank = entry.occupants.rank();
  }
  Set(at, std::move(entry));
  return removed;
}

Leaf Leaf::SplitAt(size_t at) {
  Leaf upper;
  upper.Reserve(size_ - at);
  for (size_t i = at; i < size_; ++i) upper.Set(i - at, Take(i));
  upper.size_ = size_ - at;
  Reserve(at);
  size_ = at;
  return upper;
}

void Leaf::Set(size_t i, Entry entry) {
  EntryGroup& group = groups_[i / EntryGroup::kSize];
  const size_t at = i % EntryGroup::kSize;
  group.x[at] = entry.unit.x;
  group.y[at] = entry.unit.y;
  group.z[at] = entry.unit.z;
  group.categories[at] = entry.categories;
  group.rank[at] = entry.rank;
  group.occupants[at] = std::move(entry.occupants);
}

Entry Leaf::Take(size_t i) {
  EntryGroup& group = groups_[i / EntryGroup::kSize];
  const size_t at = i % EntryGroup::kSize;
  return {unit(i), group.categories[at], group.rank[at],
          std::move(group.occupants[at])};
}

void Leaf::Reserve(size_t size) {
  const size_t had = GroupsFor(size_);
  const size_t wanted = GroupsFor(size);
  if (wanted == had) return;
  // Zeros where no entry is: arithmetic on what was left there may be slow.
  std::unique_ptr<EntryGroup[]> groups =
      wanted == 0 ? nullptr : std::make_unique<EntryGroup[]>(wanted);
  std::move(groups_.get(), groups_.get() + std::min(had, wanted), groups.get());
  groups_ = std::move(groups);
}

}  // namespace xom::geo
