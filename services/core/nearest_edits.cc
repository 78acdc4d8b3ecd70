#include "services/core/nearest_edits.h"

#include <algorithm>
#include <utility>

#include "absl/container/flat_hash_set.h"
#include "absl/strings/string_view.h"

namespace xom::core {
namespace {

using v1::NearestNeedEvent;

void Fill(const RankedNeed& ranked, v1::NearestNeed* nearest) {
  *nearest->mutable_need() = ranked.need->need();
  nearest->set_distance_meters(ranked.distance_meters);
}

// Removes what is not wanted, from the end, so that ranks before it stay.
void AddLeaves(const std::vector<RankedNeed>& wanted,
               std::vector<HeldNeed>* list,
               std::vector<NearestNeedEvent>* edits) {
  absl::flat_hash_set<absl::string_view> names;
  for (const RankedNeed& ranked : wanted) names.insert(ranked.need->name);
  for (size_t i = list->size(); i-- > 0;) {
    if (names.contains((*list)[i].name)) continue;
    auto& leave = *edits->emplace_back().mutable_leave();
    leave.set_rank(static_cast<int>(i));
    leave.set_name((*list)[i].name);
    list->erase(list->begin() + static_cast<ptrdiff_t>(i));
  }
}

// Makes place `rank` of the list what is wanted there. All before it is.
void AddEdit(const RankedNeed& ranked, size_t rank, std::vector<HeldNeed>* list,
             std::vector<NearestNeedEvent>* edits) {
  const NeedEntry& need = *ranked.need;
  const auto here = list->begin() + static_cast<ptrdiff_t>(rank);
  const auto found = std::find_if(
      here, list->end(),
      [&need](const HeldNeed& held) { return held.name == need.name; });
  if (found == list->end()) {
    auto& enter = *edits->emplace_back().mutable_enter();
    enter.set_rank(static_cast<int>(rank));
    Fill(ranked, enter.mutable_nearest_need());
    list->insert(here, HeldNeed{std::string(need.name), need.mod_revision});
  } else if (found != here) {
    auto& move = *edits->emplace_back().mutable_move();
    move.set_from_rank(static_cast<int>(found - list->begin()));
    move.set_to_rank(static_cast<int>(rank));
    Fill(ranked, move.mutable_nearest_need());
    std::rotate(here, found, found + 1);
  } else if (here->mod_revision != need.mod_revision) {
    auto& change = *edits->emplace_back().mutable_change();
    change.set_rank(static_cast<int>(rank));
    Fill(ranked, change.mutable_nearest_need());
  }
}

}  // namespace

std::vector<NearestNeedEvent> EditsBetween(
    std::vector<HeldNeed> held, const std::vector<RankedNeed>& wanted) {
  std::vector<NearestNeedEvent> edits;
  AddLeaves(wanted, &held, &edits);
  for (size_t rank = 0; rank < wanted.size(); ++rank) {
    AddEdit(wanted[rank], rank, &held, &edits);
  }
  return edits;
}

}  // namespace xom::core
