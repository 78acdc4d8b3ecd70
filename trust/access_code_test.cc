#include "trust/access_code.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <set>

#include "absl/strings/str_cat.h"

namespace xom::trust {
namespace {

using testing::MatchesRegex;

constexpr char kShape[] =
    "[0-9A-HJKMNP-TV-Z]{3}-[0-9A-HJKMNP-TV-Z]{3}-[0-9A-HJKMNP-TV-Z]{3}";

TEST(AccessCodeTest, NewCodesHaveTheShapeAndAreUnlike) {
  std::set<std::string> seen;
  for (int i = 0; i < 1000; ++i) {
    const std::string code = NewAccessCode();
    EXPECT_THAT(code, MatchesRegex(kShape));
    EXPECT_EQ(NormalizeAccessCode(code), code);
    EXPECT_TRUE(seen.insert(code).second) << code;
  }
}

// 45 bits: each place takes all 32 characters. That one of them misses a
// character in 2000 draws has odds of 9 * 32 * (31/32)^2000, some 10^-25.
TEST(AccessCodeTest, EachPlaceTakesEachCharacter) {
  std::map<size_t, std::set<char>> seen;
  for (int i = 0; i < 2000; ++i) {
    const std::string code = NewAccessCode();
    for (size_t place = 0; place < code.size(); ++place) {
      if (code[place] != '-') seen[place].insert(code[place]);
    }
  }
  EXPECT_EQ(seen.size(), kAccessCodeBits / 5);
  for (const auto& [place, characters] : seen) {
    EXPECT_EQ(characters.size(), 32u) << "place " << place;
  }
}

TEST(AccessCodeTest, DerivedCodesFollowTheSeedAndTheRing) {
  const Keyring ring = Keyring::Ephemeral();
  std::set<std::string> seen;
  for (int i = 0; i < 1000; ++i) {
    const std::string seed = absl::StrCat("request-", i);
    const std::string code = DeriveAccessCode(ring, seed);
    EXPECT_THAT(code, MatchesRegex(kShape));
    EXPECT_EQ(DeriveAccessCode(ring, seed), code);
    EXPECT_NE(DeriveAccessCode(Keyring::Ephemeral(), seed), code);
    EXPECT_TRUE(seen.insert(code).second);
  }
}

TEST(AccessCodeTest, WhatIsTypedBecomesWhatIsShown) {
  for (const char* typed :
       {"7KQ-2MX-9AB", "7kq-2mx-9ab", "7KQ2MX9AB", "7kq 2mx 9ab",
        "  7kq2mx9ab\n", "7-k-q-2-m-x-9-a-b", "7KQ--2MX - 9AB"}) {
    EXPECT_EQ(NormalizeAccessCode(typed), "7KQ-2MX-9AB") << typed;
  }
  for (const char* typed : {"O0o-IiL-l11", "000111111", "ooo iii lll"}) {
    EXPECT_EQ(NormalizeAccessCode(typed), "000-111-111") << typed;
  }
}

TEST(AccessCodeTest, WhatCannotBeACodeIsNone) {
  for (const std::string& typed :
       {std::string(), std::string("---"), std::string("7KQ-2MX-9A"),
        std::string("7KQ-2MX-9ABC"), std::string("7KQ-2MX-9AU"),
        std::string("7KQ_2MX_9AB"), std::string("7KQ-2MX-9A\xc3\x81"),
        std::string("7KQ-2MX-9A\0", 11), std::string("7KQ-2MX-9A*"),
        std::string(1'000'000, '-'),
        absl::StrCat("7KQ-2MX-9AB", std::string(kMaxTypedCodeBytes, ' '))}) {
    EXPECT_EQ(NormalizeAccessCode(typed), std::nullopt) << typed.substr(0, 20);
  }
}

TEST(AccessCodeTest, HashesDifferByOwnerCodeAndRing) {
  const Keyring ring = Keyring::Ephemeral();
  const std::string hash = HashAccessCode(ring, "needs/7", "7KQ-2MX-9AB");
  EXPECT_EQ(hash.size(), kKeyedHashBytes);
  EXPECT_EQ(HashAccessCode(ring, "needs/7", "7KQ-2MX-9AB"), hash);
  EXPECT_NE(HashAccessCode(ring, "needs/8", "7KQ-2MX-9AB"), hash);
  EXPECT_NE(HashAccessCode(ring, "needs/7", "7KQ-2MX-9AC"), hash);
  EXPECT_NE(HashAccessCode(Keyring::Ephemeral(), "needs/7", "7KQ-2MX-9AB"),
            hash);
  // Owner and code do not run together.
  EXPECT_NE(HashAccessCode(ring, "a", "bc"), HashAccessCode(ring, "ab", "c"));
}

}  // namespace
}  // namespace xom::trust
