#ifndef XOM_SERVICES_CORE_NEAREST_EDITS_H_
#define XOM_SERVICES_CORE_NEAREST_EDITS_H_

#include <string>

#include "services/core/ranked_needs.h"

namespace xom::core {

// Appends to `message`, a v1::WatchNearestNeedsResponse on the wire, the edits
// that turn the list `held` into `wanted` when a client applies them one after
// the other: few, and none when they are equal.
void AppendEdits(const RankedNeeds& held, const RankedNeeds& wanted,
                 std::string* message);

}  // namespace xom::core

#endif  // XOM_SERVICES_CORE_NEAREST_EDITS_H_
