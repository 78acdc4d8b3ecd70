#include "services/core/token.h"

#include <gtest/gtest.h>

#include "services/core/error.h"
#include "services/core/limits.h"

namespace xom::core {
namespace {

using internal::v1::PageToken;
using internal::v1::ResumeToken;

std::string NameToken(uint64_t fingerprint) {
  PageToken token;
  token.set_filter_fingerprint(fingerprint);
  token.mutable_by_name()->set_name("needs/x");
  return EncodeToken(token);
}

Reason ReasonIn(const absl::Status& status) {
  const ReasonEntry* entry = ReasonOf(status);
  return entry == nullptr ? Reason::kInternal : entry->reason;
}

TEST(TokenTest, APageTokenComesBack) {
  const auto token = DecodePageToken(NameToken(7), 7, PageToken::kByName);
  ASSERT_TRUE(token.ok());
  EXPECT_EQ(token->by_name().name(), "needs/x");
}

TEST(TokenTest, AnEmptyPageTokenIsTheFirstPage) {
  const auto token = DecodePageToken("", 7, PageToken::kByRank);
  ASSERT_TRUE(token.ok());
  EXPECT_EQ(token->position_case(), PageToken::POSITION_NOT_SET);
}

TEST(TokenTest, TokensStandInAUrl) {
  PageToken token;
  for (uint64_t i = 0; i < 300; ++i) {
    token.set_filter_fingerprint(i * 0x9E3779B97F4A7C15);
    token.mutable_by_name()->set_name("needs/x");
    const std::string text = EncodeToken(token);
    EXPECT_EQ(text.find_first_of("+/ \n"), std::string::npos) << text;
  }
}

TEST(TokenTest, PageTokensOfOthersAreRefused) {
  const std::string good = NameToken(7);
  for (const std::string& text :
       {std::string("!"), std::string("AA"), good.substr(1), good + "!",
        NameToken(8), std::string(kMaxTokenBytes + 1, 'A')}) {
    const auto token = DecodePageToken(text, 7, PageToken::kByName);
    EXPECT_EQ(ReasonIn(token.status()), Reason::kPageTokenInvalid) << text;
  }
  EXPECT_FALSE(DecodePageToken(good, 7, PageToken::kByCell).ok());
}

TEST(TokenTest, ResumeTokensComeBackAndThoseOfOthersAreRefused) {
  ResumeToken token;
  token.set_filter_fingerprint(7);
  token.set_revision(41);
  const std::string good = EncodeToken(token);
  const auto decoded = DecodeResumeToken(good, 7);
  ASSERT_TRUE(decoded.ok());
  EXPECT_EQ(decoded->revision(), 41);
  token.set_revision(-1);
  for (const std::string& text :
       {std::string("!"), good.substr(1), EncodeToken(token)}) {
    EXPECT_EQ(ReasonIn(DecodeResumeToken(text, 7).status()),
              Reason::kResumeTokenInvalid);
  }
  EXPECT_EQ(ReasonIn(DecodeResumeToken(good, 8).status()),
            Reason::kResumeTokenInvalid);
}

}  // namespace
}  // namespace xom::core
