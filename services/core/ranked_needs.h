#ifndef XOM_SERVICES_CORE_RANKED_NEEDS_H_
#define XOM_SERVICES_CORE_RANKED_NEEDS_H_

#include <cstddef>
#include <optional>
#include <vector>

#include "services/core/entry.h"

namespace xom::core {

// A need in a list of the nearest, 24 bytes: the entry is shared with the view.
struct RankedNeed {
  NeedPtr need;
  double chord_length2 = 0;  // from where the list is about
};

// In the order of geo::RankKey.
using RankedNeeds = std::vector<RankedNeed>;

// A change as a list sees it: without a need where that is too far away, or
// does not pass the filter.
struct RankedStep {
  RankedNeed before;
  RankedNeed after;
};

// The first `k` after the steps, when `before` was the first `k` before them;
// nullopt when a place became free and only the view knows who follows.
// REQUIRES: k > 0, the steps are in the order of their revisions.
std::optional<RankedNeeds> RankedAfter(const std::vector<RankedStep>& steps,
                                       const RankedNeeds& before, size_t k);

}  // namespace xom::core

#endif  // XOM_SERVICES_CORE_RANKED_NEEDS_H_
