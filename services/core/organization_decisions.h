// What becomes of an organization: functions without I/O, as in
// need_decisions.h.
#ifndef XOM_SERVICES_CORE_ORGANIZATION_DECISIONS_H_
#define XOM_SERVICES_CORE_ORGANIZATION_DECISIONS_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "xom/internal/v1/stored.pb.h"
#include "xom/v1/organization_service.pb.h"

namespace xom::core {

absl::StatusOr<internal::v1::StoredOrganization> CreateOrganization(
    const v1::CreateOrganizationRequest& request, const std::string& name,
    absl::Time now);

absl::StatusOr<internal::v1::StoredOrganization> UpdateOrganization(
    const internal::v1::StoredOrganization& current,
    const v1::UpdateOrganizationRequest& request, absl::Time now);

}  // namespace xom::core

#endif  // XOM_SERVICES_CORE_ORGANIZATION_DECISIONS_H_
