#include "geo/cell_leaf.h"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <limits>
#include <utility>

namespace xom::geo {
namespace {

constexpr float kInfinity = std::numeric_limits<float>::infinity();

size_t GroupsFor(size_t entries) {
  return (entries + EntryGroup::kSize - 1) / EntryGroup::kSize;
}

}  // namespace

Entry Entry::Of(const IndexedItem& item) {
  return {item.point.unit(), item.categories, RankWordOf(item), &item};
}

float RoundDown(double value) {
  const auto rounded = static_cast<float>(value);
  return rounded > value ? std::nextafter(rounded, -kInfinity) : rounded;
}

float RoundUp(double value) {
  const auto rounded = static_cast<float>(value);
  return rounded < value ? std::nextafter(rounded, kInfinity) : rounded;
}

void Summary::Add(const Entry& entry) {
  const double unit[3] = {entry.unit.x, entry.unit.y, entry.unit.z};
  for (int i = 0; i < 3; ++i) {
    low[i] = std::min(low[i], RoundDown(unit[i]));
    high[i] = std::max(high[i], RoundUp(unit[i]));
  }
  categories |= entry.categories;
  rank = std::min(rank, entry.rank);
}

void Summary::Add(const Summary& other) {
  for (int i = 0; i < 3; ++i) {
    low[i] = std::min(low[i], other.low[i]);
    high[i] = std::max(high[i], other.high[i]);
  }
  categories |= other.categories;
  rank = std::min(rank, other.rank);
}

Entry Leaf::entry(size_t i) const {
  const EntryGroup& group = groups_[i / EntryGroup::kSize];
  const size_t at = i % EntryGroup::kSize;
  return {{group.x[at], group.y[at], group.z[at]},
          group.categories[at],
          group.rank[at],
          group.item[at]};
}

const IndexedItem& Leaf::item(size_t i) const {
  return *groups_[i / EntryGroup::kSize].item[i % EntryGroup::kSize];
}

uint64_t Leaf::cell(size_t i) const {
  const EntryGroup& group = groups_[i / EntryGroup::kSize];
  const size_t at = i % EntryGroup::kSize;
  return LeafCell({group.x[at], group.y[at], group.z[at]});
}

Summary Leaf::Summarize() const {
  Summary summary;
  for (size_t i = 0; i < size_; ++i) summary.Add(entry(i));
  summary.first_cell = cell(0);
  return summary;
}

size_t Leaf::After(uint64_t cell_id, absl::string_view name) const {
  size_t low = 0;
  size_t high = size_;
  while (low < high) {
    const size_t middle = (low + high) / 2;
    const uint64_t there = cell(middle);
    // Names live behind a pointer, so they are looked at only in a tie.
    const bool after =
        there != cell_id ? there > cell_id : item(middle).name > name;
    (after ? high : low) = after ? middle : middle + 1;
  }
  return low;
}

void Leaf::Insert(size_t at, const Entry& entry_to_add) {
  assert(at <= size_ && size_ <= kMaxEntries);
  Reserve(size_ + 1);
  for (size_t i = size_; i > at; --i) Set(i, entry(i - 1));
  Set(at, entry_to_add);
  ++size_;
}

void Leaf::Erase(size_t at) {
  assert(at < size_);
  for (size_t i = at + 1; i < size_; ++i) Set(i - 1, entry(i));
  Reserve(size_ - 1);
  --size_;
}

void Leaf::Append(const Leaf& other) {
  Reserve(size_ + other.size_);
  for (size_t i = 0; i < other.size_; ++i) Set(size_ + i, other.entry(i));
  size_ += other.size_;
}

Leaf Leaf::SplitAt(size_t at) {
  Leaf upper;
  upper.Reserve(size_ - at);
  for (size_t i = at; i < size_; ++i) upper.Set(i - at, entry(i));
  upper.size_ = size_ - at;
  Reserve(at);
  size_ = at;
  return upper;
}

void Leaf::Set(size_t i, const Entry& e) {
  EntryGroup& group = groups_[i / EntryGroup::kSize];
  const size_t at = i % EntryGroup::kSize;
  group.x[at] = e.unit.x;
  group.y[at] = e.unit.y;
  group.z[at] = e.unit.z;
  group.categories[at] = e.categories;
  group.rank[at] = e.rank;
  group.item[at] = e.item;
}

void Leaf::Reserve(size_t size) {
  const size_t had = GroupsFor(size_);
  const size_t wanted = GroupsFor(size);
  if (wanted == had) return;
  // Zeros where no entry is: arithmetic on what was left there may be slow.
  std::unique_ptr<EntryGroup[]> groups =
      wanted == 0 ? nullptr : std::make_unique<EntryGroup[]>(wanted);
  std::copy_n(groups_.get(), std::min(had, wanted), groups.get());
  groups_ = std::move(groups);
}

}  // namespace xom::geo
