#include "services/core/organization_service.h"

#include <string>
#include <utility>

#include "services/core/organization_decisions.h"
#include "services/core/registry_page.h"
#include "services/core/user_decisions.h"

namespace xom::core {
namespace {

using internal::v1::StoredOrganization;
using internal::v1::StoredUser;
using OrganizationEntry = OrganizationRegistry::Entry;

absl::StatusOr<Write> WriteOrganization(
    const absl::StatusOr<StoredOrganization>& stored,
    storage::Revision mod_revision) {
  if (!stored.ok()) return stored.status();
  const v1::Organization& organization = stored->organization();
  Write write = WriteRecord(organization.name(), 0, *stored, mod_revision);
  write.reply = organization.SerializeAsString();
  return write;
}

Target TargetOfUpdate(const v1::UpdateOrganizationRequest& request) {
  return {"organization.name", request.organization().name(),
          "organization.etag", request.organization().etag()};
}

}  // namespace

absl::StatusOr<v1::Organization> OrganizationService::Get(
    const v1::GetOrganizationRequest& request) const {
  const auto entry = calls_.Get(request.name());
  if (!entry.ok()) return entry.status();
  return (*entry)->stored.organization();
}

absl::StatusOr<v1::ListOrganizationsResponse> OrganizationService::List(
    const v1::ListOrganizationsRequest& request) const {
  const View::Reader reader = view_.Read();
  auto page = ListRegistry(
      reader.organizations(),
      {request.page_token(), request.page_size(), PageFingerprint(request)},
      [](const StoredOrganization&) { return true; });
  if (!page.ok()) return page.status();
  v1::ListOrganizationsResponse response;
  for (const StoredOrganization* stored : page->items) {
    *response.add_organizations() = stored->organization();
  }
  response.set_next_page_token(std::move(page->next_page_token));
  return response;
}

absl::StatusOr<v1::ListMembersResponse> OrganizationService::ListMembers(
    const v1::ListMembersRequest& request) const {
  const std::string& organization = request.parent();
  Violations violations;
  CheckName("parent", organization, kOrganizations, &violations);
  if (!violations.empty()) return violations.ToStatus();
  const View::Reader reader = view_.Read();
  if (reader.organizations().Find(organization) == nullptr) {
    return NotFoundError(organization);
  }
  auto page = ListRegistry(
      reader.users(),
      {request.page_token(), request.page_size(), PageFingerprint(request)},
      [&](const StoredUser& stored) {
        return BelongsTo(stored.user(), organization);
      });
  if (!page.ok()) return page.status();
  v1::ListMembersResponse response;
  for (const StoredUser* stored : page->items) {
    *response.add_members() = AsMember(stored->user(), organization);
  }
  response.set_next_page_token(std::move(page->next_page_token));
  return response;
}

void OrganizationService::Create(const v1::CreateOrganizationRequest& request,
                                 const Caller& caller, ReplyDone done) {
  calls_.Create(
      request, {KeyOf(request, caller), request.organization_id()},
      [](const auto& create, const std::string& name, absl::Time now) {
        return WriteOrganization(CreateOrganization(create, name, now), 0);
      },
      std::move(done));
}

void OrganizationService::Update(const v1::UpdateOrganizationRequest& request,
                                 const Caller& caller, ReplyDone done) {
  calls_.Change(
      request, {caller, TargetOfUpdate},
      [](const OrganizationEntry& entry, const auto& update, absl::Time now) {
        return WriteOrganization(UpdateOrganization(entry.stored, update, now),
                                 entry.mod_revision);
      },
      std::move(done));
}

template <typename Request, typename Decide>
absl::StatusOr<Write> OrganizationService::ChangeMember(const Request& request,
                                                        Decide decide,
                                                        absl::Time now) const {
  if (view_.FindOrganization(request.name()) == nullptr) {
    return NotFoundError(request.name());
  }
  const auto user = view_.FindUser(request.user());
  if (user == nullptr) return NotFoundError(request.user());
  const auto stored = decide(user->stored, request, now);
  if (!stored.ok()) return stored.status();
  Write write = WriteRecord(request.user(), 0, *stored, user->mod_revision);
  write.reply = AsMember(stored->user(), request.name()).SerializeAsString();
  return write;
}

void OrganizationService::AddMember(const v1::AddMemberRequest& request,
                                    const Caller& caller, ReplyDone done) {
  writer_.Run(
      KeyOf(request, caller),
      [this, request](absl::Time now) -> absl::StatusOr<Write> {
        absl::Status status = CheckAddMember(request);
        if (!status.ok()) return status;
        return ChangeMember(request, core::AddMember, now);
      },
      std::move(done));
}

void OrganizationService::RemoveMember(const v1::RemoveMemberRequest& request,
                                       const Caller& caller, ReplyDone done) {
  writer_.Run(
      KeyOf(request, caller),
      [this, request](absl::Time now) -> absl::StatusOr<Write> {
        absl::Status status = CheckRemoveMember(request);
        if (!status.ok()) return status;
        return ChangeMember(request, core::RemoveMember, now);
      },
      std::move(done));
}

}  // namespace xom::core
