#ifndef XOM_TRUST_TOKEN_ATTACK_H_
#define XOM_TRUST_TOKEN_ATTACK_H_

#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "absl/strings/match.h"
#include "absl/strings/string_view.h"
#include "trust/token_testing.h"
#include "trust/token_verifier.h"

namespace xom::trust {

// For tests with tokens that somebody made up. The verifier knows one key of
// each kind; what each attack tries is named, and the check that stops it.
class TokenAttackTest : public testing::Test {
 protected:
  // UNAUTHENTICATED for this reason, saying nothing of the token.
  void ExpectRefused(const std::string& token,
                     absl::string_view message) const {
    const auto claims = verifier_->Verify(token, kTestNow);
    ASSERT_EQ(claims.status().code(), absl::StatusCode::kUnauthenticated)
        << token.substr(0, 300);
    const absl::string_view said = claims.status().message();
    EXPECT_TRUE(absl::StrContains(said, message))
        << said << " instead of " << message;
    EXPECT_LT(said.size(), 80u) << said;
    for (const char* part : {"linh", "evil", "eyJ"}) {
      EXPECT_FALSE(absl::StrContains(said, part)) << said;
    }
  }

  // With a header that is signed rightly by the Ed25519 key.
  void ExpectHeaderRefused(const std::string& header,
                           absl::string_view message) const {
    ExpectRefused(MakeToken(ed_, header, good_), message);
  }

  std::string GoodToken() const {
    return MakeToken(ed_, R"({"alg":"EdDSA","kid":"ed"})", good_);
  }

  const TestKey rsa_ = TestKey::Rsa(2048);
  const TestKey ec_ = TestKey::Ec("P-256");
  const TestKey ed_ = TestKey::Ed25519();
  const std::string jwks_ =
      KeySetText({rsa_.Jwk("rsa"), ec_.Jwk("ec"), ed_.Jwk("ed")});
  const std::unique_ptr<TokenVerifier> verifier_ =
      *TokenVerifier::FromJwks(jwks_, TestOptions());
  const std::string good_ = GoodPayload().dump();
};

}  // namespace xom::trust

#endif  // XOM_TRUST_TOKEN_ATTACK_H_
