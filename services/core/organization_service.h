#ifndef XOM_SERVICES_CORE_ORGANIZATION_SERVICE_H_
#define XOM_SERVICES_CORE_ORGANIZATION_SERVICE_H_

#include "absl/status/statusor.h"
#include "services/core/caller.h"
#include "services/core/resource_calls.h"
#include "services/core/view.h"
#include "services/core/writer.h"
#include "xom/v1/organization_service.pb.h"

namespace xom::core {

// The calls of xom.v1.OrganizationService, as its proto describes them. Reads
// answer at once from the view; mutations answer a serialized Organization, or
// User, through `done`. Thread-safe.
class OrganizationService {
 public:
  // Both outlive the service and every call in flight.
  OrganizationService(const View* view, Writer* writer)
      : view_(*view), writer_(*writer), calls_(view, writer, kOrganizations) {}

  absl::StatusOr<v1::Organization> Get(
      const v1::GetOrganizationRequest& request) const;
  absl::StatusOr<v1::ListOrganizationsResponse> List(
      const v1::ListOrganizationsRequest& request) const;
  absl::StatusOr<v1::ListMembersResponse> ListMembers(
      const v1::ListMembersRequest& request) const;

  void Create(const v1::CreateOrganizationRequest& request,
              const Caller& caller, ReplyDone done);
  void Update(const v1::UpdateOrganizationRequest& request,
              const Caller& caller, ReplyDone done);
  void AddMember(const v1::AddMemberRequest& request, const Caller& caller,
                 ReplyDone done);
  void RemoveMember(const v1::RemoveMemberRequest& request,
                    const Caller& caller, ReplyDone done);

 private:
  // Of the request's organization and user, which must both exist.
  template <typename Request, typename Decide>
  absl::StatusOr<Write> ChangeMember(const Request& request, Decide decide,
                                     absl::Time now) const;

  const View& view_;
  Writer& writer_;
  ResourceCalls<OrganizationRegistry::Entry> calls_;
};

}  // namespace xom::core

#endif  // XOM_SERVICES_CORE_ORGANIZATION_SERVICE_H_
