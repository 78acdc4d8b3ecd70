#ifndef XOM_SERVICES_CORE_REGION_CHECK_H_
#define XOM_SERVICES_CORE_REGION_CHECK_H_

#include <optional>

#include "absl/strings/string_view.h"
#include "geo/region.h"
#include "services/core/error.h"
#include "xom/v1/region.pb.h"

namespace xom::core {

// The region that a client sent, or nullopt and a violation under `field` that
// names the part that is wrong, down to the vertex.
std::optional<geo::Region> CheckRegion(absl::string_view field,
                                       const v1::Region& region,
                                       Violations* violations);

}  // namespace xom::core

#endif  // XOM_SERVICES_CORE_REGION_CHECK_H_
