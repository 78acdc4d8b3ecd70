// Who calls, by a bearer token that an issuer signed.
//
//   auto verifier = TokenVerifier::FromFile(
//       "/etc/xom/jwks.json", {.issuer = "https://id.example", .audience =
//       "xom"},
//       [](absl::Status s) { spdlog::error("{}", s.ToString()); });
//   absl::StatusOr<TokenClaims> claims = (*verifier)->Verify(token, now);
#ifndef XOM_TRUST_TOKEN_VERIFIER_H_
#define XOM_TRUST_TOKEN_VERIFIER_H_

#include <functional>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "trust/token.h"

namespace xom::trust {

class KeySource;

// The clocks of issuer and verifier differ by no more.
inline constexpr absl::Duration kMaxClockSkew = absl::Minutes(10);

// Verifies JWTs signed with RS256 (2048 bits or more), ES256 or EdDSA
// (Ed25519), by the keys of a JWK Set (RFC 7515, 7517, 7518, 7519, 8037, 8725).
// Thread-safe.
class TokenVerifier {
 public:
  struct Options {
    std::string issuer;    // `iss` must be this text
    std::string audience;  // `aud` must be this text, or an array that has it
    // exp, nbf and iat may be off by this much.
    absl::Duration clock_skew = absl::Seconds(60);
  };

  // Keys from a file. Verify looks at the file again when a second has passed,
  // and when no key fits a token, then ten times a second at most; time is the
  // `now` that Verify is given. New keys count as soon as the file has them,
  // and keys that it has no more count no more.
  //
  // A file that became unreadable or broken keeps the last good keys:
  // `on_reload_error` is called once with each new fault, from a thread that
  // calls Verify, and must be quick. It may be null.
  //
  // INVALID_ARGUMENT: an option is empty or out of range, the file is no sound
  // JWK Set. FAILED_PRECONDITION: everybody may write the file. NOT_FOUND and
  // other codes of errno: the file cannot be read.
  static absl::StatusOr<std::unique_ptr<TokenVerifier>> FromFile(
      const std::string& path, Options options,
      std::function<void(absl::Status)> on_reload_error);

  // Keys that stay. INVALID_ARGUMENT as above.
  static absl::StatusOr<std::unique_ptr<TokenVerifier>> FromJwks(
      absl::string_view jwks, Options options);

  ~TokenVerifier();

  // What the token says. UNAUTHENTICATED with a message that says which check
  // failed, never the token or parts of it. Required are iss, sub, aud and exp;
  // all texts and arrays are bounded (token.h).
  absl::StatusOr<TokenClaims> Verify(absl::string_view token,
                                     absl::Time now) const;

 private:
  TokenVerifier(std::unique_ptr<KeySource> keys, Options options);

  const std::unique_ptr<KeySource> keys_;
  const Options options_;
};

}  // namespace xom::trust

#endif  // XOM_TRUST_TOKEN_VERIFIER_H_
