#include "services/core/authenticator.h"

#include <algorithm>

#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "services/core/error.h"
#include "services/core/fingerprint.h"
#include "services/core/network_prefix.h"
#include "services/core/resource_name.h"
#include "services/core/time_proto.h"
#include "trust/access_code.h"

namespace xom::core {
namespace {

using UserPtr = std::shared_ptr<const v1::User>;

constexpr absl::string_view kBearer = "Bearer ";
constexpr size_t kExternalIdDigits = 32;

struct RoleName {
  absl::string_view name;  // in the claim xom_roles of a token
  v1::Role role;
};
constexpr RoleName kRoleNames[] = {
    {"moderator", v1::ROLE_MODERATOR},
    {"official", v1::ROLE_OFFICIAL},
    {"operator", v1::ROLE_OPERATOR},
};

absl::Status TokenInvalid(absl::string_view why) {
  return MakeError(Reason::kTokenInvalid, why);
}

// The user with the roles of the token added.
UserPtr WithRoles(const UserPtr& user, const std::vector<std::string>& names) {
  auto result = std::make_shared<v1::User>(*user);
  for (const RoleName& role : kRoleNames) {
    const bool named =
        std::find(names.begin(), names.end(), role.name) != names.end();
    const bool has = std::count(result->roles().begin(), result->roles().end(),
                                role.role) > 0;
    if (named && !has) result->add_roles(role.role);
  }
  return result;
}

UserPtr WithoutRecord(const std::string& name) {
  auto user = std::make_shared<v1::User>();
  user->set_name(name);
  user->set_state(v1::User::STATE_ACTIVE);
  return user;
}

}  // namespace

std::string ExternalUserName(absl::string_view issuer,
                             absl::string_view subject) {
  const std::string digest =
      DigestOf(absl::StrCat(issuer, absl::string_view("\0", 1), subject));
  return absl::StrCat(
      kUsers, "x-",
      absl::BytesToHexString(digest).substr(0, kExternalIdDigits));
}

bool IsExternalUserName(absl::string_view name) {
  constexpr absl::string_view kPrefix = "users/x-";
  if (!absl::StartsWith(name, kPrefix)) return false;
  const absl::string_view digest = name.substr(kPrefix.size());
  return digest.size() == kExternalIdDigits &&
         digest.find_first_not_of("0123456789abcdef") ==
             absl::string_view::npos;
}

absl::StatusOr<UserPtr> Authenticator::FindUser(const std::string& name,
                                                absl::Time issue_time) const {
  const auto found = view_.FindUser(name);
  if (found == nullptr) return UserPtr();
  const v1::User& user = found->stored.user();
  if (user.state() == v1::User::STATE_REVOKED) {
    return MakeError(Reason::kUserRevoked, "this user was revoked");
  }
  // Tokens tell seconds; of those of the second of the revocation none is good.
  if (user.has_revoke_time() && issue_time <= FromProto(user.revoke_time())) {
    return TokenInvalid("the token was issued before the user was revoked");
  }
  return UserPtr(found, &user);
}

absl::StatusOr<UserPtr> Authenticator::SignIn(
    const std::string& authorization) const {
  if (!absl::StartsWithIgnoreCase(authorization, kBearer)) {
    return TokenInvalid("authorization must be `Bearer` and a token");
  }
  const std::string token = authorization.substr(kBearer.size());
  absl::Status why = TokenInvalid("this server takes no tokens");
  for (const Issuer& issuer : issuers_) {
    const auto claims = issuer.verifier->Verify(token, clock_.Now());
    if (!claims.ok()) {
      why = TokenInvalid(claims.status().message());
      continue;
    }
    const std::string name =
        issuer.is_ours ? claims->subject
                       : ExternalUserName(claims->issuer, claims->subject);
    auto user = FindUser(name, claims->issue_time);
    if (!user.ok()) return user.status();
    if (issuer.is_ours) {
      if (*user == nullptr) return TokenInvalid("there is no such user");
      return user;
    }
    return WithRoles(*user == nullptr ? WithoutRecord(name) : *user,
                     claims->roles);
  }
  return why;
}

absl::StatusOr<Caller> Authenticator::Authenticate(
    const Credentials& credentials) const {
  Caller caller;
  caller.network = NetworkPrefixOf(credentials.peer);
  if (!credentials.access_code.empty()) {
    const auto code = trust::NormalizeAccessCode(credentials.access_code);
    if (!code.has_value()) {
      return FieldError("xom-access-code",
                        "must be nine letters and digits, such as 7KQ-2MX-9AB");
    }
    caller.access_code = *code;
  }
  if (!credentials.authorization.empty()) {
    auto user = SignIn(credentials.authorization);
    if (!user.ok()) return user.status();
    caller.user = *std::move(user);
  } else if (!credentials.certificate_name.empty()) {
    auto user = FindUser(absl::StrCat(kUsers, credentials.certificate_name),
                         absl::InfiniteFuture());
    if (!user.ok()) return user.status();
    if (*user == nullptr) {
      return TokenInvalid("the client's certificate names no user");
    }
    caller.user = *std::move(user);
  }
  return caller;
}

}  // namespace xom::core
