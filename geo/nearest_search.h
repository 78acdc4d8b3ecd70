// The k nearest entries of CellBlocks. Internal to geo/.
#ifndef XOM_GEO_NEAREST_SEARCH_H_
#define XOM_GEO_NEAREST_SEARCH_H_

#include <vector>

#include "geo/cell_blocks.h"
#include "geo/cell_index.h"

namespace xom::geo {

// One search, used once: NearestSearch(blocks, query).Run().
//
// The (at most) four cells around the corner nearest the centre cover a disc
// of half a cell. So: scan the four cells of a level that should hold enough
// entries; if the k-th distance found is within the disc, done; if not, the
// level whose disc reaches that far holds every better entry: scan the rest of
// it. A block whose box is farther than the k-th distance is skipped.
class NearestSearch {
 public:
  // Both must outlive the search.
  NearestSearch(const CellBlocks& blocks, const NearestQuery& query);

  std::vector<Neighbor> Run();

 private:
  struct Candidate {
    double chord_length2;
    const Entry* entry;
  };
  // Whether `a` ranks before `b`.
  static bool Before(const Candidate& a, const Candidate& b);

  int StartLevel() const;
  void ScanLevel(int level);
  void ScanUnscanned(CellRange range, size_t first_scanned);
  void Scan(CellRange range);
  void Consider(const Entry& entry);
  bool IsAfterStart(const Candidate& candidate) const;
  bool is_full() const { return best_.size() == query_.limit; }

  const CellBlocks& blocks_;
  const NearestQuery& query_;
  const double max_chord_length2_;
  // Nothing farther can enter: the distance limit, then the k-th distance.
  double bound_;
  std::vector<Candidate> best_;  // a heap, the worst in front
  std::vector<CellRange> scanned_;
};

}  // namespace xom::geo

#endif  // XOM_GEO_NEAREST_SEARCH_H_
