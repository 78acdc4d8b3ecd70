#ifndef XOM_TRUST_PUBLIC_KEY_H_
#define XOM_TRUST_PUBLIC_KEY_H_

#include <memory>
#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

struct evp_pkey_st;  // OpenSSL's EVP_PKEY

namespace xom::trust {

// The algorithms of signatures that are accepted (RFC 7518, RFC 8037), and no
// others.
enum class Algorithm {
  kRs256,  // RSASSA-PKCS1-v1_5 and SHA-256
  kEs256,  // ECDSA on P-256 and SHA-256
  kEdDsa,  // Ed25519
};

// Exactly as the registry writes it, or nullopt.
std::optional<Algorithm> ParseAlgorithm(absl::string_view name);

inline constexpr int kMinRsaBits = 2048;
// A check costs some 20 times that of 2048 bits; more is nobody's need.
inline constexpr int kMaxRsaBits = 8192;

// Big-endian numbers.
struct RsaNumbers {
  std::string modulus;
  std::string exponent;
};
struct EcPoint {
  std::string x;
  std::string y;
};

struct SignedText {
  absl::string_view text;
  absl::string_view signature;
};

// Immutable, thread-safe, cheap to copy. A key fits one algorithm only, so that
// none can be passed off as another's.
class PublicKey {
 public:
  // INVALID_ARGUMENT: a modulus that is even, or of less than kMinRsaBits or
  // more than kMaxRsaBits; an exponent that is even, 1, or of more than 64
  // bits.
  static absl::StatusOr<PublicKey> Rsa(const RsaNumbers& numbers);
  // INVALID_ARGUMENT: not two numbers of 32 bytes, or not a point of P-256.
  static absl::StatusOr<PublicKey> P256(const EcPoint& point);
  // INVALID_ARGUMENT: not 32 bytes.
  static absl::StatusOr<PublicKey> Ed25519(absl::string_view bytes);

  Algorithm algorithm() const { return algorithm_; }

  // Signatures as in JWS: of ES256 r and s, 32 bytes each.
  bool Verifies(const SignedText& message) const;

 private:
  PublicKey(Algorithm algorithm, std::shared_ptr<evp_pkey_st> key);

  Algorithm algorithm_;
  std::shared_ptr<evp_pkey_st> key_;
};

}  // namespace xom::trust

#endif  // XOM_TRUST_PUBLIC_KEY_H_
