// Which needs one BatchClaim is about.
#ifndef XOM_SERVICES_CORE_CLAIM_BATCH_H_
#define XOM_SERVICES_CORE_CLAIM_BATCH_H_

#include <cstddef>
#include <limits>
#include <memory>
#include <optional>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "geo/region.h"
#include "services/core/entry.h"
#include "services/core/error.h"
#include "services/core/view.h"
#include "xom/v1/claim_service.pb.h"
#include "xom/v1/verification.pb.h"

namespace xom::core {

struct BatchQuery {
  const OfferEntry* offer = nullptr;
  size_t limit = 0;
  std::optional<geo::Region> region = std::nullopt;
  double max_distance_meters = std::numeric_limits<double>::infinity();
  int min_urgency = 0;
  // How well who goes is known; nullopt: nobody asks.
  std::optional<v1::Verification> verification = std::nullopt;
};

// All of the request but its names; the limit is what it asks for.
BatchQuery CheckBatch(const v1::BatchClaimRequest& request,
                      Violations* violations);

// Open needs of the offer's categories that can be claimed at `now`, the
// nearest first. INVALID_ARGUMENT when the region holds more open needs than
// kMaxBatchScanned, of which the nearest would not be known.
absl::StatusOr<std::vector<NeedPtr>> FindBatch(const View& view,
                                               const BatchQuery& query,
                                               absl::Time now);

}  // namespace xom::core

#endif  // XOM_SERVICES_CORE_CLAIM_BATCH_H_
