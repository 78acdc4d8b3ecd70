#include "geo/nearest_search.h"

#include <s2/s2cell_id.h>
#include <s2/s2metrics.h>

#include <algorithm>
#include <cmath>

namespace xom::geo {
namespace {

constexpr int kFaces = -1;  // coarser than any level: the six faces

// How many levels coarser to look when too few entries were found: 16 times
// the area.
constexpr int kLevelsPerStep = 2;

// The finest level whose four cells around a point cover the disc (as in
// S2Cap::GetCellUnionBound).
int LevelCovering(double chord_length2) {
  // 0.6 micrometres more than the arithmetic can be wrong by.
  constexpr double kMarginRadians = 1e-13;
  const double radians =
      2 * std::asin(std::min(1.0, std::sqrt(chord_length2) / 2)) +
      kMarginRadians;
  return S2::kMinWidth.GetLevelForMinValue(radians) - 1;
}

// The cell of the point comes first: it lowers the bound for the others.
std::vector<S2CellId> CellsAround(const Point& point, int level) {
  const S2CellId leaf(point.leaf_cell());
  std::vector<S2CellId> cells;
  cells.reserve(6);
  if (level > kFaces) {
    leaf.AppendVertexNeighbors(level, &cells);
    return cells;
  }
  for (int i = 0; i < 6; ++i) {
    cells.push_back(S2CellId::FromFace((leaf.face() + i) % 6));
  }
  return cells;
}

}  // namespace

NearestSearch::NearestSearch(const CellBlocks& blocks,
                             const NearestQuery& query)
    : blocks_(blocks),
      query_(query),
      max_chord_length2_(ChordLength2FromMeters(query.max_distance_meters)),
      bound_(max_chord_length2_) {}

std::vector<Neighbor> NearestSearch::Run() {
  if (query_.limit == 0 || blocks_.size() == 0) return {};
  best_.reserve(std::min(query_.limit, blocks_.size()));
  int level = StartLevel();
  while (true) {
    ScanLevel(level);
    const int needed = LevelCovering(bound_);
    if (level == kFaces || needed >= level) break;
    level = is_full() ? needed : std::max(needed, level - kLevelsPerStep);
  }
  std::sort_heap(best_.begin(), best_.end(), Before);
  std::vector<Neighbor> neighbors;
  neighbors.reserve(best_.size());
  for (const Candidate& c : best_) {
    neighbors.push_back({c.entry->item, c.chord_length2});
  }
  return neighbors;
}

// The finest level at which the cell of the centre should hold half of `limit`
// entries (the four around it then hold enough), judged by how far along the
// curve that many are. Any level is correct; a good one is fast.
int NearestSearch::StartLevel() const {
  const S2CellId leaf(query_.center.leaf_cell());
  const CellBlocks::Position here = blocks_.LowerBound(leaf.id());
  const size_t enough = query_.limit / 2 + 1;
  int level = kFaces;
  for (const Entry* entry :
       {blocks_.Back(here, enough), blocks_.Ahead(here, enough)}) {
    if (entry == nullptr) continue;
    level = std::max(level, leaf.GetCommonAncestorLevel(S2CellId(entry->cell)));
  }
  level = std::min(level, S2CellId::kMaxLevel - 1);
  if (query_.after.has_value()) {
    // What is nearer than this is behind us.
    level = std::min(level, LevelCovering(query_.after->chord_length2));
  }
  return std::max(level, LevelCovering(max_chord_length2_));
}

void NearestSearch::ScanLevel(int level) {
  std::vector<CellRange> ranges;
  for (S2CellId cell : CellsAround(query_.center, level)) {
    ranges.push_back({cell.range_min().id(), cell.range_max().id()});
    ScanUnscanned(ranges.back(), 0);
  }
  // Cells are nested or disjoint, so the new ones and those of finer levels
  // stay a list of ranges that need no merging: a contained range is harmless.
  scanned_.insert(scanned_.end(), ranges.begin(), ranges.end());
}

// Scans what is left of `range` without scanned_[first_scanned..].
void NearestSearch::ScanUnscanned(CellRange range, size_t first_scanned) {
  for (size_t i = first_scanned; i < scanned_.size(); ++i) {
    const CellRange& done = scanned_[i];
    if (done.last < range.first || done.first > range.last) continue;
    if (done.first > range.first) {
      ScanUnscanned({range.first, done.first - 1}, i + 1);
    }
    if (done.last < range.last) {
      ScanUnscanned({done.last + 1, range.last}, i + 1);
    }
    return;
  }
  Scan(range);
}

void NearestSearch::Scan(CellRange range) {
  const CellBlocks::Position start = blocks_.LowerBound(range.first);
  size_t offset = start.offset;
  for (size_t b = start.block; b < blocks_.blocks().size(); ++b, offset = 0) {
    if (blocks_.first_cell(b) > range.last) return;
    const BlockSummary& summary = blocks_.summary(b);
    if (!summary.MayPass(query_.any_category, query_.min_urgency) ||
        summary.MinChordLength2(query_.center) > bound_) {
      continue;
    }
    const CellBlocks::Block& block = blocks_.blocks()[b];
    for (size_t i = offset; i < block.size(); ++i) {
      if (block[i].cell > range.last) return;
      Consider(block[i]);
    }
  }
}

// The cheapest tests first; most entries fail one of the first three.
void NearestSearch::Consider(const Entry& entry) {
  if (query_.any_category != 0 &&
      (entry.categories & query_.any_category) == 0) {
    return;
  }
  if (entry.urgency < query_.min_urgency) return;
  // ChordLength2 from the entry instead of its item: the same arithmetic.
  const double dx = entry.x - query_.center.x();
  const double dy = entry.y - query_.center.y();
  const double dz = entry.z - query_.center.z();
  const Candidate candidate{
      std::min(kMaxChordLength2, dx * dx + dy * dy + dz * dz), &entry};
  if (candidate.chord_length2 > bound_) return;
  if (is_full() && !Before(candidate, best_.front())) return;
  if (!IsAfterStart(candidate)) return;
  if (query_.accept != nullptr && !query_.accept(*entry.item)) return;

  if (is_full()) {
    std::pop_heap(best_.begin(), best_.end(), Before);
    best_.pop_back();
  }
  best_.push_back(candidate);
  std::push_heap(best_.begin(), best_.end(), Before);
  if (is_full()) bound_ = best_.front().chord_length2;
}

bool NearestSearch::Before(const Candidate& a, const Candidate& b) {
  if (a.chord_length2 != b.chord_length2) {
    return a.chord_length2 < b.chord_length2;
  }
  const Entry& x = *a.entry;
  const Entry& y = *b.entry;
  if (x.urgency != y.urgency) return x.urgency > y.urgency;
  if (x.create_time_micros != y.create_time_micros) {
    return x.create_time_micros < y.create_time_micros;
  }
  return x.item->name < y.item->name;
}

bool NearestSearch::IsAfterStart(const Candidate& candidate) const {
  if (!query_.after.has_value()) return true;
  if (candidate.chord_length2 != query_.after->chord_length2) {
    return candidate.chord_length2 > query_.after->chord_length2;
  }
  return *query_.after < RankKeyOf(*candidate.entry->item, query_.center);
}

}  // namespace xom::geo
