#include "geo/reverse_index.h"

#include <s2/s1chord_angle.h>
#include <s2/s2cap.h>
#include <s2/s2cell_id.h>

#include <cmath>
#include <utility>

namespace xom::geo {
namespace {

// The disc around a region leaves out corners of its cells, so that few of them
// follow a box as well as twice as many would alone, though not a ragged
// polygon: docs/adr/0019.
constexpr int kRegionCells = 8;

// At most four cells around a corner, or the six faces: found by arithmetic,
// where a covering would be searched for.
std::vector<uint64_t> DiscCells(const UnitVector& center,
                                double chord_length2) {
  const double chord = std::sqrt(chord_length2) + 1e-14;  // against rounding
  const S2Cap cap(S2Point(center.x, center.y, center.z),
                  S1ChordAngle::FromLength2(chord * chord));
  std::vector<S2CellId> cells;
  cap.GetCellUnionBound(&cells);
  std::vector<uint64_t> ids;
  for (S2CellId cell : cells) ids.push_back(cell.id());
  return ids;
}

size_t LevelOf(uint64_t cell) {
  return static_cast<size_t>(S2CellId(cell).level());
}

}  // namespace

void ReverseIndex::SetDisc(Id id, const Point& center, double chord_length2) {
  const UnitVector unit = center.unit();
  Set(id, {unit, chord_length2}, DiscCells(unit, chord_length2));
}

void ReverseIndex::SetRegion(Id id, const Region& region) {
  Set(id, region.BoundingDisc(), region.CoveringCells(kRegionCells));
}

void ReverseIndex::Remove(Id id) {
  const auto found = watches_.find(id);
  if (found == watches_.end()) return;
  const Places places = std::move(found->second);
  watches_.erase(found);
  Take(places);
}

void ReverseIndex::Find(const Point& point, std::vector<Id>* out) const {
  // The cells of a watch are disjoint, so only one of them is an ancestor.
  const UnitVector unit = point.unit();
  const S2CellId leaf(LeafCell(unit));
  for (int level = 0; level <= S2CellId::kMaxLevel; ++level) {
    if (cells_at_level_[static_cast<size_t>(level)] == 0) continue;
    const auto found = cells_.find(leaf.parent(level).id());
    if (found == cells_.end()) continue;
    for (const Entry& entry : found->second) {
      if (ChordLength2(entry.disc.center, unit) <= entry.disc.chord_length2) {
        out->push_back(entry.id);
      }
    }
  }
}

void ReverseIndex::Set(Id id, const Disc& disc,
                       const std::vector<uint64_t>& cells) {
  Remove(id);
  Places& places = watches_[id];
  for (uint64_t cell : cells) {
    std::vector<Entry>& entries = cells_[cell];
    if (entries.empty()) ++cells_at_level_[LevelOf(cell)];
    places.push_back({cell, entries.size()});
    entries.push_back({id, disc});
  }
}

// The last entry of a cell moves into the gap, so that leaving a crowded cell
// costs as little as leaving an empty one.
void ReverseIndex::Take(const Places& places) {
  for (const Place& place : places) {
    std::vector<Entry>& entries = cells_[place.cell];
    if (place.position + 1 < entries.size()) {
      entries[place.position] = entries.back();
      for (Place& moved : watches_[entries.back().id]) {
        if (moved.cell == place.cell) moved.position = place.position;
      }
    }
    entries.pop_back();
    if (entries.empty()) {
      cells_.erase(place.cell);
      --cells_at_level_[LevelOf(place.cell)];
    }
  }
}

}  // namespace xom::geo
