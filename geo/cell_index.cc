#include "geo/cell_index.h"

#include <algorithm>
#include <cassert>
#include <tuple>

#include "geo/cell_blocks.h"
#include "geo/nearest_search.h"

namespace xom::geo {
namespace {

// More cells follow the outline better and cost more to find. With 8, a page of
// 20 around a city takes 33 us; with 16, 43 us.
constexpr int kRegionCells = 8;

// One page of InRegion.
class RegionScan {
 public:
  RegionScan(const CellBlocks& blocks, const RegionQuery& query)
      : blocks_(blocks), query_(query) {}

  RegionResult Run() {
    for (const CellRange& range : query_.region->Covering(kRegionCells)) {
      if (query_.after.has_value() && query_.after->leaf_cell > range.last) {
        continue;
      }
      if (!Scan(range)) break;
    }
    return std::move(result_);
  }

 private:
  // False when the page is full.
  bool Scan(CellRange range) {
    CellBlocks::Position at = blocks_.LowerBound(range.first);
    if (query_.after.has_value() && query_.after->leaf_cell >= range.first) {
      at = blocks_.After(query_.after->leaf_cell, query_.after->name);
    }
    for (size_t b = at.block; b < blocks_.blocks().size(); ++b, at.offset = 0) {
      if (blocks_.first_cell(b) > range.last) return true;
      const CellBlocks::Block& block = blocks_.blocks()[b];
      for (size_t i = at.offset; i < block.size(); ++i) {
        if (block[i].cell > range.last) return true;
        if (!Look(block[i])) return false;
      }
    }
    return true;
  }

  bool Look(const Entry& entry) {
    if (Matches(entry)) result_.items.push_back(entry.item);
    if (++scanned_ < query_.max_scanned &&
        result_.items.size() < query_.limit) {
      return true;
    }
    result_.next = RegionPosition{entry.cell, std::string(entry.item->name)};
    return false;
  }

  bool Matches(const Entry& entry) const {
    return (query_.any_category == 0 ||
            (entry.categories & query_.any_category) != 0) &&
           entry.urgency >= query_.min_urgency &&
           query_.region->Contains(entry.item->point) &&
           (query_.accept == nullptr || query_.accept(*entry.item));
  }

  const CellBlocks& blocks_;
  const RegionQuery& query_;
  RegionResult result_;
  size_t scanned_ = 0;
};

}  // namespace

bool operator<(const RankKey& a, const RankKey& b) {
  // Urgency swapped: the greater comes first.
  return std::tie(a.chord_length2, b.urgency, a.create_time_micros, a.name) <
         std::tie(b.chord_length2, a.urgency, b.create_time_micros, b.name);
}

RankKey RankKeyOf(const IndexedItem& item, const Point& center) {
  return {ChordLength2(item.point, center), item.urgency,
          item.create_time_micros, std::string(item.name)};
}

CellIndex::CellIndex() : blocks_(std::make_unique<CellBlocks>()) {}
CellIndex::~CellIndex() = default;
CellIndex::CellIndex(CellIndex&&) noexcept = default;
CellIndex& CellIndex::operator=(CellIndex&&) noexcept = default;

void CellIndex::Insert(const IndexedItem* item) { blocks_->Insert(item); }

bool CellIndex::Remove(const IndexedItem* item) {
  return blocks_->Remove(item);
}

size_t CellIndex::size() const { return blocks_->size(); }

std::vector<Neighbor> CellIndex::Nearest(const NearestQuery& query) const {
  return NearestSearch(*blocks_, query).Run();
}

RegionResult CellIndex::InRegion(const RegionQuery& query) const {
  assert(query.region != nullptr && query.limit > 0 && query.max_scanned > 0);
  return RegionScan(*blocks_, query).Run();
}

}  // namespace xom::geo
