#ifndef XOM_TRUST_TOKEN_H_
#define XOM_TRUST_TOKEN_H_

#include <cstddef>
#include <string>
#include <vector>

#include "absl/time/time.h"

namespace xom::trust {

// What is longer is refused unread.
inline constexpr size_t kMaxTokenBytes = 4096;
// Issuer, subject, audience, token_id; each role.
inline constexpr size_t kMaxClaimBytes = 256;
inline constexpr size_t kMaxRoleBytes = 64;
inline constexpr size_t kMaxRoles = 16;
// The audiences that one token may name.
inline constexpr size_t kMaxAudiences = 16;

// The claim that holds the roles: an array of texts.
inline constexpr char kRolesClaim[] = "xom_roles";

// What a bearer token (JWT, RFC 7519) says. Texts are UTF-8 without control
// characters.
struct TokenClaims {
  std::string issuer;    // iss
  std::string subject;   // sub: who calls
  std::string audience;  // aud: for whom the token is; of several, ours
  std::string token_id;  // jti; may be empty
  std::vector<std::string> roles;  // may be empty
  // iat and nbf; InfinitePast when the token does not say.
  absl::Time issue_time = absl::InfinitePast();
  absl::Time not_before_time = absl::InfinitePast();
  absl::Time expire_time;  // exp: it ends at this instant
};

}  // namespace xom::trust

#endif  // XOM_TRUST_TOKEN_H_
