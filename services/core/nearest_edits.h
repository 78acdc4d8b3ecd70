#ifndef XOM_SERVICES_CORE_NEAREST_EDITS_H_
#define XOM_SERVICES_CORE_NEAREST_EDITS_H_

#include <memory>
#include <string>
#include <vector>

#include "services/core/entry.h"
#include "storage/transaction.h"
#include "xom/v1/watch_service.pb.h"

namespace xom::core {

// What a client of WatchNearestNeeds holds of one need: which, and as of when.
struct HeldNeed {
  std::string name;
  storage::Revision mod_revision = 0;
};

// A need as it shall stand in the client's list.
struct RankedNeed {
  NeedPtr need;
  double distance_meters = 0;
};

// The edits that turn the list `held` into `wanted` when a client applies them
// one after the other: few, and none when they are equal.
std::vector<v1::NearestNeedEvent> EditsBetween(
    std::vector<HeldNeed> held, const std::vector<RankedNeed>& wanted);

}  // namespace xom::core

#endif  // XOM_SERVICES_CORE_NEAREST_EDITS_H_
