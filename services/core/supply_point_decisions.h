// What becomes of a supply point: functions without I/O, as in
// need_decisions.h.
#ifndef XOM_SERVICES_CORE_SUPPLY_POINT_DECISIONS_H_
#define XOM_SERVICES_CORE_SUPPLY_POINT_DECISIONS_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "services/core/category_table.h"
#include "xom/internal/v1/stored.pb.h"
#include "xom/v1/supply_point_service.pb.h"

namespace xom::core {

absl::StatusOr<internal::v1::StoredSupplyPoint> CreateSupplyPoint(
    const v1::CreateSupplyPointRequest& request, const std::string& name,
    const CategoryTable& categories, absl::Time now);

absl::StatusOr<internal::v1::StoredSupplyPoint> UpdateSupplyPoint(
    const internal::v1::StoredSupplyPoint& current,
    const v1::UpdateSupplyPointRequest& request,
    const CategoryTable& categories, absl::Time now);

absl::StatusOr<internal::v1::StoredSupplyPoint> ReportAvailability(
    const internal::v1::StoredSupplyPoint& current,
    const v1::ReportAvailabilityRequest& request, absl::Time now);

}  // namespace xom::core

#endif  // XOM_SERVICES_CORE_SUPPLY_POINT_DECISIONS_H_
