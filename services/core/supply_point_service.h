#ifndef XOM_SERVICES_CORE_SUPPLY_POINT_SERVICE_H_
#define XOM_SERVICES_CORE_SUPPLY_POINT_SERVICE_H_

#include "absl/status/statusor.h"
#include "services/core/caller.h"
#include "services/core/clock.h"
#include "services/core/entry.h"
#include "services/core/resource_calls.h"
#include "services/core/view.h"
#include "services/core/writer.h"
#include "xom/v1/supply_point_service.pb.h"

namespace xom::core {

// The calls of xom.v1.SupplyPointService, as its proto describes them. Reads
// answer at once from the view; mutations answer a serialized SupplyPoint (or
// Empty) through `done`. Thread-safe.
class SupplyPointService {
 public:
  // All outlive the service and every call in flight.
  SupplyPointService(const View* view, Writer* writer, const Clock* clock)
      : view_(*view), calls_(view, writer, kSupplyPoints), clock_(*clock) {}

  absl::StatusOr<v1::SupplyPoint> Get(
      const v1::GetSupplyPointRequest& request) const;
  absl::StatusOr<v1::ListSupplyPointsResponse> List(
      const v1::ListSupplyPointsRequest& request) const;

  void Create(const v1::CreateSupplyPointRequest& request, const Caller& caller,
              ReplyDone done);
  void Update(const v1::UpdateSupplyPointRequest& request, const Caller& caller,
              ReplyDone done);
  void Delete(const v1::DeleteSupplyPointRequest& request, const Caller& caller,
              ReplyDone done);
  void Report(const v1::ReportAvailabilityRequest& request,
              const Caller& caller, ReplyDone done);

 private:
  const View& view_;
  ResourceCalls<SupplyPointEntry> calls_;
  const Clock& clock_;
};

}  // namespace xom::core

#endif  // XOM_SERVICES_CORE_SUPPLY_POINT_SERVICE_H_
