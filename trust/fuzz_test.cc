// Mutations, from a seed, of all that a stranger may send or a hand may spoil.
// None may end the process, and none may be accepted that was not signed,
// sealed or written so.
#include <gtest/gtest.h>

#include <random>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "trust/access_code.h"
#include "trust/key_file.h"
#include "trust/keyring.h"
#include "trust/token_testing.h"
#include "trust/token_verifier.h"

namespace xom::trust {
namespace {

using Json = nlohmann::json;

class FuzzTest : public testing::Test {
 protected:
  size_t Below(size_t n) {
    return std::uniform_int_distribution<size_t>(0, n - 1)(random_);
  }

  // One to four changes: of a bit or a byte, a part cut out, doubled, or put
  // elsewhere, a word of the grammar put in.
  std::string Mutate(std::string text) {
    for (size_t changes = 1 + Below(4); changes > 0; --changes) {
      const size_t at = Below(text.size() + 1);
      const size_t size = Below(std::min<size_t>(text.size() - at, 20) + 1);
      switch (Below(6)) {
        case 0:
          if (at < text.size()) text[at] ^= static_cast<char>(1 << Below(8));
          break;
        case 1:
          if (at < text.size()) text[at] = static_cast<char>(Below(256));
          break;
        case 2:
          text.erase(at, size);
          break;
        case 3:
          text.insert(at, text.substr(at, size));
          break;
        case 4:
          text.insert(Below(text.size() + 1), text.substr(at, size));
          break;
        default:
          text.insert(at, kWords[Below(std::size(kWords))]);
      }
    }
    return text;
  }

  static constexpr const char* kWords[] = {
      ".",           "=",       "\"",        "\\u0000",
      "{",           "}",       "[",         "]",
      ",",           ":",       "null",      "1e999",
      "-1",          "\n",      "AA",        "none",
      "\"alg\"",     "\"kid\"", "\"exp\"",   "hash",
      "2147483647 ", "true",    "[[[[[[[[[", "\xff",
      "\xc3\x28",    "#",       " ",         "18446744073709551616"};

  std::mt19937_64 random_{TestSeed()};
};

constexpr int kRounds = 4000;

TEST_F(FuzzTest, NoMutatedTokenIsAccepted) {
  const TestKey ed = TestKey::Ed25519();
  const TestKey rsa = TestKey::Rsa(2048);
  const auto verifier = *TokenVerifier::FromJwks(
      KeySetText({ed.Jwk("ed"), rsa.Jwk("rsa")}), TestOptions());
  const std::string tokens[] = {
      MakeToken(ed, R"({"alg":"EdDSA","kid":"ed"})", GoodPayload().dump()),
      MakeToken(rsa, R"({"alg":"RS256"})", GoodPayload().dump())};
  for (int i = 0; i < kRounds; ++i) {
    const std::string& token = tokens[Below(2)];
    ASSERT_TRUE(verifier->Verify(token, kTestNow).ok());
    const std::string bad = Mutate(token);
    const auto claims = verifier->Verify(bad, kTestNow);
    if (bad == token) continue;
    ASSERT_EQ(claims.status().code(), absl::StatusCode::kUnauthenticated)
        << bad;
  }
}

// The issuer itself signs nonsense. What is accepted is read a second time, by
// another reader, and holds what a token must.
TEST_F(FuzzTest, WhatIsAcceptedOfSignedNonsenseHoldsWhatItMust) {
  const TestKey key = TestKey::Ed25519();
  const auto verifier =
      *TokenVerifier::FromJwks(KeySetText({key.Jwk("k")}), TestOptions());
  int accepted = 0;
  for (int i = 0; i < kRounds; ++i) {
    const std::string payload = Mutate(GoodPayload().dump());
    const std::string header =
        Below(2) == 0 ? R"({"alg":"EdDSA"})"
                      : Mutate(R"({"alg":"EdDSA","kid":"k","typ":"JWT"})");
    const auto claims =
        verifier->Verify(MakeToken(key, header, payload), kTestNow);
    if (!claims.ok()) {
      ASSERT_EQ(claims.status().code(), absl::StatusCode::kUnauthenticated);
      continue;
    }
    ++accepted;
    const Json alg = Json::parse(header, nullptr, false);
    EXPECT_EQ(alg["alg"], "EdDSA");
    EXPECT_FALSE(alg.contains("crit"));
    const Json json = Json::parse(payload, nullptr, false);
    ASSERT_TRUE(json.is_object()) << payload;
    EXPECT_EQ(json["iss"], kTestIssuer);
    EXPECT_EQ(json["aud"], kTestAudience);
    EXPECT_EQ(json["sub"], claims->subject);
    EXPECT_GT(json["exp"].get<double>(), double{kTestSeconds - 60});
    EXPECT_LE(claims->roles.size(), kMaxRoles);
  }
  // The test is about something.
  EXPECT_GT(accepted, 10);
  EXPECT_LT(accepted, kRounds / 2);
}

TEST_F(FuzzTest, AMutatedKeySetLetsInNoOtherKey) {
  const TestKey ed = TestKey::Ed25519();
  const TestKey ec = TestKey::Ec("P-256");
  const TestKey stranger = TestKey::Ed25519();
  const std::string jwks = KeySetText({ed.Jwk("ed"), ec.Jwk("ec")});
  const std::string header = R"({"alg":"EdDSA","kid":"ed"})";
  const std::string good = MakeToken(ed, header, GoodPayload().dump());
  const std::string bad = MakeToken(stranger, header, GoodPayload().dump());
  int read = 0;
  for (int i = 0; i < kRounds; ++i) {
    const auto verifier = TokenVerifier::FromJwks(Mutate(jwks), TestOptions());
    if (!verifier.ok()) {
      ASSERT_EQ(verifier.status().code(), absl::StatusCode::kInvalidArgument);
      continue;
    }
    ++read;
    (void)(*verifier)->Verify(good, kTestNow);
    ASSERT_FALSE((*verifier)->Verify(bad, kTestNow).ok());
  }
  EXPECT_GT(read, 10);
}

TEST_F(FuzzTest, AMutatedKeyFileIsReadOrRefusedWithoutItsKeys) {
  const std::string text = NewKeyFileText();
  const std::string secret = text.substr(text.rfind(' ') + 1, 12);
  int read = 0;
  for (int i = 0; i < kRounds; ++i) {
    const auto ring = Keyring::Parse(Mutate(text));
    read += ring.ok();
    if (ring.ok()) {
      EXPECT_EQ(*ring->Open(ring->Seal("a", "b"), "b"), "a");
      continue;
    }
    ASSERT_EQ(ring.status().code(), absl::StatusCode::kInvalidArgument);
    ASSERT_FALSE(absl::StrContains(ring.status().message(), secret));
  }
  EXPECT_GT(read, 10);
}

TEST_F(FuzzTest, AMutatedSealedValueDoesNotOpen) {
  const Keyring ring = Keyring::Ephemeral();
  for (int i = 0; i < kRounds; ++i) {
    const std::string sealed = ring.Seal("0912 345 678", "needs/7");
    const std::string bad = Mutate(sealed);
    if (bad == sealed) continue;
    const auto opened = ring.Open(bad, "needs/7");
    ASSERT_TRUE(absl::IsDataLoss(opened.status()) ||
                absl::IsFailedPrecondition(opened.status()));
  }
}

TEST_F(FuzzTest, WhatIsTypedIsACodeInItsFormOrNone) {
  int codes = 0;
  for (int i = 0; i < kRounds; ++i) {
    const auto code = NormalizeAccessCode(Mutate(NewAccessCode()));
    if (!code.has_value()) continue;
    ++codes;
    EXPECT_EQ(code->size(), 11u);
    EXPECT_EQ(NormalizeAccessCode(*code), code);
  }
  EXPECT_GT(codes, 10);
}

}  // namespace
}  // namespace xom::trust
