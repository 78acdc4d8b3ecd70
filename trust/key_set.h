#ifndef XOM_TRUST_KEY_SET_H_
#define XOM_TRUST_KEY_SET_H_

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "trust/public_key.h"

namespace xom::trust {

inline constexpr size_t kMaxJwksBytes = 64 << 10;
inline constexpr size_t kMaxJwksKeys = 32;
inline constexpr size_t kMaxKeyNameBytes = 256;

// A key as a key set names it (RFC 7517).
struct NamedKey {
  std::optional<std::string> kid;
  PublicKey key;
};

// The public keys of an issuer. Immutable.
class KeySet {
 public:
  // Reads a JWK Set. Keys that are not for this (of another kind, curve,
  // algorithm or use) are passed over, as RFC 7517 says. INVALID_ARGUMENT,
  // naming the place and never what stands there, when the document is too
  // long, not a JWK Set, has more than kMaxJwksKeys keys or none to use, when
  // two keys for one algorithm have one kid, and when a key is damaged, weak,
  // or holds a secret part.
  static absl::StatusOr<KeySet> Parse(absl::string_view jwks);

  // The key for this algorithm with this kid; without a kid the only one for
  // the algorithm. nullptr when there is none, or when there are more.
  const PublicKey* Find(const std::optional<std::string>& kid,
                        Algorithm algorithm) const;

 private:
  std::vector<NamedKey> keys_;
};

}  // namespace xom::trust

#endif  // XOM_TRUST_KEY_SET_H_
