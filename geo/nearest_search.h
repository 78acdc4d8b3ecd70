// The k nearest items of a CellTree. Internal to geo/.
#ifndef XOM_GEO_NEAREST_SEARCH_H_
#define XOM_GEO_NEAREST_SEARCH_H_

#include <cstddef>
#include <vector>

#include "absl/container/inlined_vector.h"
#include "absl/types/span.h"
#include "geo/cell_index.h"
#include "geo/cell_tree.h"
#include "geo/entry_filter.h"

namespace xom::geo {

// One search, used once: NearestSearch(tree, query).Run(&neighbors).
//
// The leaf where the centre would be comes first: it nearly always tells how
// far the k-th neighbour is at most. Then what is left, the nearest box first,
// until the next box is farther than the k-th distance. So, but for that first
// leaf, only boxes are opened that any search would have to open. Nothing is
// allocated for up to kInlineCandidates results and kInlinePending open boxes.
class NearestSearch {
 public:
  static constexpr size_t kInlineCandidates = 128;
  static constexpr size_t kInlinePending = 256;

  // Both must outlive the search.
  NearestSearch(const CellTree& tree, const NearestQuery& query);

  // Replaces what is in `out`.
  void Run(std::vector<Neighbor>* out);

 private:
  struct Candidate {
    double chord_length2;
    RankWord rank;
    const IndexedItem* item;
  };
  // Whether `a` ranks before `b`.
  struct Before {
    bool operator()(const Candidate& a, const Candidate& b) const;
  };

  // An entry of the leaf that is being scanned: who is there, in a summary.
  struct Found {
    double chord_length2;
    RankWord rank;
    const Occupants* occupants;
  };
  struct IsLater {
    bool operator()(const Found& a, const Found& b) const {
      return a.chord_length2 != b.chord_length2
                 ? a.chord_length2 > b.chord_length2
                 : a.rank > b.rank;
    }
  };

  // A branch or a leaf that is still to be opened.
  struct Pending {
    float min_chord_length2;
    bool is_leaf;
    const void* node;
  };
  struct IsFarther {
    bool operator()(const Pending& a, const Pending& b) const {
      return a.min_chord_length2 > b.min_chord_length2;
    }
  };

  // Null when no entry of it can pass.
  const Leaf* HomeLeaf() const;
  void Open(const Branch& branch, const Leaf* home);
  bool IsWorthVisiting(const Branch& branch, size_t child) const;
  void Scan(const Leaf& leaf);
  void Take(absl::Span<Found> found);
  void TakeOccupants(const Found& found);
  void TakeCrowd(const Crowd& crowd, double chord_length2);
  void TakeKind(absl::Span<const MemberRun> runs, double chord_length2);
  void TakeItem(const Candidate& candidate);
  void Merge();
  bool IsBehindLast(double chord_length2, RankWord rank) const;
  bool IsAfterStart(const Candidate& candidate) const;
  bool is_full() const { return best_.size() == query_.limit; }

  const CellTree& tree_;
  const NearestQuery& query_;
  const EntryFilter filter_;
  const RankWord start_rank_;  // of `after`
  const UnitVector center_;
  const CenterBox center_box_;
  // Nothing farther can enter: the distance limit, then the k-th distance.
  double bound_;
  // A heap, the nearest in front.
  absl::InlinedVector<Pending, kInlinePending> pending_;
  // Both sorted; the second holds what is to be merged into the first.
  absl::InlinedVector<Candidate, 2 * kInlineCandidates> best_;
  absl::InlinedVector<Candidate, kInlineCandidates> added_;
};

}  // namespace xom::geo

#endif  // XOM_GEO_NEAREST_SEARCH_H_
