#include "services/core/authenticator.h"

#include <gtest/gtest.h>

#include <memory>
#include <optional>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "services/core/error.h"
#include "services/core/fake_clock.h"
#include "services/core/resource_name.h"
#include "services/core/time_proto.h"
#include "storage/ledger_testing.h"
#include "trust/token_issuer.h"

namespace xom::core {
namespace {

using Signer = std::unique_ptr<trust::TokenIssuer>;

const absl::Time kNow = absl::FromUnixSeconds(1'629'684'000);

Signer NewSigner() {
  const storage::TemporaryDirectory directory;
  const std::string path = directory.path() + "/issuer.pem";
  EXPECT_TRUE(trust::TokenIssuer::CreateKey(path).ok());
  auto signer = trust::TokenIssuer::Load(path);
  EXPECT_TRUE(signer.ok()) << signer.status();
  return *std::move(signer);
}

Authenticator::Issuer IssuerOf(const trust::TokenIssuer& signer,
                               const std::string& name, bool is_ours) {
  auto verifier = trust::TokenVerifier::FromJwks(
      signer.PublicJwks(), {.issuer = name, .audience = "xom"});
  EXPECT_TRUE(verifier.ok()) << verifier.status();
  return {*std::move(verifier), is_ours};
}

class AuthenticatorTest : public testing::Test {
 protected:
  void PutUser(const std::string& name, v1::User::State state,
               std::optional<absl::Time> revoke_time = {}) {
    internal::v1::StoredUser stored;
    stored.mutable_user()->set_name(name);
    stored.mutable_user()->set_state(state);
    stored.mutable_user()->add_roles(v1::ROLE_MODERATOR);
    if (revoke_time.has_value()) {
      *stored.mutable_user()->mutable_revoke_time() = ToProto(*revoke_time);
    }
    storage::Change change;
    change.revision = view_.revision() + 1;
    storage::ChangedRecord record;
    record.key = name;
    record.after = stored.SerializeAsString();
    change.records.push_back(std::move(record));
    ASSERT_TRUE(view_.Apply({change}).ok());
  }

  trust::TokenClaims Claims(const std::string& issuer,
                            const std::string& subject) const {
    trust::TokenClaims claims;
    claims.issuer = issuer;
    claims.subject = subject;
    claims.audience = "xom";
    claims.issue_time = clock_.Now();
    claims.expire_time = clock_.Now() + absl::Hours(1);
    return claims;
  }

  std::string OurToken(const std::string& user) const {
    return absl::StrCat("Bearer ", ours_->Issue(Claims("xom", user)));
  }

  absl::StatusOr<Caller> Ask(const std::string& authorization,
                             const std::string& code = "") const {
    return authenticator_.Authenticate({.authorization = authorization,
                                        .access_code = code,
                                        .peer = "ipv4:203.0.113.9:4711"});
  }

  std::string ReasonFor(const std::string& authorization,
                        const std::string& code = "") const {
    const auto caller = Ask(authorization, code);
    return caller.ok() ? "" : std::string(ReasonOf(caller.status())->name);
  }

  FakeClock clock_{kNow};
  View view_;
  const Signer ours_ = NewSigner();
  const Signer theirs_ = NewSigner();
  const Authenticator authenticator_{
      &view_,
      &clock_,
      {IssuerOf(*ours_, "xom", true),
       IssuerOf(*theirs_, "https://id.example", false)}};
};

TEST_F(AuthenticatorTest, WithoutCredentialsACallerIsNobody) {
  const auto caller = Ask("");
  ASSERT_TRUE(caller.ok());
  EXPECT_EQ(caller->user, nullptr);
  EXPECT_EQ(caller->access_code, "");
  EXPECT_EQ(caller->network, "203.0.113.0/24");
}

TEST_F(AuthenticatorTest, ATokenOfOursIsItsUserAsTheStoreHasIt) {
  EXPECT_EQ(ReasonFor(OurToken("users/an")), "TOKEN_INVALID");
  PutUser("users/an", v1::User::STATE_ACTIVE);
  const auto caller = Ask(OurToken("users/an"));
  ASSERT_TRUE(caller.ok()) << caller.status();
  EXPECT_EQ(caller->name(), "users/an");
  EXPECT_TRUE(caller->Has(v1::ROLE_MODERATOR));
  EXPECT_FALSE(caller->Has(v1::ROLE_OPERATOR));
}

// A role in a token of ours would outlive the role in the store.
TEST_F(AuthenticatorTest, RolesInATokenOfOursDoNotCount) {
  PutUser("users/an", v1::User::STATE_ACTIVE);
  trust::TokenClaims claims = Claims("xom", "users/an");
  claims.roles = {"operator"};
  const auto caller = Ask(absl::StrCat("Bearer ", ours_->Issue(claims)));
  ASSERT_TRUE(caller.ok());
  EXPECT_FALSE(caller->Has(v1::ROLE_OPERATOR));
}

TEST_F(AuthenticatorTest, ARevokedUserIsOutAtOnce) {
  PutUser("users/an", v1::User::STATE_ACTIVE);
  const std::string token = OurToken("users/an");
  ASSERT_TRUE(Ask(token).ok());
  clock_.Advance(absl::Seconds(5));
  PutUser("users/an", v1::User::STATE_REVOKED, clock_.Now());
  EXPECT_EQ(ReasonFor(token), "USER_REVOKED");
  // Restored, the old tokens stay worthless.
  PutUser("users/an", v1::User::STATE_ACTIVE, clock_.Now());
  EXPECT_EQ(ReasonFor(token), "TOKEN_INVALID");
  clock_.Advance(absl::Seconds(5));
  EXPECT_EQ(ReasonFor(OurToken("users/an")), "");
}

TEST_F(AuthenticatorTest, ASubjectOfAnotherIssuerIsAUserOfItsOwn) {
  trust::TokenClaims claims = Claims("https://id.example", "users/an");
  claims.roles = {"official", "emperor"};
  PutUser("users/an", v1::User::STATE_ACTIVE);
  const std::string token = absl::StrCat("Bearer ", theirs_->Issue(claims));
  const auto caller = Ask(token);
  ASSERT_TRUE(caller.ok()) << caller.status();
  const std::string name = ExternalUserName("https://id.example", "users/an");
  EXPECT_EQ(caller->name(), name);
  EXPECT_TRUE(IsResourceName(kUsers, name)) << name;
  EXPECT_TRUE(caller->Has(v1::ROLE_OFFICIAL));
  EXPECT_FALSE(caller->Has(v1::ROLE_MODERATOR));
  // With a record, it has the roles of both, and can be revoked.
  PutUser(name, v1::User::STATE_ACTIVE);
  EXPECT_TRUE(Ask(token)->Has(v1::ROLE_MODERATOR));
  EXPECT_TRUE(Ask(token)->Has(v1::ROLE_OFFICIAL));
  PutUser(name, v1::User::STATE_REVOKED, clock_.Now());
  EXPECT_EQ(ReasonFor(token), "USER_REVOKED");
}

TEST_F(AuthenticatorTest, OneIssuerCannotSpeakForAnother) {
  PutUser("users/an", v1::User::STATE_ACTIVE);
  const std::string forged =
      absl::StrCat("Bearer ", theirs_->Issue(Claims("xom", "users/an")));
  EXPECT_EQ(ReasonFor(forged), "TOKEN_INVALID");
}

TEST_F(AuthenticatorTest, WhatIsNoTokenProvesNobody) {
  PutUser("users/an", v1::User::STATE_ACTIVE);
  const std::string token = OurToken("users/an");
  const std::string bare(absl::StripPrefix(token, "Bearer "));
  for (const std::string& text :
       {bare, absl::StrCat("Basic ", bare), std::string("Bearer "),
        std::string("Bearer x.y.z"), absl::StrCat(token, "x")}) {
    EXPECT_EQ(ReasonFor(text), "TOKEN_INVALID") << text;
  }
  clock_.Advance(absl::Hours(2));
  EXPECT_EQ(ReasonFor(token), "TOKEN_INVALID");
}

TEST_F(AuthenticatorTest, AnAccessCodeIsReadAsPeopleWriteIt) {
  EXPECT_EQ(Ask("", "7kq 2mx-9ab")->access_code, "7KQ-2MX-9AB");
  EXPECT_EQ(ReasonFor("", "what?"), "FIELD_INVALID");
}

TEST_F(AuthenticatorTest, ACertificateIsAUserByItsName) {
  const auto ask = [&] {
    return authenticator_.Authenticate({.certificate_name = "gateway"});
  };
  EXPECT_TRUE(absl::IsUnauthenticated(ask().status()));
  PutUser("users/gateway", v1::User::STATE_ACTIVE);
  ASSERT_TRUE(ask().ok());
  EXPECT_EQ(ask()->name(), "users/gateway");
  PutUser("users/gateway", v1::User::STATE_REVOKED, clock_.Now());
  EXPECT_EQ(ReasonOf(ask().status())->name, "USER_REVOKED");
}

}  // namespace
}  // namespace xom::core
