// Bearer tokens through the socket: of our own issuer, of another, and made up.

#include <gmock/gmock.h>

#include <nlohmann/json.hpp>

#include "services/core/authenticator.h"
#include "tests/account_test.h"
#include "trust/file_testing.h"
#include "trust/own_token.h"
#include "trust/token_testing.h"

namespace xom::tests {
namespace {

using nlohmann::json;
using trust::KeySetText;
using trust::MakeToken;
using trust::TestKey;

constexpr char kHeader[] = R"({"alg":"EdDSA","kid":"a"})";

// A file of public keys of another issuer, which outlives the server.
class KeySetFile {
 public:
  KeySetFile() { Write(KeySetText({first_.Jwk("a")})); }

  void Write(const std::string& text) {
    // Whole or not at all, as an issuer does.
    trust::WriteFile(folder_.Path("new"), text);
    std::filesystem::rename(folder_.Path("new"), path());
  }
  std::string path() const { return folder_.Path("jwks.json"); }
  const TestKey& first() const { return first_; }

 private:
  const trust::TemporaryFolder folder_;
  const TestKey first_ = TestKey::Ed25519();
};

class SignInTest : protected KeySetFile, public AccountTest {
 protected:
  SignInTest() : AccountTest(OptionsOf(*this)) {}

  static edge::ServerOptions OptionsOf(const KeySetFile& file) {
    edge::ServerOptions options;
    options.secrets.jwks_file = file.path();
    options.secrets.jwt_issuer = trust::kTestIssuer;
    options.secrets.jwt_audience = trust::kTestAudience;
    return options;
  }

  KeySetFile& file() { return *this; }

  json Payload() {
    const int64_t now = absl::ToUnixSeconds(server_.clock().Now());
    return {{"iss", trust::kTestIssuer},
            {"sub", "linh"},
            {"aud", trust::kTestAudience},
            {"iat", now},
            {"exp", now + 3'600}};
  }
  std::string WhoamiWith(const std::string& token) const {
    return Whoami(client_.WithToken(token));
  }
  std::string Signed(const json& payload) const {
    return MakeToken(first(), kHeader, payload.dump());
  }
  // The other issuer's keys are looked at again.
  void LookAgain() { server_.clock().Advance(absl::Seconds(2)); }

  const std::string linh_ = core::ExternalUserName(trust::kTestIssuer, "linh");
};

TEST_F(SignInTest, ASubjectOfAnotherIssuerIsAUserWithoutARecord) {
  EXPECT_EQ(WhoamiWith(Signed(Payload())), linh_);
  EXPECT_EQ(linh_.find("linh"), std::string::npos);
  auto payload = Payload();
  payload["xom_roles"] = {"operator", "unheard-of"};
  const auto user =
      client_.WithToken(Signed(payload)).Must<v1::User>(v1::GetCallerRequest());
  EXPECT_THAT(user.roles(), testing::ElementsAre(v1::ROLE_OPERATOR));
  EXPECT_TRUE(
      client_.WithToken(Signed(payload)).Call(v1::ListUsersRequest()).ok());
}

TEST_F(SignInTest, AnOperatorCanRevokeASubjectOfAnotherIssuer) {
  const std::string id = linh_.substr(std::string("users/").size());
  AddUser(id, "roles: ROLE_MODERATOR");
  const auto user = client_.WithToken(Signed(Payload()))
                        .Must<v1::User>(v1::GetCallerRequest());
  EXPECT_THAT(user.roles(), testing::ElementsAre(v1::ROLE_MODERATOR));
  Operator().Must<v1::User>(
      FromText<v1::RevokeUserRequest>("name: '" + linh_ + "'"));
  EXPECT_EQ(WhoamiWith(Signed(Payload())), "USER_REVOKED");
}

TEST_F(SignInTest, KeysThatTheIssuerChangesCountAtOnce) {
  const TestKey second = TestKey::Ed25519();
  const auto by_second = [&] {
    return MakeToken(second, R"({"alg":"EdDSA","kid":"b"})", Payload().dump());
  };
  EXPECT_EQ(WhoamiWith(by_second()), "TOKEN_INVALID");
  file().Write(KeySetText({first().Jwk("a"), second.Jwk("b")}));
  LookAgain();
  EXPECT_EQ(WhoamiWith(by_second()), linh_);
  EXPECT_EQ(WhoamiWith(Signed(Payload())), linh_);
  file().Write(KeySetText({second.Jwk("b")}));
  LookAgain();
  EXPECT_EQ(WhoamiWith(Signed(Payload())), "TOKEN_INVALID");
  EXPECT_EQ(WhoamiWith(by_second()), linh_);
  file().Write("{ broken");
  LookAgain();
  EXPECT_EQ(WhoamiWith(by_second()), linh_) << "the last good keys stay";
}

TEST_F(SignInTest, EveryCheckOfATokenIsMade) {
  const int64_t now = absl::ToUnixSeconds(server_.clock().Now());
  ASSERT_EQ(WhoamiWith(Signed(Payload())), linh_);
  const struct {
    const char* claim;
    json value;
  } kWrong[] = {{"iss", "https://evil.example"},
                {"aud", "other"},
                {"exp", now - 3'600},
                {"nbf", now + 3'600},
                {"iat", now + 3'600},
                {"sub", ""}};
  for (const auto& wrong : kWrong) {
    auto payload = Payload();
    payload[wrong.claim] = wrong.value;
    EXPECT_EQ(WhoamiWith(Signed(payload)), "TOKEN_INVALID") << wrong.claim;
  }
  const std::string token = Signed(Payload());
  EXPECT_EQ(WhoamiWith(token.substr(0, token.rfind('.') + 1)), "TOKEN_INVALID");
  EXPECT_EQ(
      WhoamiWith(MakeToken(TestKey::Ed25519(), kHeader, Payload().dump())),
      "TOKEN_INVALID");
}

TEST_F(SignInTest, NoAlgorithmAndTheWrongOneAreRefused) {
  const std::string text =
      trust::TextToSign(R"({"alg":"none"})", Payload().dump());
  for (const std::string& token :
       {text + ".", text, text + ".AAAA",
        // The public key as the secret of a MAC, were that taken.
        MakeToken(file().first(), R"({"alg":"HS256","kid":"a"})",
                  Payload().dump()),
        MakeToken(file().first(), R"({"alg":"ES256","kid":"a"})",
                  Payload().dump()),
        MakeToken(file().first(), R"({"alg":"nOnE","kid":"a"})",
                  Payload().dump())}) {
    EXPECT_EQ(WhoamiWith(token), "TOKEN_INVALID") << token;
  }
}

// Whoever runs the other issuer is not thereby a user of ours, nor the reverse.
TEST_F(SignInTest, OneIssuerDoesNotSpeakForTheOther) {
  auto payload = Payload();
  payload["sub"] = "users/operator";
  EXPECT_EQ(WhoamiWith(Signed(payload)),
            core::ExternalUserName(trust::kTestIssuer, "users/operator"));
  EXPECT_EQ(
      ReasonOf(client_.WithToken(Signed(payload)).Call(v1::ListUsersRequest())),
      "NOT_ALLOWED");
  payload["iss"] = trust::kOwnIssuer;
  payload["aud"] = trust::kOwnAudience;
  EXPECT_EQ(WhoamiWith(Signed(payload)), "TOKEN_INVALID");
  EXPECT_EQ(Whoami(As("nobody")), "TOKEN_INVALID") << "there is no such user";
}

TEST_F(SignInTest, WhatIsNoBearerTokenIsRefusedAndNotPassedOver) {
  const std::string good = Signed(Payload());
  for (const std::string& header :
       {std::string("Basic b3BlcmF0b3I6eA=="), good, std::string("Bearer"),
        "Bearer " + std::string(5'000, 'x'), "Bearer  " + good,
        "Bearer " + good + " x"}) {
    const grpc::Status status =
        client_.WithMetadata({{"authorization", header}})
            .Call(v1::ListNeedsRequest());
    EXPECT_EQ(ReasonOf(status), "TOKEN_INVALID") << header.substr(0, 20);
    for (const std::string& part : {good.substr(0, 12), good.substr(50, 12),
                                    std::string("b3Bl"), std::string("xxx")}) {
      EXPECT_EQ(status.error_message().find(part), std::string::npos);
    }
  }
  EXPECT_EQ(Whoami(client_.WithMetadata({{"authorization", "bearer " + good}})),
            linh_)
      << "the scheme has no case (RFC 9110)";
}

}  // namespace
}  // namespace xom::tests
