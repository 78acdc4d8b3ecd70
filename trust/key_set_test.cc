// Which keys of a JWK Set are taken, passed over and refused.
#include "trust/key_set.h"

#include <gtest/gtest.h>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "trust/token_testing.h"

namespace xom::trust {
namespace {

using Json = nlohmann::json;

Json Ed(const std::string& kid) { return TestKey::Ed25519().Jwk(kid); }

Json With(Json key, const char* name, Json value) {
  key[name] = std::move(value);
  return key;
}

Json Without(Json key, const char* name) {
  key.erase(name);
  return key;
}

TEST(KeySetTest, FindsByKidAndAlgorithm) {
  const auto set =
      KeySet::Parse(KeySetText({Ed("a"), Ed("b"), TestKey::Ec("P-256").Jwk("a"),
                                TestKey::Rsa(2048).Jwk("c")}));
  ASSERT_TRUE(set.ok()) << set.status();
  EXPECT_NE(set->Find("a", Algorithm::kEdDsa), nullptr);
  EXPECT_NE(set->Find("a", Algorithm::kEdDsa),
            set->Find("b", Algorithm::kEdDsa));
  EXPECT_EQ(set->Find("a", Algorithm::kEs256)->algorithm(), Algorithm::kEs256);
  EXPECT_EQ(set->Find("a", Algorithm::kRs256), nullptr);
  EXPECT_EQ(set->Find("", Algorithm::kEdDsa), nullptr);
  EXPECT_EQ(set->Find("A", Algorithm::kEdDsa), nullptr);
  // Without a kid only when one key fits.
  EXPECT_EQ(set->Find(std::nullopt, Algorithm::kEdDsa), nullptr);
  EXPECT_NE(set->Find(std::nullopt, Algorithm::kEs256), nullptr);
  EXPECT_NE(set->Find(std::nullopt, Algorithm::kRs256), nullptr);
}

TEST(KeySetTest, PassesOverWhatIsNotForUs) {
  const Json ec = TestKey::Ec("P-256").Jwk("x");
  const Json rsa = TestKey::Rsa(2048).Jwk("x");
  const Json others[] = {With(ec, "use", "enc"),
                         With(ec, "alg", "ES384"),
                         With(ec, "alg", "none"),
                         With(ec, "alg", "RS256"),
                         With(ec, "alg", "HS256"),
                         With(ec, "key_ops", {"sign"}),
                         With(ec, "key_ops", Json::array()),
                         With(rsa, "alg", "PS256"),
                         With(rsa, "alg", "RSA-OAEP"),
                         With(rsa, "alg", "RS512"),
                         With(rsa, "alg", "rs256"),
                         TestKey::Ec("P-384").Jwk("x"),
                         With(Ed("x"), "crv", "Ed448"),
                         With(Ed("x"), "crv", "X25519"),
                         With(Ed("x"), "kty", "okp"),
                         Without(ec, "kty"),
                         Without(ec, "crv"),
                         {{"kty", "PQ"}},
                         Json::object()};
  for (const Json& other : others) {
    const auto set = KeySet::Parse(KeySetText({other, Ed("ours")}));
    ASSERT_TRUE(set.ok()) << other << set.status();
    EXPECT_NE(set->Find(std::nullopt, Algorithm::kEdDsa), nullptr) << other;
    EXPECT_EQ(set->Find("x", Algorithm::kEs256), nullptr) << other;
    EXPECT_EQ(set->Find("x", Algorithm::kRs256), nullptr) << other;
    // Alone they make no set.
    EXPECT_FALSE(KeySet::Parse(KeySetText({other})).ok()) << other;
  }
}

TEST(KeySetTest, TakesKeysThatSayWhatTheyAreFor) {
  for (const Json& key :
       {With(With(Ed("a"), "alg", "EdDSA"), "use", "sig"),
        With(Ed("a"), "key_ops", {"verify"}),
        With(Ed("a"), "key_ops", {"sign", "verify"}),
        With(Ed("a"), "x5c", {"..."}), With(Ed("a"), "anything", Json())}) {
    EXPECT_TRUE(KeySet::Parse(KeySetText({key})).ok()) << key;
  }
}

TEST(KeySetTest, RefusesKeysThatAreDamagedWeakOrSecret) {
  const Json ec = TestKey::Ec("P-256").Jwk("x");
  const Json rsa = TestKey::Rsa(2048).Jwk("x");
  const std::string x = ec["x"];
  const std::pair<Json, const char*> cases[] = {
      {TestKey::Rsa(1024).Jwk("x"), "an RSA key of 1024 bits"},
      {With(rsa, "e", "AQ"), "is no RSA key"},  // 1
      {With(rsa, "e", "BA"), "is no RSA key"},  // 4
      {With(rsa, "e", ""), "is no RSA key"},    // 0
      {With(rsa, "e", "AQAAAAAAAAAB"), "more than 64 bits"},
      {With(rsa, "n", rsa["n"].get<std::string>() + "AAA"), "base64url"},
      {With(rsa, "n", std::string(1366, 'A')), "is no RSA key"},
      {With(rsa, "n", std::string(1366, '_') + "8"), "an RSA key of 8200 bits"},
      {With(rsa, "n", 5), "n must be a text"},
      {Without(rsa, "n"), "n must be a text"},
      {Without(rsa, "e"), "e must be a text"},
      {With(ec, "y", x), "no point of P-256"},
      {With(ec, "x", std::string(43, 'A')), "no point of P-256"},
      {With(ec, "x", "AQ"), "32 bytes each"},
      {With(ec, "x", x + "AAAA"), "32 bytes each"},
      {With(ec, "x", x + "="), "base64url"},
      {Without(ec, "y"), "y must be a text"},
      {With(Ed("x"), "x", "AQ"), "32 bytes"},
      {With(Ed("x"), "d", "AQ"), "secret"},
      {With(rsa, "p", "AQ"), "secret"},
      {{{"kty", "oct"}, {"k", "AQ"}}, "secret"},
      {With(Ed("x"), "kid", ""), "kid must have"},
      {With(Ed("x"), "kid", std::string(257, 'k')), "kid must have"},
      {With(Ed("x"), "kid", 5), "kid is no text"},
      {With(Ed("x"), "use", Json::array()), "use is no text"},
      {With(Ed("x"), "alg", Json()), "alg is no text"},
      {With(Ed("x"), "key_ops", "verify"), "key_ops is no array"},
      {Json("key"), "must be an object"}};
  for (const auto& [key, message] : cases) {
    const auto set = KeySet::Parse(KeySetText({Ed("ours"), key}));
    EXPECT_EQ(set.status().code(), absl::StatusCode::kInvalidArgument);
    EXPECT_TRUE(absl::StrContains(set.status().message(), message))
        << set.status() << " instead of " << message;
    EXPECT_TRUE(absl::StrContains(set.status().message(), "keys[1]: "));
  }
}

TEST(KeySetTest, RefusesDocumentsThatAreNoKeySet) {
  std::vector<Json> keys;
  while (keys.size() < kMaxJwksKeys)
    keys.push_back(Ed(absl::StrCat(keys.size())));
  EXPECT_TRUE(KeySet::Parse(KeySetText(keys)).ok());
  keys.push_back(Ed("more"));
  const std::string one = KeySetText({Ed("a")});
  const std::string twice =
      absl::StrCat(one.substr(0, one.size() - 1), ",\"keys\":[]}");
  for (const std::string& text :
       {KeySetText(keys), twice, std::string(), std::string("{}"),
        std::string("[]"), std::string(R"({"keys":{}})"),
        std::string(R"({"keys":[]})"), Ed("a").dump(),
        KeySetText({Ed("a"), Ed("a")}),
        one + std::string(kMaxJwksBytes, ' ')}) {
    EXPECT_EQ(KeySet::Parse(text).status().code(),
              absl::StatusCode::kInvalidArgument)
        << text.substr(0, 100);
  }
}

}  // namespace
}  // namespace xom::trust
