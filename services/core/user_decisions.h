// What becomes of a user: functions without I/O, as in need_decisions.h.
#ifndef XOM_SERVICES_CORE_USER_DECISIONS_H_
#define XOM_SERVICES_CORE_USER_DECISIONS_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "xom/internal/v1/stored.pb.h"
#include "xom/v1/organization_service.pb.h"
#include "xom/v1/user_service.pb.h"

namespace xom::core {

// `users/operator`, with which a server with accounts begins.
inline constexpr absl::string_view kFirstOperator = "users/operator";
internal::v1::StoredUser FirstOperator(absl::Time now);

absl::StatusOr<internal::v1::StoredUser> CreateUser(
    const v1::CreateUserRequest& request, const std::string& name,
    absl::Time now);

absl::StatusOr<internal::v1::StoredUser> UpdateUser(
    const internal::v1::StoredUser& current,
    const v1::UpdateUserRequest& request, absl::Time now);

// FAILED_PRECONDITION when the user is in that state already.
absl::StatusOr<internal::v1::StoredUser> MoveUser(
    const internal::v1::StoredUser& current, v1::User::State state,
    const std::string& etag, absl::Time now);

// For how long. INVALID_ARGUMENT.
absl::StatusOr<absl::Duration> TokenLifetime(
    const v1::IssueTokenRequest& request);

// Gives the user that rank, and no other, in the organization. INVALID_ARGUMENT
// for the names and the rank: CheckAddMember comes first.
absl::Status CheckAddMember(const v1::AddMemberRequest& request);
// FAILED_PRECONDITION, MEMBERSHIP_LIMIT_REACHED.
absl::StatusOr<internal::v1::StoredUser> AddMember(
    const internal::v1::StoredUser& current,
    const v1::AddMemberRequest& request, absl::Time now);

// INVALID_ARGUMENT for the names: CheckRemoveMember comes first.
absl::Status CheckRemoveMember(const v1::RemoveMemberRequest& request);
// NOT_FOUND when the user is no member.
absl::StatusOr<internal::v1::StoredUser> RemoveMember(
    const internal::v1::StoredUser& current,
    const v1::RemoveMemberRequest& request, absl::Time now);

bool BelongsTo(const v1::User& user, absl::string_view organization);

// What an organization is shown of its member: neither roles nor what other
// organizations it belongs to.
v1::User AsMember(const v1::User& user, absl::string_view organization);

}  // namespace xom::core

#endif  // XOM_SERVICES_CORE_USER_DECISIONS_H_
