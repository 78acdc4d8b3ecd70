// The tokens that Xóm itself issues: xomd for its users, and an operator with
// the key of xomd's issuer in a file.
#ifndef XOM_TRUST_OWN_TOKEN_H_
#define XOM_TRUST_OWN_TOKEN_H_

#include <string>

#include "absl/time/time.h"
#include "trust/token_issuer.h"
#include "trust/token_verifier.h"

namespace xom::trust {

inline constexpr char kOwnIssuer[] = "xom";
inline constexpr char kOwnAudience[] = "xom";

inline constexpr absl::Duration kMinTokenLifetime = absl::Minutes(1);
inline constexpr absl::Duration kMaxTokenLifetime = absl::Hours(30 * 24);
inline constexpr absl::Duration kDefaultTokenLifetime = absl::Hours(12);

// From when on, and how long.
struct TokenSpan {
  absl::Time issue_time;
  absl::Duration lifetime = kDefaultTokenLifetime;
};

// A token that proves `users/{user}`. It says nothing else of the user: roles
// stand in the user's record, where they can be taken back.
std::string IssueOwnToken(const TokenIssuer& issuer, const std::string& user,
                          const TokenSpan& span);

// What takes these tokens, and no others.
TokenVerifier::Options OwnTokenOptions();

}  // namespace xom::trust

#endif  // XOM_TRUST_OWN_TOKEN_H_
