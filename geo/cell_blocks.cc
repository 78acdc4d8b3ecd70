#include "geo/cell_blocks.h"

#include <algorithm>
#include <iterator>
#include <utility>

namespace xom::geo {
namespace {

// A block this small joins a neighbour, if the two fill at most three quarters
// of a block: a quarter must change before it is split again.
constexpr size_t kSmallBlockEntries = CellBlocks::kMaxBlockEntries / 4;
constexpr size_t kMergedBlockEntries = CellBlocks::kMaxBlockEntries * 3 / 4;

// Names live behind a pointer, so they are looked at only in a tie of cells.
bool IsAfter(const Entry& entry, uint64_t cell, absl::string_view name) {
  if (entry.cell != cell) return entry.cell > cell;
  return entry.item->name > name;
}

double Gap(double low, double high, double value) {
  return std::max({0.0, low - value, value - high});
}

}  // namespace

Entry::Entry(const IndexedItem* indexed)
    : cell(indexed->point.leaf_cell()),
      categories(indexed->categories),
      x(indexed->point.x()),
      y(indexed->point.y()),
      z(indexed->point.z()),
      create_time_micros(indexed->create_time_micros),
      item(indexed),
      urgency(indexed->urgency) {}

void BlockSummary::Add(const Entry& entry) {
  const double vector[3] = {entry.x, entry.y, entry.z};
  for (int i = 0; i < 3; ++i) {
    low[i] = std::min(low[i], vector[i]);
    high[i] = std::max(high[i], vector[i]);
  }
  categories |= entry.categories;
  max_urgency = std::max(max_urgency, entry.urgency);
}

double BlockSummary::MinChordLength2(const Point& from) const {
  const double dx = Gap(low[0], high[0], from.x());
  const double dy = Gap(low[1], high[1], from.y());
  const double dz = Gap(low[2], high[2], from.z());
  return std::min(kMaxChordLength2, dx * dx + dy * dy + dz * dz);
}

void CellBlocks::Insert(const IndexedItem* item) {
  const Entry entry(item);
  ++size_;
  if (blocks_.empty()) return InsertBlock(0, {entry});
  const size_t at = BlockOf(entry.cell, item->name);
  Block& block = blocks_[at];
  const auto place = std::partition_point(
      block.begin(), block.end(),
      [&](const Entry& e) { return !IsAfter(e, entry.cell, item->name); });
  if (block.size() == kMaxBlockEntries && place == block.end() &&
      at + 1 == blocks_.size()) {
    // Loading in order fills each block instead of leaving halves behind.
    return InsertBlock(at + 1, {entry});
  }
  block.insert(place, entry);
  summaries_[at].Add(entry);
  first_cells_[at] = block.front().cell;
  if (block.size() > kMaxBlockEntries) Split(at);
}

bool CellBlocks::Remove(const IndexedItem* item) {
  if (blocks_.empty()) return false;
  const uint64_t cell = item->point.leaf_cell();
  const size_t at = BlockOf(cell, item->name);
  Block& block = blocks_[at];
  auto after = std::partition_point(
      block.begin(), block.end(),
      [&](const Entry& e) { return !IsAfter(e, cell, item->name); });
  if (after == block.begin() || std::prev(after)->item != item) return false;
  block.erase(std::prev(after));
  --size_;
  if (block.empty()) {
    EraseBlock(at);
  } else {
    Refresh(at);
    MergeIfSmall(at);
  }
  return true;
}

CellBlocks::Position CellBlocks::LowerBound(uint64_t cell) const {
  const size_t next = static_cast<size_t>(
      std::lower_bound(first_cells_.begin(), first_cells_.end(), cell) -
      first_cells_.begin());
  if (next == 0) return {0, 0};
  const Block& block = blocks_[next - 1];
  const auto place =
      std::partition_point(block.begin(), block.end(),
                           [cell](const Entry& e) { return e.cell < cell; });
  if (place == block.end()) return {next, 0};
  return {next - 1, static_cast<size_t>(place - block.begin())};
}

CellBlocks::Position CellBlocks::After(uint64_t cell,
                                       absl::string_view name) const {
  if (blocks_.empty()) return {0, 0};
  const size_t at = BlockOf(cell, name);
  const Block& block = blocks_[at];
  const auto place = std::partition_point(
      block.begin(), block.end(),
      [&](const Entry& e) { return !IsAfter(e, cell, name); });
  if (place == block.end()) return {at + 1, 0};
  return {at, static_cast<size_t>(place - block.begin())};
}

const Entry* CellBlocks::Back(Position position, size_t count) const {
  size_t offset = position.offset;
  for (size_t block = position.block;; --block) {
    if (offset >= count) return &blocks_[block][offset - count];
    if (block == 0) return nullptr;
    count -= offset;
    offset = blocks_[block - 1].size();
  }
}

const Entry* CellBlocks::Ahead(Position position, size_t count) const {
  count += position.offset;
  for (size_t block = position.block; block < blocks_.size(); ++block) {
    if (count < blocks_[block].size()) return &blocks_[block][count];
    count -= blocks_[block].size();
  }
  return nullptr;
}

size_t CellBlocks::BlockOf(uint64_t cell, absl::string_view name) const {
  // Blocks whose first entry is not after (cell, name); the last is the one.
  auto end = std::upper_bound(first_cells_.begin(), first_cells_.end(), cell);
  const auto ties = std::lower_bound(first_cells_.begin(), end, cell);
  if (end != ties) {
    const auto first = blocks_.begin() + (ties - first_cells_.begin());
    const auto last = blocks_.begin() + (end - first_cells_.begin());
    end = ties + (std::partition_point(first, last,
                                       [&](const Block& b) {
                                         return !IsAfter(b.front(), cell, name);
                                       }) -
                  first);
  }
  const auto count = static_cast<size_t>(end - first_cells_.begin());
  return count == 0 ? 0 : count - 1;
}

void CellBlocks::InsertBlock(size_t at, Block block) {
  const auto place = static_cast<std::ptrdiff_t>(at);
  block.reserve(kMaxBlockEntries + 1);
  first_cells_.insert(first_cells_.begin() + place, block.front().cell);
  blocks_.insert(blocks_.begin() + place, std::move(block));
  summaries_.insert(summaries_.begin() + place, BlockSummary());
  Refresh(at);
}

void CellBlocks::EraseBlock(size_t at) {
  const auto place = static_cast<std::ptrdiff_t>(at);
  first_cells_.erase(first_cells_.begin() + place);
  blocks_.erase(blocks_.begin() + place);
  summaries_.erase(summaries_.begin() + place);
}

void CellBlocks::Split(size_t at) {
  Block& block = blocks_[at];
  const auto middle =
      block.begin() + static_cast<std::ptrdiff_t>(block.size() / 2);
  Block upper(middle, block.end());
  block.erase(middle, block.end());
  Refresh(at);
  InsertBlock(at + 1, std::move(upper));
}

void CellBlocks::MergeIfSmall(size_t at) {
  if (blocks_[at].size() > kSmallBlockEntries) return;
  // Into the block before it, or the block after it into this one.
  const size_t into = at > 0 ? at - 1 : at;
  if (into + 1 == blocks_.size()) return;
  Block& target = blocks_[into];
  const Block& source = blocks_[into + 1];
  if (target.size() + source.size() > kMergedBlockEntries) return;
  target.insert(target.end(), source.begin(), source.end());
  EraseBlock(into + 1);
  Refresh(into);
}

void CellBlocks::Refresh(size_t at) {
  first_cells_[at] = blocks_[at].front().cell;
  summaries_[at] = BlockSummary();
  for (const Entry& entry : blocks_[at]) summaries_[at].Add(entry);
}

}  // namespace xom::geo
