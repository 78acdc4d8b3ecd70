#include "geo/cell_index.h"

#include <algorithm>
#include <cassert>
#include <cstddef>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "geo/cell_tree.h"
#include "geo/crowd.h"
#include "geo/entry_filter.h"
#include "geo/nearest_search.h"

namespace xom::geo {
namespace {

// More cells follow the outline better and cost more to find. With 8, a page of
// 20 around a city takes 33 us; with 16, 43 us.
constexpr int kRegionCells = 8;

// No two points of a leaf cell are farther from each other: it is less than two
// centimetres across.
constexpr double kMaxLeafCellChord2 = 1e-16;

// One page of InRegion: a leaf cell at a time, and its items by name.
class RegionScan {
 public:
  RegionScan(const CellTree& tree, const RegionQuery& query)
      : tree_(tree),
        query_(query),
        filter_(query.any_category, query.min_urgency) {}

  RegionResult Run() {
    const uint64_t start =
        query_.after.has_value() ? query_.after->leaf_cell : 0;
    const auto look = [this](const CellTree::Run& run) { return Look(run); };
    for (CellRange cells : query_.region->Covering(kRegionCells)) {
      cells.first = std::max(cells.first, start);
      if (cells.first > cells.last) continue;
      if (!tree_.Visit({cells, filter_}, look)) return std::move(result_);
    }
    TakeCell();
    return std::move(result_);
  }

 private:
  // False, as TakeCell, when the page is full.
  bool Look(const CellTree::Run& run) {
    for (size_t i = run.begin; i < run.end; ++i) {
      const UnitVector unit = run.leaf.unit(i);
      if (!IsInCell(unit)) {
        if (!TakeCell()) return false;
        is_after_cell_ = query_.after.has_value() &&
                         LeafCell(unit) == query_.after->leaf_cell;
      }
      in_cell_ = unit;
      Gather(run.leaf.occupants(i));
    }
    return true;
  }

  // Cells are not cheap, so they are worked out only when they may be the same.
  bool IsInCell(const UnitVector& unit) const {
    return in_cell_.has_value() &&
           ChordLength2(unit, *in_cell_) < kMaxLeafCellChord2 &&
           LeafCell(unit) == LeafCell(*in_cell_);
  }

  void Gather(const Occupants& occupants) {
    const IndexedItem& any = occupants.any();
    point_ = any.point();
    holds_point_ = query_.region->Contains(point_, *in_cell_);
    if (!occupants.is_crowd()) {
      ++left_out_;
      if (filter_.MayPass(any.categories, RankWordOf(any))) Gather(any);
      return;
    }
    left_out_ += occupants.crowd().size();
    for (const MemberRun& run : occupants.crowd().runs()) {
      if (!filter_.PassesCategories(run.categories())) continue;
      for (const Member& member : run.members()) {
        if (!filter_.PassesRank(member.rank)) break;
        Gather(*member.item);
      }
    }
  }

  void Gather(const IndexedItem& item) {
    if (!filter_.PassesExactly(item) || !IsInRegion(item.point())) return;
    if (is_after_cell_ && item.name() <= query_.after->name) return;
    --left_out_;
    of_cell_.push_back(&item);
  }

  // Degrees that differ in their last digit may have one unit vector, and boxes
  // go by degrees.
  bool IsInRegion(const Point& point) const {
    const LatLng a = point.degrees();
    const LatLng b = point_.degrees();
    return a.latitude_degrees == b.latitude_degrees &&
                   a.longitude_degrees == b.longitude_degrees
               ? holds_point_
               : query_.region->Contains(point, *in_cell_);
  }

  // What was gathered of one cell. A heap: the page may need but a few.
  bool TakeCell() {
    if (!in_cell_.has_value()) return true;
    const auto is_later = [](const IndexedItem* a, const IndexedItem* b) {
      return a->name() > b->name();
    };
    std::make_heap(of_cell_.begin(), of_cell_.end(), is_later);
    while (!of_cell_.empty()) {
      std::pop_heap(of_cell_.begin(), of_cell_.end(), is_later);
      const IndexedItem& item = *of_cell_.back();
      of_cell_.pop_back();
      ++scanned_;
      if (query_.accept == nullptr || query_.accept(item)) {
        result_.items.push_back(&item);
      }
      if (IsFull()) {
        return StopAt({LeafCell(*in_cell_), std::string(item.name())});
      }
    }
    // Counted when the cell is done, so that its own pages are full ones.
    scanned_ += std::exchange(left_out_, 0);
    // No cell has an even id.
    return !IsFull() || StopAt({LeafCell(*in_cell_) + 1, ""});
  }

  bool IsFull() const {
    return scanned_ >= query_.max_scanned ||
           result_.items.size() == query_.limit;
  }

  bool StopAt(RegionPosition position) {
    result_.next = std::move(position);
    return false;
  }

  const CellTree& tree_;
  const RegionQuery& query_;
  const EntryFilter filter_;
  RegionResult result_;
  size_t scanned_ = 0;
  // What was gathered of the cell that is being read, which holds `in_cell_`.
  std::optional<UnitVector> in_cell_;
  bool is_after_cell_ = false;  // `after` is in it
  std::vector<const IndexedItem*> of_cell_;
  size_t left_out_ = 0;
  // The point that is being read, and whether the region holds it.
  Point point_;
  bool holds_point_ = false;
};

}  // namespace

bool operator<(const RankKey& a, const RankKey& b) {
  if (a.chord_length2 < b.chord_length2) return true;
  if (b.chord_length2 < a.chord_length2) return false;
  return ComesBefore(a, b);
}

RankKey RankKeyOf(const IndexedItem& item, const Point& center) {
  return {ChordLength2(item.point(), center), item.urgency,
          item.create_time_micros, std::string(item.name())};
}

CellIndex::CellIndex() : tree_(std::make_unique<CellTree>()) {}
CellIndex::~CellIndex() = default;
CellIndex::CellIndex(CellIndex&&) noexcept = default;
CellIndex& CellIndex::operator=(CellIndex&&) noexcept = default;

void CellIndex::Insert(const IndexedItem* item) { tree_->Insert(item); }

bool CellIndex::Remove(const IndexedItem* item) { return tree_->Remove(item); }

CellIndex::Loader::~Loader() { InsertGathered(); }

// Degrees tell quickly whether two points are the same. Of those that are so
// though they are written otherwise, the tree finds it.
void CellIndex::Loader::Add(const IndexedItem* item) {
  const Point point = item->point();
  const auto [latitude, longitude] = point.degrees();
  if (latitude != point_.degrees().latitude_degrees ||
      longitude != point_.degrees().longitude_degrees) {
    InsertGathered();
    point_ = point;
  }
  gathered_.push_back(item);
}

void CellIndex::Loader::InsertGathered() {
  if (gathered_.empty()) return;
  tree_.Insert(point_, gathered_);
  gathered_.clear();
}

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
