#include "services/core/verification_decisions.h"

#include <gmock/gmock.h>

#include <set>

#include "services/core/limits.h"

namespace xom::core {
namespace {

using internal::v1::StoredPhoneCheck;

const absl::Time kNow = absl::FromUnixSeconds(1'900'000'000);
constexpr SentCode kSent{"needs/a", "hash", "042137"};

class PhoneCodeTest : public testing::Test {
 protected:
  CodeTrial Try(const StoredPhoneCheck& check, const SentCode& code,
                absl::Time now = kNow) const {
    return TryPhoneCode(keyring_, check, code, now);
  }

  const trust::Keyring keyring_ = trust::Keyring::Ephemeral();
  const StoredPhoneCheck check_ = NewPhoneCheck(keyring_, kSent, kNow);
};

TEST_F(PhoneCodeTest, TheCodeThatWasSentIsRight) {
  EXPECT_TRUE(Try(check_, kSent).right);
  EXPECT_TRUE(
      Try(check_, kSent, kNow + kPhoneCodeLifetime - absl::Seconds(1)).right);
}

TEST_F(PhoneCodeTest, IsStoredOnlyAsAKeyedHash) {
  EXPECT_THAT(check_.SerializeAsString(),
              testing::Not(testing::HasSubstr("042137")));
}

TEST_F(PhoneCodeTest, IsWrongForAnotherSubjectPhoneOrTime) {
  EXPECT_FALSE(Try(check_, {"needs/b", "hash", "042137"}).right);
  EXPECT_FALSE(Try(check_, {"needs/a", "other", "042137"}).right);
  EXPECT_FALSE(Try(check_, kSent, kNow + kPhoneCodeLifetime).right);
}

TEST_F(PhoneCodeTest, WrongOnesCountUntilEvenTheRightOneIsRefused) {
  StoredPhoneCheck check = check_;
  for (int i = 0; i < kMaxPhoneCodeAttempts; ++i) {
    EXPECT_TRUE(Try(check, kSent).right);
    const CodeTrial trial = Try(check, {"needs/a", "hash", "042138"});
    EXPECT_FALSE(trial.right);
    ASSERT_TRUE(trial.counted.has_value());
    check = *trial.counted;
  }
  const CodeTrial last = Try(check, kSent);
  EXPECT_FALSE(last.right);
  EXPECT_FALSE(last.counted.has_value());
}

TEST(NewPhoneCodeTest, HasSixDigitsAndDiffers) {
  std::set<std::string> codes;
  for (int i = 0; i < 100; ++i) {
    codes.insert(NewPhoneCode());
    EXPECT_THAT(*codes.rbegin(), testing::MatchesRegex("[0-9]{6}"));
  }
  EXPECT_GT(codes.size(), 90U);
}

TEST(RaiseTest, NeverLowers) {
  v1::Need need;
  EXPECT_TRUE(Raise(v1::VERIFICATION_PHONE_CHECKED, kNow, &need));
  EXPECT_TRUE(Raise(v1::VERIFICATION_VISITED, kNow, &need));
  const std::string etag = need.etag();
  EXPECT_FALSE(Raise(v1::VERIFICATION_VOUCHED, kNow, &need));
  EXPECT_EQ(need.verification(), v1::VERIFICATION_VISITED);
  EXPECT_EQ(need.etag(), etag);
}

}  // namespace
}  // namespace xom::core
