#include "services/core/user_service.h"

#include <string>
#include <utility>

#include "services/core/registry_page.h"
#include "services/core/time_proto.h"
#include "services/core/user_decisions.h"
#include "trust/own_token.h"

namespace xom::core {
namespace {

using internal::v1::StoredUser;
using UserEntry = UserRegistry::Entry;

absl::StatusOr<Write> WriteUser(const absl::StatusOr<StoredUser>& stored,
                                storage::Revision mod_revision) {
  if (!stored.ok()) return stored.status();
  Write write = WriteRecord(stored->user().name(), 0, *stored, mod_revision);
  write.reply = stored->user().SerializeAsString();
  return write;
}

Target TargetOfUpdate(const v1::UpdateUserRequest& request) {
  return {"user.name", request.user().name(), "user.etag",
          request.user().etag()};
}

}  // namespace

absl::StatusOr<v1::User> UserService::Get(
    const v1::GetUserRequest& request) const {
  const auto entry = calls_.Get(request.name());
  if (!entry.ok()) return entry.status();
  return (*entry)->stored.user();
}

absl::StatusOr<v1::ListUsersResponse> UserService::List(
    const v1::ListUsersRequest& request) const {
  const std::string& organization = request.organization();
  Violations violations;
  if (!organization.empty()) {
    CheckName("organization", organization, kOrganizations, &violations);
  }
  if (!violations.empty()) return violations.ToStatus();
  const View::Reader reader = view_.Read();
  auto page = ListRegistry(
      reader.users(),
      {request.page_token(), request.page_size(), PageFingerprint(request)},
      [&](const StoredUser& stored) {
        return organization.empty() || BelongsTo(stored.user(), organization);
      });
  if (!page.ok()) return page.status();
  v1::ListUsersResponse response;
  for (const StoredUser* stored : page->items) {
    *response.add_users() = stored->user();
  }
  response.set_next_page_token(std::move(page->next_page_token));
  return response;
}

absl::StatusOr<v1::IssueTokenResponse> UserService::IssueToken(
    const v1::IssueTokenRequest& request) const {
  const auto lifetime = TokenLifetime(request);
  if (!lifetime.ok()) return lifetime.status();
  const auto user = Get([&] {
    v1::GetUserRequest get;
    get.set_name(request.name());
    return get;
  }());
  if (!user.ok()) return user.status();
  if (user->state() != v1::User::STATE_ACTIVE) {
    return StateError(user->name(), v1::User::State_Name(user->state()));
  }
  if (tokens_.issuer == nullptr) {
    return MakeError(Reason::kNoIssuer,
                     "this server has no issuer of tokens of its own");
  }
  const absl::Time now = tokens_.clock->Now();
  v1::IssueTokenResponse response;
  response.set_token(
      trust::IssueOwnToken(*tokens_.issuer, user->name(), {now, *lifetime}));
  *response.mutable_expire_time() = ToProto(now + *lifetime);
  return response;
}

void UserService::Create(const v1::CreateUserRequest& request,
                         const Caller& caller, ReplyDone done) {
  calls_.Create(
      request, {KeyOf(request, caller), request.user_id()},
      [](const auto& create, const std::string& name, absl::Time now) {
        return WriteUser(CreateUser(create, name, now), 0);
      },
      std::move(done));
}

void UserService::Update(const v1::UpdateUserRequest& request,
                         const Caller& caller, ReplyDone done) {
  calls_.Change(
      request, {caller, TargetOfUpdate},
      [](const UserEntry& entry, const auto& update, absl::Time now) {
        return WriteUser(UpdateUser(entry.stored, update, now),
                         entry.mod_revision);
      },
      std::move(done));
}

void UserService::Revoke(const v1::RevokeUserRequest& request,
                         const Caller& caller, ReplyDone done) {
  calls_.Change(
      request, {caller},
      [](const UserEntry& entry, const auto& revoke, absl::Time now) {
        return WriteUser(
            MoveUser(entry.stored, v1::User::STATE_REVOKED, revoke.etag(), now),
            entry.mod_revision);
      },
      std::move(done));
}

void UserService::Restore(const v1::RestoreUserRequest& request,
                          const Caller& caller, ReplyDone done) {
  calls_.Change(
      request, {caller},
      [](const UserEntry& entry, const auto& restore, absl::Time now) {
        return WriteUser(
            MoveUser(entry.stored, v1::User::STATE_ACTIVE, restore.etag(), now),
            entry.mod_revision);
      },
      std::move(done));
}

}  // namespace xom::core
