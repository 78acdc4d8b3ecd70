// Tokens that are accepted, and the claims that make others refused.
#include <gtest/gtest.h>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "trust/token_testing.h"
#include "trust/token_verifier.h"

namespace xom::trust {
namespace {

using Json = nlohmann::json;

// One key of Ed25519, and tokens of it.
class TokenTest : public testing::Test {
 protected:
  static std::unique_ptr<TokenVerifier> Verifier(const std::vector<Json>& keys,
                                                 absl::Duration skew) {
    TokenVerifier::Options options = TestOptions();
    options.clock_skew = skew;
    auto verifier = TokenVerifier::FromJwks(KeySetText(keys), options);
    EXPECT_TRUE(verifier.ok()) << verifier.status();
    return *std::move(verifier);
  }

  absl::StatusOr<TokenClaims> Verify(const Json& payload,
                                     absl::Time now = kTestNow) const {
    return verifier_->Verify(
        MakeToken(key_, R"({"alg":"EdDSA","kid":"k"})", payload.dump()), now);
  }

  void ExpectRefused(const Json& payload, absl::string_view message,
                     absl::Time now = kTestNow) const {
    const auto claims = Verify(payload, now);
    EXPECT_EQ(claims.status().code(), absl::StatusCode::kUnauthenticated)
        << payload;
    EXPECT_TRUE(absl::StrContains(claims.status().message(), message))
        << claims.status() << " instead of " << message;
  }

  static Json With(const char* name, Json value) {
    Json payload = GoodPayload();
    payload[name] = std::move(value);
    return payload;
  }
  static Json Without(const char* name) {
    Json payload = GoodPayload();
    payload.erase(name);
    return payload;
  }

  const TestKey key_ = TestKey::Ed25519();
  const std::unique_ptr<TokenVerifier> verifier_ =
      Verifier({key_.Jwk("k")}, absl::Seconds(60));
};

TEST_F(TokenTest, SaysWhatTheIssuerSigned) {
  const auto claims = Verify(GoodPayload());
  ASSERT_TRUE(claims.ok()) << claims.status();
  EXPECT_EQ(claims->issuer, kTestIssuer);
  EXPECT_EQ(claims->subject, "linh");
  EXPECT_EQ(claims->audience, kTestAudience);
  EXPECT_EQ(claims->token_id, "t1");
  EXPECT_EQ(claims->roles, (std::vector<std::string>{"helper", "dispatcher"}));
  EXPECT_EQ(claims->issue_time, absl::FromUnixSeconds(kTestSeconds - 10));
  EXPECT_EQ(claims->not_before_time, absl::FromUnixSeconds(kTestSeconds - 10));
  EXPECT_EQ(claims->expire_time, absl::FromUnixSeconds(kTestSeconds + 600));
}

TEST_F(TokenTest, AllThreeAlgorithmsVerify) {
  const std::pair<const char*, TestKey> keys[] = {
      {"RS256", TestKey::Rsa(2048)},
      {"RS256", TestKey::Rsa(3072)},
      {"ES256", TestKey::Ec("P-256")},
      {"EdDSA", TestKey::Ed25519()}};
  for (const auto& [alg, key] : keys) {
    const auto verifier =
        Verifier({key.Jwk("a"), key_.Jwk("b")}, absl::ZeroDuration());
    for (const Json& header :
         {Json{{"alg", alg}, {"kid", "a"}},
          Json{{"alg", alg}, {"kid", "a"}, {"typ", "JWT"}},
          Json{{"alg", alg}, {"kid", "a"}, {"typ", "application/at+jwt"}}}) {
      const auto claims = verifier->Verify(
          MakeToken(key, header.dump(), GoodPayload().dump()), kTestNow);
      EXPECT_TRUE(claims.ok()) << header << claims.status();
    }
  }
}

TEST_F(TokenTest, WithoutAKidTheOnlyKeyThatFitsIsTaken) {
  const TestKey ec = TestKey::Ec("P-256");
  const std::string token =
      MakeToken(ec, R"({"alg":"ES256"})", GoodPayload().dump());
  const auto one = Verifier({ec.Jwk("a"), key_.Jwk("b")}, absl::Seconds(1));
  EXPECT_TRUE(one->Verify(token, kTestNow).ok());
  const auto two =
      Verifier({ec.Jwk("a"), TestKey::Ec("P-256").Jwk("b")}, absl::Seconds(1));
  EXPECT_TRUE(absl::StrContains(two->Verify(token, kTestNow).status().message(),
                                "no key fits"));
}

TEST_F(TokenTest, OptionalClaimsMayBeMissing) {
  Json payload = GoodPayload();
  for (const char* name : {"jti", "iat", "nbf", kRolesClaim}) {
    payload.erase(name);
  }
  const auto claims = Verify(payload);
  ASSERT_TRUE(claims.ok()) << claims.status();
  EXPECT_EQ(claims->token_id, "");
  EXPECT_TRUE(claims->roles.empty());
  EXPECT_EQ(claims->issue_time, absl::InfinitePast());
  EXPECT_EQ(claims->not_before_time, absl::InfinitePast());
}

TEST_F(TokenTest, UnknownClaimsAreIgnored) {
  EXPECT_TRUE(Verify(With("email", "a@b.example")).ok());
  EXPECT_TRUE(Verify(With("realm_access", {{"roles", {"x"}}})).ok());
}

TEST_F(TokenTest, TheIssuerIsExact) {
  for (const Json& iss :
       {Json("https://id.example/"), Json("https://id.exampl"),
        Json("https://ID.example"), Json(""), Json(), Json(5),
        Json({kTestIssuer}), Json("https://id.example\0x")}) {
    if (iss == kTestIssuer) continue;
    ExpectRefused(With("iss", iss), "iss is not the issuer expected");
  }
  ExpectRefused(Without("iss"), "iss is not the issuer expected");
}

TEST_F(TokenTest, TheAudienceIsExactOrInTheArray) {
  EXPECT_TRUE(Verify(With("aud", {kTestAudience})).ok());
  EXPECT_TRUE(Verify(With("aud", {"other", kTestAudience})).ok());
  ExpectRefused(With("aud", "xo"), "aud is not the audience");
  ExpectRefused(With("aud", "xomx"), "aud is not the audience");
  ExpectRefused(With("aud", "other xom"), "aud is not the audience");
  ExpectRefused(With("aud", {"other"}), "aud is not the audience");
  ExpectRefused(With("aud", Json::array()), "aud is not the audience");
  ExpectRefused(With("aud", {kTestAudience, 5}), "aud is not a text");
  ExpectRefused(With("aud", {Json::array({kTestAudience})}),
                "aud is not a text");
  ExpectRefused(With("aud", {{kTestAudience, "x"}}), "aud is not a text");
  ExpectRefused(With("aud", Json()), "aud is not a text");
  ExpectRefused(Without("aud"), "aud is missing");
  std::vector<std::string> many(kMaxAudiences, kTestAudience);
  EXPECT_TRUE(Verify(With("aud", many)).ok());
  many.push_back("more");
  ExpectRefused(With("aud", many), "aud names too many");
}

TEST_F(TokenTest, TimesCountToTheNanosecondWithTheSkew) {
  const absl::Duration skew = absl::Seconds(60);
  const absl::Duration moment = absl::Nanoseconds(1);
  const absl::Time end = absl::FromUnixSeconds(kTestSeconds + 600) + skew;
  EXPECT_TRUE(Verify(GoodPayload(), end - moment).ok());
  ExpectRefused(GoodPayload(), "has expired", end);
  ExpectRefused(GoodPayload(), "has expired", end + absl::Hours(1));
  const absl::Time start = absl::FromUnixSeconds(kTestSeconds - 10) - skew;
  EXPECT_TRUE(Verify(GoodPayload(), start).ok());
  ExpectRefused(GoodPayload(), "nbf is to come", start - moment);
  ExpectRefused(Without("nbf"), "iat is to come", start - moment);
  EXPECT_TRUE(Verify(Without("iat"), start).ok());
}

TEST_F(TokenTest, WithoutSkewTheEdgesAreThoseOfTheToken) {
  const auto verifier = Verifier({key_.Jwk("k")}, absl::ZeroDuration());
  const std::string token =
      MakeToken(key_, R"({"alg":"EdDSA"})", GoodPayload().dump());
  const absl::Time end = absl::FromUnixSeconds(kTestSeconds + 600);
  EXPECT_TRUE(verifier->Verify(token, end - absl::Nanoseconds(1)).ok());
  EXPECT_FALSE(verifier->Verify(token, end).ok());
  const absl::Time start = absl::FromUnixSeconds(kTestSeconds - 10);
  EXPECT_TRUE(verifier->Verify(token, start).ok());
  EXPECT_FALSE(verifier->Verify(token, start - absl::Nanoseconds(1)).ok());
}

TEST_F(TokenTest, TimesAreNumbersOfTheCalendar) {
  EXPECT_TRUE(Verify(With("exp", kTestSeconds + 0.5)).ok());
  EXPECT_TRUE(Verify(With("exp", 253'402'300'799)).ok());
  ExpectRefused(Without("exp"), "exp is missing or no time");
  for (const Json& bad :
       {Json("1800000600"), Json(), Json(true), Json(-1), Json(1e300),
        Json(253'402'300'800), Json(std::numeric_limits<uint64_t>::max()),
        Json::array({kTestSeconds + 600})}) {
    ExpectRefused(With("exp", bad), "exp is missing or no time");
    ExpectRefused(With("nbf", bad), "nbf is no time");
    ExpectRefused(With("iat", bad), "iat is no time");
  }
  ExpectRefused(With("exp", 0), "has expired");
}

TEST_F(TokenTest, TextsAreBoundedAndPlain) {
  const std::string longest(kMaxClaimBytes, 's');
  for (const char* name : {"sub", "jti"}) {
    EXPECT_TRUE(Verify(With(name, longest)).ok());
    EXPECT_TRUE(Verify(With(name, "Nguyễn Thị Lan")).ok());
    for (const Json& bad :
         {Json(longest + "s"), Json(""), Json(5), Json(), Json("a\nb"),
          Json(std::string("a\0b", 3)), Json("a\x7f"), Json({"a"})}) {
      ExpectRefused(With(name, bad), absl::StrCat(name, " is"));
    }
  }
  ExpectRefused(Without("sub"), "sub is missing");
}

TEST_F(TokenTest, RolesAreBoundedAndPlain) {
  std::vector<std::string> roles(kMaxRoles, std::string(kMaxRoleBytes, 'r'));
  EXPECT_EQ(Verify(With(kRolesClaim, roles))->roles, roles);
  EXPECT_TRUE(Verify(With(kRolesClaim, Json::array())).ok());
  roles.push_back("r");
  for (const Json& bad : {Json(roles), Json("operator"), Json(), Json(1),
                          Json{{"operator", true}}}) {
    ExpectRefused(With(kRolesClaim, bad), "xom_roles is not an array");
  }
  for (const Json& bad :
       {Json(std::string(kMaxRoleBytes + 1, 'r')), Json(""), Json(1), Json(),
        Json("a\n"), Json::array({"operator"})}) {
    ExpectRefused(With(kRolesClaim, Json::array({"helper", bad})),
                  "xom_roles holds what is no role");
  }
}

TEST_F(TokenTest, OptionsAreChecked) {
  const std::string jwks = KeySetText({key_.Jwk("k")});
  TokenVerifier::Options no_issuer = TestOptions();
  no_issuer.issuer = "";
  TokenVerifier::Options no_audience = TestOptions();
  no_audience.audience = "";
  TokenVerifier::Options negative = TestOptions();
  negative.clock_skew = -absl::Nanoseconds(1);
  TokenVerifier::Options wide = TestOptions();
  wide.clock_skew = kMaxClockSkew + absl::Nanoseconds(1);
  for (const auto& options : {no_issuer, no_audience, negative, wide}) {
    EXPECT_EQ(TokenVerifier::FromJwks(jwks, options).status().code(),
              absl::StatusCode::kInvalidArgument);
    EXPECT_EQ(
        TokenVerifier::FromFile("/none", options, nullptr).status().code(),
        absl::StatusCode::kInvalidArgument);
  }
}

}  // namespace
}  // namespace xom::trust
