#ifndef XOM_TRUST_JWS_H_
#define XOM_TRUST_JWS_H_

#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "trust/public_key.h"

namespace xom::trust {

// A token taken apart (RFC 7515, compact serialization), nothing of it proven.
struct Jws {
  Algorithm algorithm;
  std::optional<std::string> kid;
  std::string payload;
  std::string signature;
  absl::string_view signed_text;  // a part of the token
};

// UNAUTHENTICATED, "token: " and which check failed, never a part of the token.
absl::Status TokenRefused(absl::string_view what);

// Refuses, as above, what is longer than kMaxTokenBytes, not three parts in
// strict base64url, a header that is not a JSON object of sound shape, any
// algorithm but ours, a `typ` of other tokens than these (RFC 8725, section
// 3.11), and any `crit`, for we know no extension. Keys in the header (jwk,
// jku, x5u, x5c) are not looked at.
absl::StatusOr<Jws> ParseJws(absl::string_view token);

}  // namespace xom::trust

#endif  // XOM_TRUST_JWS_H_
