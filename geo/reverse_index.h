// From a changed point to the watches that it may touch.
//
// Each watch is a disc or a region, kept under the few S2 cells that cover it.
// A point asks the at most 31 cells that hold it, so the cost grows with the
// watches near the point, not with all watches.
//
//   index.SetDisc(watch_id, center, chord_of_the_20th_neighbor);
//   ...
//   std::vector<ReverseIndex::Id> touched;
//   index.Find(changed_point, &touched);  // then ask each watch
//
// Thread-compatible: const methods may run together.
#ifndef XOM_GEO_REVERSE_INDEX_H_
#define XOM_GEO_REVERSE_INDEX_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/container/inlined_vector.h"
#include "geo/point.h"
#include "geo/region.h"

namespace xom::geo {

class ReverseIndex {
 public:
  using Id = uint64_t;

  // The watch now covers all points with ChordLength2(center, p) <=
  // `chord_length2` (kMaxChordLength2: the whole earth), and nothing that it
  // covered before. At most 6 cells, found by arithmetic, about a microsecond:
  // call it whenever the k-th neighbour changes.
  // REQUIRES: 0 <= chord_length2 <= kMaxChordLength2.
  void SetDisc(Id id, const Point& center, double chord_length2);

  // The watch now covers `region`, and nothing that it covered before. At most
  // 8 cells, found in tens of microseconds.
  void SetRegion(Id id, const Region& region);

  // Forgets the watch. An unknown id changes nothing.
  void Remove(Id id);

  // Appends to `out` the watches that `point` may touch, each at most once, in
  // no particular order. Misses none; discs are exact, regions may be reported
  // though the point is just outside.
  void Find(const Point& point, std::vector<Id>* out) const;

  // The number of watches.
  size_t size() const { return watches_.size(); }

 private:
  // One watch as one cell sees it, with the disc at hand: most watches of a
  // cell are ruled out without another look-up.
  struct Entry {
    Id id;
    Disc disc;
  };
  // Where a watch is kept: `cells[cell][position]`.
  struct Place {
    uint64_t cell;
    size_t position;
  };
  using Places = absl::InlinedVector<Place, 4>;

  void Set(Id id, const Disc& disc, const std::vector<uint64_t>& cells);
  void Take(const Places& places);

  absl::flat_hash_map<uint64_t, std::vector<Entry>> cells_;
  absl::flat_hash_map<Id, Places> watches_;
  // How many keys of `cells_` each level has: Find skips the empty levels.
  std::array<size_t, 31> cells_at_level_{};
};

}  // namespace xom::geo

#endif  // XOM_GEO_REVERSE_INDEX_H_
