// The entries of a CellIndex: sorted, in blocks, with a summary of each block.
// Internal to geo/.
//
// Like the leaves of a B+-tree under one sorted array. An entry is one cache
// line with all that a search asks of most items, so that a scan reads memory
// in order and follows the item's pointer only for the few it keeps.
#ifndef XOM_GEO_CELL_BLOCKS_H_
#define XOM_GEO_CELL_BLOCKS_H_

#include <cstddef>
#include <cstdint>
#include <limits>
#include <vector>

#include "absl/strings/string_view.h"
#include "geo/cell_index.h"

namespace xom::geo {

struct Entry {
  explicit Entry(const IndexedItem* indexed);

  uint64_t cell;
  uint64_t categories;
  double x, y, z;
  int64_t create_time_micros;
  const IndexedItem* item;
  int urgency;
};
static_assert(sizeof(Entry) == 64, "one cache line");

// What is true of all entries of a block: the box of their unit vectors, every
// category any of them has, their greatest urgency.
struct BlockSummary {
  void Add(const Entry& entry);

  // No entry of the block is nearer. Rounded exactly as ChordLength2 rounds,
  // so that comparing the two never drops a tie.
  double MinChordLength2(const Point& from) const;

  // False when no entry can pass both filters.
  bool MayPass(uint64_t any_category, int min_urgency) const {
    return (any_category == 0 || (categories & any_category) != 0) &&
           max_urgency >= min_urgency;
  }

  double low[3] = {2, 2, 2};
  double high[3] = {-2, -2, -2};
  uint64_t categories = 0;
  int max_urgency = std::numeric_limits<int>::min();
};

class CellBlocks {
 public:
  // Large enough to scan well, small enough that a summary says something and
  // an insertion moves little: 8 KiB.
  static constexpr size_t kMaxBlockEntries = 128;

  using Block = std::vector<Entry>;

  // `offset` may be one past the end of the block; the end of all entries is
  // {number of blocks, 0}.
  struct Position {
    size_t block;
    size_t offset;
  };

  void Insert(const IndexedItem* item);
  bool Remove(const IndexedItem* item);

  size_t size() const { return size_; }
  const std::vector<Block>& blocks() const { return blocks_; }
  const BlockSummary& summary(size_t block) const { return summaries_[block]; }
  uint64_t first_cell(size_t block) const { return first_cells_[block]; }

  // The first entry whose cell is at least `cell`.
  Position LowerBound(uint64_t cell) const;

  // The first entry after (cell, name).
  Position After(uint64_t cell, absl::string_view name) const;

  // The entry `count` places before or after `position`; null past an end.
  const Entry* Back(Position position, size_t count) const;
  const Entry* Ahead(Position position, size_t count) const;

 private:
  // The block that holds (cell, name), or would.
  size_t BlockOf(uint64_t cell, absl::string_view name) const;
  void InsertBlock(size_t at, Block block);
  void EraseBlock(size_t at);
  void Split(size_t at);
  void MergeIfSmall(size_t at);
  void Refresh(size_t at);

  // Parallel arrays, one element for each block; no block is empty.
  std::vector<uint64_t> first_cells_;
  std::vector<BlockSummary> summaries_;
  std::vector<Block> blocks_;
  size_t size_ = 0;
};

}  // namespace xom::geo

#endif  // XOM_GEO_CELL_BLOCKS_H_
