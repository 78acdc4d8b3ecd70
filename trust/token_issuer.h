// The issuer of tokens that an operator has who has no other: one key, in a
// file.
//
//   TokenIssuer::CreateKey("/etc/xom/issuer.pem");
//   auto issuer = TokenIssuer::Load("/etc/xom/issuer.pem");
//   WriteFile("/etc/xom/jwks.json", (*issuer)->PublicJwks());
//   std::string token = (*issuer)->Issue({.issuer = "xom", .subject = "linh",
//   ...
#ifndef XOM_TRUST_TOKEN_ISSUER_H_
#define XOM_TRUST_TOKEN_ISSUER_H_

#include <cstddef>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "trust/token.h"

struct evp_pkey_st;  // OpenSSL's EVP_PKEY

namespace xom::trust {

inline constexpr size_t kMaxPrivateKeyFileBytes = 16 << 10;

// Signs with Ed25519. Immutable and thread-safe.
class TokenIssuer {
 public:
  // Reads a private key, PKCS#8 in PEM, not under a password. NOT_FOUND;
  // FAILED_PRECONDITION when others than its owner may read or write the file
  // (mode & 077); INVALID_ARGUMENT when it is no Ed25519 key.
  static absl::StatusOr<std::unique_ptr<TokenIssuer>> Load(
      const std::string& path);

  // Makes such a file of mode 0600 with a fresh key, whole or not at all.
  // ALREADY_EXISTS when the path is taken.
  static absl::Status CreateKey(const std::string& path);

  // A signed token. Times are cut to whole seconds; an empty token_id, roles or
  // audience, and an infinite issue or not-before time, are left out. What a
  // verifier would refuse (token.h has the bounds) is signed all the same.
  // REQUIRES: the times are finite but for these two.
  std::string Issue(const TokenClaims& claims) const;

  // The JWK Set with the public key, for verifiers. Its kid is the thumbprint
  // of RFC 7638.
  std::string PublicJwks() const;

 private:
  explicit TokenIssuer(std::shared_ptr<evp_pkey_st> key);

  const std::shared_ptr<evp_pkey_st> key_;
  const std::string public_key_;  // base64url
  const std::string kid_;
};

}  // namespace xom::trust

#endif  // XOM_TRUST_TOKEN_ISSUER_H_
