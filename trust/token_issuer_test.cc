#include "trust/token_issuer.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "trust/file_testing.h"
#include "trust/token_testing.h"
#include "trust/token_verifier.h"

namespace xom::trust {
namespace {

using Json = nlohmann::json;

TokenClaims Claims() {
  return {.issuer = kTestIssuer,
          .subject = "Nguyễn Thị Lan",
          .audience = kTestAudience,
          .token_id = "t1",
          .roles = {"helper", "moderator"},
          .issue_time = kTestNow,
          .not_before_time = kTestNow - absl::Seconds(5),
          .expire_time = kTestNow + absl::Minutes(15)};
}

class TokenIssuerTest : public testing::Test {
 protected:
  void SetUp() override {
    ASSERT_TRUE(TokenIssuer::CreateKey(path_).ok());
    auto issuer = TokenIssuer::Load(path_);
    ASSERT_TRUE(issuer.ok()) << issuer.status();
    issuer_ = *std::move(issuer);
    verifier_ = *TokenVerifier::FromJwks(issuer_->PublicJwks(), TestOptions());
  }

  const TemporaryFolder folder_;
  const std::string path_ = folder_.Path("issuer.pem");
  std::unique_ptr<TokenIssuer> issuer_;
  std::unique_ptr<TokenVerifier> verifier_;
};

TEST_F(TokenIssuerTest, WhatItIssuesVerifies) {
  const TokenClaims claims = Claims();
  const auto verified = verifier_->Verify(issuer_->Issue(claims), kTestNow);
  ASSERT_TRUE(verified.ok()) << verified.status();
  EXPECT_EQ(verified->issuer, claims.issuer);
  EXPECT_EQ(verified->subject, claims.subject);
  EXPECT_EQ(verified->audience, claims.audience);
  EXPECT_EQ(verified->token_id, claims.token_id);
  EXPECT_EQ(verified->roles, claims.roles);
  EXPECT_EQ(verified->issue_time, claims.issue_time);
  EXPECT_EQ(verified->not_before_time, claims.not_before_time);
  EXPECT_EQ(verified->expire_time, claims.expire_time);
}

TEST_F(TokenIssuerTest, WhatIsEmptyIsLeftOut) {
  TokenClaims claims = Claims();
  claims.token_id = "";
  claims.roles = {};
  claims.issue_time = claims.not_before_time = absl::InfinitePast();
  const auto verified = verifier_->Verify(issuer_->Issue(claims), kTestNow);
  ASSERT_TRUE(verified.ok()) << verified.status();
  EXPECT_EQ(verified->issue_time, absl::InfinitePast());
  EXPECT_EQ(verified->not_before_time, absl::InfinitePast());
}

TEST_F(TokenIssuerTest, TextThatIsNotUtf8DoesNotEndTheProcess) {
  TokenClaims claims = Claims();
  claims.subject = "a\xff";
  EXPECT_EQ(verifier_->Verify(issuer_->Issue(claims), kTestNow)->subject,
            "a\xef\xbf\xbd");
}

TEST_F(TokenIssuerTest, AnotherIssuersTokensAreRefused) {
  const std::string other = folder_.Path("other.pem");
  ASSERT_TRUE(TokenIssuer::CreateKey(other).ok());
  const auto issuer = TokenIssuer::Load(other);
  EXPECT_FALSE(verifier_->Verify((*issuer)->Issue(Claims()), kTestNow).ok());
}

TEST_F(TokenIssuerTest, TheKeySetHoldsNothingSecret) {
  const Json jwks = Json::parse(issuer_->PublicJwks());
  ASSERT_EQ(jwks["keys"].size(), 1u);
  EXPECT_FALSE(jwks["keys"][0].contains("d"));
  EXPECT_EQ((*TokenIssuer::Load(path_))->PublicJwks(), issuer_->PublicJwks());
}

TEST_F(TokenIssuerTest, TheKeyFileIsTheOwnersAndStays) {
  struct stat found {};
  ASSERT_EQ(stat(path_.c_str(), &found), 0);
  EXPECT_EQ(found.st_mode & 07777, 0600u);
  EXPECT_TRUE(absl::StartsWith(ReadFile(path_), "-----BEGIN PRIVATE KEY-----"));
  const std::string before = ReadFile(path_);
  EXPECT_EQ(TokenIssuer::CreateKey(path_).code(),
            absl::StatusCode::kAlreadyExists);
  EXPECT_EQ(ReadFile(path_), before);
}

TEST_F(TokenIssuerTest, OtherFilesAreRefused) {
  const std::string path = folder_.Path("key.pem");
  const auto load = [&] { return TokenIssuer::Load(path).status(); };
  EXPECT_EQ(load().code(), absl::StatusCode::kNotFound);
  WriteFile(path, ReadFile(path_), 0640);
  EXPECT_EQ(load().code(), absl::StatusCode::kFailedPrecondition);
  const std::string locked =
      "-----BEGIN ENCRYPTED PRIVATE KEY-----\n"
      "MIGbMFcGCSqGSIb3DQEFDTBKMCkGCSqGSIb3DQEFDDAcBAgAAAAAAAAAAAICCAAw\n"
      "-----END ENCRYPTED PRIVATE KEY-----\n";
  for (const std::string& text :
       {std::string(), std::string("key"), TestKey::Rsa(2048).Pem(),
        TestKey::Ec("P-256").Pem(), locked, ReadFile(path_).substr(0, 60),
        std::string(kMaxPrivateKeyFileBytes + 1, '-')}) {
    WriteFile(path, text, 0600);
    EXPECT_EQ(load().code(), absl::StatusCode::kInvalidArgument) << load();
    EXPECT_TRUE(absl::StartsWith(load().message(), path));
  }
}

}  // namespace
}  // namespace xom::trust
