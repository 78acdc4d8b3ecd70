#include "trust/own_token.h"

#include <gtest/gtest.h>

#include "trust/file_testing.h"

namespace xom::trust {
namespace {

const absl::Time kNow = absl::FromUnixSeconds(1'800'000'000);

TEST(OwnTokenTest, ItProvesItsUserForItsTimeAndSaysNothingElse) {
  const TemporaryFolder folder;
  ASSERT_TRUE(TokenIssuer::CreateKey(folder.Path("key")).ok());
  const auto issuer = TokenIssuer::Load(folder.Path("key"));
  ASSERT_TRUE(issuer.ok());
  const auto verifier =
      TokenVerifier::FromJwks((*issuer)->PublicJwks(), OwnTokenOptions());
  ASSERT_TRUE(verifier.ok());
  const std::string token =
      IssueOwnToken(**issuer, "users/mai", {kNow, absl::Minutes(5)});
  const auto claims = (*verifier)->Verify(token, kNow);
  ASSERT_TRUE(claims.ok()) << claims.status();
  EXPECT_EQ(claims->subject, "users/mai");
  EXPECT_EQ(claims->issue_time, kNow);
  EXPECT_TRUE(claims->roles.empty());
  EXPECT_FALSE((*verifier)->Verify(token, kNow + absl::Minutes(7)).ok());
}

}  // namespace
}  // namespace xom::trust
