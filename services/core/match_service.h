#ifndef XOM_SERVICES_CORE_MATCH_SERVICE_H_
#define XOM_SERVICES_CORE_MATCH_SERVICE_H_

#include <string>

#include "absl/status/statusor.h"
#include "services/core/clock.h"
#include "services/core/view.h"
#include "xom/v1/match_service.pb.h"

namespace xom::core {

// The calls of xom.v1.MatchService, as its proto describes them. All answer at
// once from the view. Thread-safe.
class MatchService {
 public:
  // Both outlive the service.
  MatchService(const View* view, const Clock* clock)
      : view_(*view), clock_(*clock) {}

  // A FindNearestNeedsResponse, serialised: the needs in it are the bytes of
  // their records.
  absl::StatusOr<std::string> FindNearestNeeds(
      const v1::FindNearestNeedsRequest& request) const;
  absl::StatusOr<v1::FindNearestOffersResponse> FindNearestOffers(
      const v1::FindNearestOffersRequest& request) const;
  absl::StatusOr<v1::FindNearestSupplyPointsResponse> FindNearestSupplyPoints(
      const v1::FindNearestSupplyPointsRequest& request) const;
  absl::StatusOr<v1::FindMatchesResponse> FindMatches(
      const v1::FindMatchesRequest& request) const;

 private:
  const View& view_;
  const Clock& clock_;
};

}  // namespace xom::core

#endif  // XOM_SERVICES_CORE_MATCH_SERVICE_H_
