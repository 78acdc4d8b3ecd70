#ifndef XOM_TRUST_TOKEN_TESTING_H_
#define XOM_TRUST_TOKEN_TESTING_H_

#include <cstdint>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "trust/token_verifier.h"

struct evp_pkey_st;

namespace xom::trust {

// XOM_TEST_SEED, or a fixed one; printed.
uint64_t TestSeed();

// A private key of an issuer, which signs what it is given, sound or not.
class TestKey {
 public:
  static TestKey Rsa(unsigned bits);
  static TestKey Ec(const char* curve);
  static TestKey Ed25519();
  static TestKey Ed25519From(absl::string_view seed);

  // The public key as a JWK with this kid, without alg and use.
  nlohmann::json Jwk(const std::string& kid) const;
  // Of the kind that goes with the key, as JWS has it.
  std::string Sign(absl::string_view text) const;
  // PKCS#8 in PEM.
  std::string Pem() const;

 private:
  explicit TestKey(std::shared_ptr<evp_pkey_st> key);

  std::shared_ptr<evp_pkey_st> key_;
};

// The two parts that are signed, and all three.
std::string TextToSign(absl::string_view header, absl::string_view payload);
std::string MakeToken(const TestKey& key, absl::string_view header,
                      absl::string_view payload);

std::string KeySetText(const std::vector<nlohmann::json>& keys);

inline constexpr char kTestIssuer[] = "https://id.example";
inline constexpr char kTestAudience[] = "xom";
inline constexpr int64_t kTestSeconds = 1'800'000'000;
inline const absl::Time kTestNow = absl::FromUnixSeconds(kTestSeconds);

TokenVerifier::Options TestOptions();

// A payload that these options accept at kTestNow.
nlohmann::json GoodPayload();

}  // namespace xom::trust

#endif  // XOM_TRUST_TOKEN_TESTING_H_
