// What becomes of an offer: functions without I/O, as in need_decisions.h.
#ifndef XOM_SERVICES_CORE_OFFER_DECISIONS_H_
#define XOM_SERVICES_CORE_OFFER_DECISIONS_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "services/core/category_table.h"
#include "xom/internal/v1/stored.pb.h"
#include "xom/v1/offer_service.pb.h"

namespace xom::core {

absl::StatusOr<internal::v1::StoredOffer> CreateOffer(
    const v1::CreateOfferRequest& request, const std::string& name,
    const CategoryTable& categories, absl::Time now);

// FAILED_PRECONDITION when it is closed.
absl::StatusOr<internal::v1::StoredOffer> UpdateOffer(
    const internal::v1::StoredOffer& current,
    const v1::UpdateOfferRequest& request, const CategoryTable& categories,
    absl::Time now);

// FAILED_PRECONDITION unless it is active and shall be paused, paused and shall
// be active, or not closed and shall be closed.
absl::StatusOr<internal::v1::StoredOffer> MoveOffer(
    const internal::v1::StoredOffer& current, v1::Offer::State state,
    const std::string& etag, absl::Time now);

}  // namespace xom::core

#endif  // XOM_SERVICES_CORE_OFFER_DECISIONS_H_
