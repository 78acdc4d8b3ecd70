#include "services/core/ranked_needs.h"

#include <algorithm>
#include <string>
#include <utility>

namespace xom::core {
namespace {

bool RanksBefore(const RankedNeed& a, const RankedNeed& b) {
  if (a.chord_length2 != b.chord_length2) {
    return a.chord_length2 < b.chord_length2;
  }
  return geo::ComesBefore(*a.need, *b.need);
}

void Remove(const RankedNeed& gone, RankedNeeds* list) {
  const auto found =
      std::find_if(list->begin(), list->end(), [&gone](const RankedNeed& held) {
        return held.chord_length2 == gone.chord_length2 &&
               held.need->name() == gone.need->name();
      });
  if (found != list->end()) list->erase(found);
}

void Insert(const RankedNeed& come, RankedNeeds* list) {
  list->insert(std::upper_bound(list->begin(), list->end(), come, RanksBefore),
               come);
}

}  // namespace

std::optional<RankedNeeds> RankedAfter(const std::vector<RankedStep>& steps,
                                       const RankedNeeds& before, size_t k) {
  // Of a full list nothing is known behind its last.
  const bool full = before.size() == k;
  RankedNeeds list;
  list.reserve(before.size() + steps.size());
  list.assign(before.begin(), before.end());
  for (const RankedStep& step : steps) {
    if (step.before.need != nullptr) Remove(step.before, &list);
    if (step.after.need != nullptr &&
        !(full && RanksBefore(before.back(), step.after))) {
      Insert(step.after, &list);
    }
  }
  if (full && list.size() < k) return std::nullopt;
  if (list.size() > k) list.resize(k);
  return list;
}

}  // namespace xom::core
