#include "services/core/user_decisions.h"

#include <algorithm>
#include <utility>

#include "absl/container/flat_hash_set.h"
#include "absl/strings/str_cat.h"
#include "services/core/field_check.h"
#include "services/core/limits.h"
#include "services/core/resource_check.h"
#include "services/core/resource_name.h"
#include "services/core/time_proto.h"
#include "services/core/update_mask.h"
#include "trust/own_token.h"

namespace xom::core {
namespace {

using internal::v1::StoredUser;
using v1::Membership;
using v1::User;

constexpr absl::string_view kMutableFields[] = {"display_name", "roles"};

void CheckRoles(const User& user, Violations* violations) {
  if (!CheckInt("user.roles", user.roles_size(), {0, v1::Role_ARRAYSIZE - 1},
                violations)) {
    return;
  }
  absl::flat_hash_set<int> seen;
  for (int i = 0; i < user.roles_size(); ++i) {
    const std::string path = absl::StrCat("user.roles[", i, "]");
    const int role = user.roles(i);
    CheckEnum(path, role, {v1::Role_IsValid(role), Presence::kRequired},
              violations);
    if (!seen.insert(role).second) violations->Add(path, "stands there twice");
  }
}

void CheckUser(const User& user, Violations* violations) {
  CheckText("user.display_name", user.display_name(), {kMaxNameCharacters},
            violations);
  CheckRoles(user, violations);
}

StoredUser Begin(User user, const std::string& name, absl::Time now) {
  user.set_name(name);
  user.set_state(User::STATE_ACTIVE);
  user.set_verification(v1::VERIFICATION_UNVERIFIED);
  *user.mutable_create_time() = ToProto(now);
  Stamp(now, &user);
  StoredUser stored;
  *stored.mutable_user() = std::move(user);
  return stored;
}

Membership* FindMembership(absl::string_view organization, User* user) {
  auto& memberships = *user->mutable_memberships();
  const auto found = std::find_if(
      memberships.begin(), memberships.end(),
      [&](const Membership& m) { return m.organization() == organization; });
  return found == memberships.end() ? nullptr : &*found;
}

Membership::Rank RankOf(const v1::AddMemberRequest& request) {
  return request.rank() == Membership::RANK_UNSPECIFIED
             ? Membership::RANK_MEMBER
             : request.rank();
}

template <typename Request>
Violations CheckMemberNames(const Request& request) {
  Violations violations;
  CheckName("name", request.name(), kOrganizations, &violations);
  CheckName("user", request.user(), kUsers, &violations);
  CheckRequestId(request.request_id(), &violations);
  return violations;
}

}  // namespace

StoredUser FirstOperator(absl::Time now) {
  User user;
  user.set_display_name("Operator");
  user.add_roles(v1::ROLE_OPERATOR);
  return Begin(std::move(user), std::string(kFirstOperator), now);
}

absl::StatusOr<StoredUser> CreateUser(const v1::CreateUserRequest& request,
                                      const std::string& name, absl::Time now) {
  Violations violations;
  CheckRequestId(request.request_id(), &violations);
  CheckId("user_id", request.user_id(), &violations);
  User user;
  CopyFields(request.user(), kMutableFields, &user);
  CheckUser(user, &violations);
  if (!violations.empty()) return violations.ToStatus();
  return Begin(std::move(user), name, now);
}

absl::StatusOr<StoredUser> UpdateUser(const StoredUser& current,
                                      const v1::UpdateUserRequest& request,
                                      absl::Time now) {
  Violations violations;
  StoredUser stored = current;
  User& user = *stored.mutable_user();
  ApplyUpdate(request.user(), request.update_mask(), kMutableFields, &user,
              &violations);
  CheckUser(user, &violations);
  if (!violations.empty()) return violations.ToStatus();
  if (absl::Status status =
          CheckEtagMatches(user.name(), request.user().etag(), user.etag());
      !status.ok()) {
    return status;
  }
  Stamp(now, &user);
  return stored;
}

absl::StatusOr<StoredUser> MoveUser(const StoredUser& current,
                                    User::State state, const std::string& etag,
                                    absl::Time now) {
  StoredUser stored = current;
  User& user = *stored.mutable_user();
  if (user.state() == state) {
    return StateError(user.name(), User::State_Name(state));
  }
  if (absl::Status status = CheckEtagMatches(user.name(), etag, user.etag());
      !status.ok()) {
    return status;
  }
  user.set_state(state);
  if (state == User::STATE_REVOKED) *user.mutable_revoke_time() = ToProto(now);
  Stamp(now, &user);
  return stored;
}

absl::StatusOr<absl::Duration> TokenLifetime(
    const v1::IssueTokenRequest& request) {
  if (!request.has_lifetime()) return trust::kDefaultTokenLifetime;
  const google::protobuf::Duration& lifetime = request.lifetime();
  if (lifetime.nanos() != 0 ||
      lifetime.seconds() < absl::ToInt64Seconds(trust::kMinTokenLifetime) ||
      lifetime.seconds() > absl::ToInt64Seconds(trust::kMaxTokenLifetime)) {
    return FieldError("lifetime",
                      "must be 1 minute to 30 days, in whole seconds");
  }
  return absl::Seconds(lifetime.seconds());
}

absl::Status CheckAddMember(const v1::AddMemberRequest& request) {
  Violations violations = CheckMemberNames(request);
  CheckEnum("rank", request.rank(), {Membership::Rank_IsValid(request.rank())},
            &violations);
  return violations.ToStatus();
}

absl::StatusOr<StoredUser> AddMember(const StoredUser& current,
                                     const v1::AddMemberRequest& request,
                                     absl::Time now) {
  StoredUser stored = current;
  User& user = *stored.mutable_user();
  Membership* membership = FindMembership(request.name(), &user);
  if (membership == nullptr) {
    if (user.memberships_size() >= kMaxMemberships) {
      return MakeError(Reason::kMembershipLimitReached,
                       absl::StrCat("the user belongs to ", kMaxMemberships,
                                    " organizations already"));
    }
    membership = user.add_memberships();
    membership->set_organization(request.name());
  }
  membership->set_rank(RankOf(request));
  Stamp(now, &user);
  return stored;
}

absl::Status CheckRemoveMember(const v1::RemoveMemberRequest& request) {
  return CheckMemberNames(request).ToStatus();
}

absl::StatusOr<StoredUser> RemoveMember(const StoredUser& current,
                                        const v1::RemoveMemberRequest& request,
                                        absl::Time now) {
  StoredUser stored = current;
  User& user = *stored.mutable_user();
  if (FindMembership(request.name(), &user) == nullptr) {
    return NotFoundError(request.user());
  }
  auto& memberships = *user.mutable_memberships();
  memberships.erase(std::remove_if(memberships.begin(), memberships.end(),
                                   [&](const Membership& m) {
                                     return m.organization() == request.name();
                                   }),
                    memberships.end());
  Stamp(now, &user);
  return stored;
}

bool BelongsTo(const User& user, absl::string_view organization) {
  const auto& memberships = user.memberships();
  return std::any_of(
      memberships.begin(), memberships.end(),
      [&](const Membership& m) { return m.organization() == organization; });
}

User AsMember(const User& user, absl::string_view organization) {
  User member;
  member.set_name(user.name());
  member.set_display_name(user.display_name());
  member.set_verification(user.verification());
  member.set_state(user.state());
  for (const Membership& membership : user.memberships()) {
    if (membership.organization() == organization) {
      *member.add_memberships() = membership;
    }
  }
  return member;
}

}  // namespace xom::core
