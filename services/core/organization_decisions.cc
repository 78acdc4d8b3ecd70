#include "services/core/organization_decisions.h"

#include "services/core/field_check.h"
#include "services/core/limits.h"
#include "services/core/resource_check.h"
#include "services/core/time_proto.h"
#include "services/core/update_mask.h"

namespace xom::core {
namespace {

using internal::v1::StoredOrganization;
using v1::Organization;

constexpr absl::string_view kMutableFields[] = {"display_name", "accredited"};

void CheckOrganization(const Organization& organization,
                       Violations* violations) {
  CheckText("organization.display_name", organization.display_name(),
            {kMaxNameCharacters, Presence::kRequired}, violations);
}

}  // namespace

absl::StatusOr<StoredOrganization> CreateOrganization(
    const v1::CreateOrganizationRequest& request, const std::string& name,
    absl::Time now) {
  Violations violations;
  CheckRequestId(request.request_id(), &violations);
  CheckId("organization_id", request.organization_id(), &violations);
  StoredOrganization stored;
  Organization& organization = *stored.mutable_organization();
  CopyFields(request.organization(), kMutableFields, &organization);
  CheckOrganization(organization, &violations);
  if (!violations.empty()) return violations.ToStatus();
  organization.set_name(name);
  *organization.mutable_create_time() = ToProto(now);
  Stamp(now, &organization);
  return stored;
}

absl::StatusOr<StoredOrganization> UpdateOrganization(
    const StoredOrganization& current,
    const v1::UpdateOrganizationRequest& request, absl::Time now) {
  Violations violations;
  StoredOrganization stored = current;
  Organization& organization = *stored.mutable_organization();
  ApplyUpdate(request.organization(), request.update_mask(), kMutableFields,
              &organization, &violations);
  CheckOrganization(organization, &violations);
  if (!violations.empty()) return violations.ToStatus();
  if (absl::Status status =
          CheckEtagMatches(organization.name(), request.organization().etag(),
                           organization.etag());
      !status.ok()) {
    return status;
  }
  Stamp(now, &organization);
  return stored;
}

}  // namespace xom::core
