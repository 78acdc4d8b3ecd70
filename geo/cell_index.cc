#include "geo/cell_index.h"

#include <algorithm>
#include <cassert>
#include <tuple>

#include "geo/cell_tree.h"
#include "geo/nearest_search.h"

namespace xom::geo {
namespace {

// More cells follow the outline better and cost more to find. With 8, a page of
// 20 around a city takes 33 us; with 16, 43 us.
constexpr int kRegionCells = 8;

// One page of InRegion.
class RegionScan {
 public:
  RegionScan(const CellTree& tree, const RegionQuery& query)
      : tree_(tree),
        query_(query),
        filter_(query.any_category, query.min_urgency) {}

  RegionResult Run() {
    for (const CellRange& range : query_.region->Covering(kRegionCells)) {
      // Before the first cell of the range, whose id is odd, there is none.
      CellTree::Range rest{range.first - 1, "", range.last, filter_};
      if (query_.after.has_value() && query_.after->leaf_cell >= range.first) {
        if (query_.after->leaf_cell > range.last) continue;
        rest.cell = query_.after->leaf_cell;
        rest.name = query_.after->name;
      }
      const auto look = [this](const CellTree::Run& run) { return Look(run); };
      if (!tree_.Visit(rest, look)) break;
    }
    return std::move(result_);
  }

 private:
  // False when the page is full.
  bool Look(const CellTree::Run& run) {
    for (size_t i = run.begin; i < run.end; ++i) {
      const Entry entry = run.leaf.entry(i);
      if (Matches(entry)) result_.items.push_back(entry.item);
      if (++scanned_ < query_.max_scanned &&
          result_.items.size() < query_.limit) {
        continue;
      }
      result_.next =
          RegionPosition{run.leaf.cell(i), std::string(entry.item->name)};
      return false;
    }
    return true;
  }

  bool Matches(const Entry& entry) const {
    return filter_.MayPass(entry.categories, entry.rank) &&
           filter_.PassesExactly(*entry.item) &&
           query_.region->Contains(entry.item->point, entry.unit) &&
           (query_.accept == nullptr || query_.accept(*entry.item));
  }

  const CellTree& tree_;
  const RegionQuery& query_;
  const EntryFilter filter_;
  RegionResult result_;
  size_t scanned_ = 0;
};

}  // namespace

bool operator<(const RankKey& a, const RankKey& b) {
  // Urgency swapped: the greater comes first.
  return std::tie(a.chord_length2, b.urgency, a.create_time_micros, a.name) <
         std::tie(b.chord_length2, a.urgency, b.create_time_micros, b.name);
}

bool ComesBefore(const IndexedItem& a, const IndexedItem& b) {
  return std::tie(b.urgency, a.create_time_micros, a.name) <
         std::tie(a.urgency, b.create_time_micros, b.name);
}

RankKey RankKeyOf(const IndexedItem& item, const Point& center) {
  return {ChordLength2(item.point, center), item.urgency,
          item.create_time_micros, std::string(item.name)};
}

CellIndex::CellIndex() : tree_(std::make_unique<CellTree>()) {}
CellIndex::~CellIndex() = default;
CellIndex::CellIndex(CellIndex&&) noexcept = default;
CellIndex& CellIndex::operator=(CellIndex&&) noexcept = default;

void CellIndex::Insert(const IndexedItem* item) { tree_->Insert(item); }

bool CellIndex::Remove(const IndexedItem* item) { return tree_->Remove(item); }

size_t CellIndex::size() const { return tree_->size(); }

std::vector<Neighbor> CellIndex::Nearest(const NearestQuery& query) const {
  std::vector<Neighbor> neighbors;
  Nearest(query, &neighbors);
  return neighbors;
}

void CellIndex::Nearest(const NearestQuery& query,
                        std::vector<Neighbor>* out) const {
  NearestSearch(*tree_, query).Run(out);
}

RegionResult CellIndex::InRegion(const RegionQuery& query) const {
  assert(query.region != nullptr && query.limit > 0 && query.max_scanned > 0);
  return RegionScan(*tree_, query).Run();
}

}  // namespace xom::geo
