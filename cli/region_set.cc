#include "cli/region_set.h"

namespace xom::cli {

absl::Status RegionSet::Apply(const v1::WatchRegionResponse& message) {
  if (message.reset()) resources_.clear();
  for (const v1::RegionEvent& event : message.events()) {
    absl::Status status = ApplyEvent(event);
    if (!status.ok()) {
      *this = RegionSet();
      return status;
    }
  }
  position_.Follow(message);
  return absl::OkStatus();
}

absl::Status RegionSet::ApplyEvent(const v1::RegionEvent& event) {
  switch (event.event_case()) {
    case v1::RegionEvent::kEnter:
      return Put(event.enter());
    case v1::RegionEvent::kChange:
      return Put(event.change());
    case v1::RegionEvent::kLeave:
      resources_.erase(event.leave().name());
      return absl::OkStatus();
    case v1::RegionEvent::EVENT_NOT_SET:
      break;
  }
  return absl::DataLossError("an edit of a kind that this client cannot read");
}

template <typename E>
absl::Status RegionSet::Put(const E& edit) {
  switch (edit.resource_case()) {
    case E::kNeed:
      resources_[edit.need().name()] = edit.need();
      return absl::OkStatus();
    case E::kOffer:
      resources_[edit.offer().name()] = edit.offer();
      return absl::OkStatus();
    case E::kSupplyPoint:
      resources_[edit.supply_point().name()] = edit.supply_point();
      return absl::OkStatus();
    case E::RESOURCE_NOT_SET:
      break;
  }
  return absl::DataLossError(
      "a resource of a kind that this client cannot read");
}

}  // namespace xom::cli
