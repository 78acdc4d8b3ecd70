// Tokens that are not what they should be: parts, header and JSON.
#include "trust/token_attack.h"

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"

namespace xom::trust {
namespace {

using Json = nlohmann::json;

TEST_F(TokenAttackTest, TheGoodTokenIsGood) {
  EXPECT_TRUE(verifier_->Verify(GoodToken(), kTestNow).ok());
}

TEST_F(TokenAttackTest, NoSignature) {
  for (const char* alg : {"none", "None", "NONE", "nOnE", "none ", "", " "}) {
    const std::string text = TextToSign(Json{{"alg", alg}}.dump(), good_);
    ExpectRefused(text + ".", "has no signature");
    ExpectRefused(text, "must have three parts");
    ExpectRefused(text + ".AA", "alg is not accepted");
  }
  const std::string text = TextToSign(R"({"alg":"EdDSA","kid":"ed"})", good_);
  ExpectRefused(text + ".", "has no signature");
}

TEST_F(TokenAttackTest, AnotherAlgorithm) {
  for (const char* alg :
       {"HS256", "HS384", "HS512", "RS384", "RS512", "PS256", "ES384", "ES512",
        "ES256K", "Ed448", "eddsa", "EDDSA", "es256", "rs256", "RS256 ",
        "RS256\n", "EdDSA,RS256", "A128KW", "dir"}) {
    ExpectHeaderRefused(Json{{"alg", alg}, {"kid", "ed"}}.dump(),
                        "alg is not accepted");
  }
  ExpectHeaderRefused(Json{{"alg", std::string("EdDSA\0", 6)}}.dump(),
                      "alg is not accepted");
  ExpectHeaderRefused(R"({"kid":"ed"})", "alg is missing");
  ExpectHeaderRefused(R"({"alg":null})", "alg is missing");
  ExpectHeaderRefused(R"({"alg":["EdDSA"]})", "alg is missing");
  ExpectHeaderRefused(R"({"Alg":"EdDSA"})", "alg is missing");
}

TEST_F(TokenAttackTest, AKidThatIsNoName) {
  for (const char* kid :
       {"other", "ED", "ed ", "../../etc/passwd", "/dev/null", "*", "ed%00",
        "' OR 1=1 --", "http://evil.example/jwks", "0", "$(id)"}) {
    ExpectHeaderRefused(Json{{"alg", "EdDSA"}, {"kid", kid}}.dump(),
                        "no key fits");
  }
  ExpectHeaderRefused(
      Json{{"alg", "EdDSA"}, {"kid", std::string("ed\0", 3)}}.dump(),
      "no key fits");
  for (const Json& kid :
       {Json(""), Json(0), Json(), Json({"ed"}), Json(std::string(257, 'k'))}) {
    ExpectHeaderRefused(Json{{"alg", "EdDSA"}, {"kid", kid}}.dump(),
                        "kid is not a name");
  }
}

TEST_F(TokenAttackTest, ExtensionsAndOtherKindsOfTokens) {
  for (const Json& crit :
       {Json({"exp"}), Json({"b64"}), Json::array(), Json(), Json("exp")}) {
    ExpectHeaderRefused(Json{{"alg", "EdDSA"}, {"crit", crit}}.dump(),
                        "crit is not understood");
  }
  for (const Json& typ :
       {Json("dpop+jwt"), Json("logout+jwt"), Json("JOSE"), Json(""), Json(5),
        Json(), Json("application/"), Json("secevent+jwt"), Json("JWT ")}) {
    ExpectHeaderRefused(Json{{"alg", "EdDSA"}, {"typ", typ}}.dump(),
                        "typ is of another kind");
  }
}

TEST_F(TokenAttackTest, TooFewOrTooManyParts) {
  const std::string token = GoodToken();
  const std::vector<std::string> parts = absl::StrSplit(token, '.');
  for (const std::string& bad :
       {std::string(), std::string("."), parts[0], parts[0] + "." + parts[1],
        token + ".", token + "." + parts[2], "." + token,
        absl::StrCat(token, ".", parts[0], ".", parts[1]),
        absl::StrReplaceAll(token, {{".", " "}})}) {
    ExpectRefused(bad, "must have three parts");
  }
  ExpectRefused("..", "has no signature");
  ExpectRefused(absl::StrCat("..", parts[2]), "header: ");
  ExpectRefused(absl::StrCat(parts[0], "..", parts[2]), "signature is wrong");
}

TEST_F(TokenAttackTest, EachCutAndEachChangedCharacter) {
  const std::string token = GoodToken();
  for (size_t size = 0; size < token.size(); ++size) {
    EXPECT_FALSE(verifier_->Verify(token.substr(0, size), kTestNow).ok());
  }
  for (size_t i = 0; i < token.size(); ++i) {
    for (const char c : {'A', 'B', '.', '=', '\0', '\n', '\xff'}) {
      std::string bad = token;
      if (bad[i] == c) continue;
      bad[i] = c;
      EXPECT_FALSE(verifier_->Verify(bad, kTestNow).ok()) << i;
    }
  }
}

TEST_F(TokenAttackTest, AnotherSpellingOfTheSameBytes) {
  const std::string token = GoodToken();
  // 64 bytes end in a character of which four bits are of no byte.
  std::string loose = token;
  ASSERT_TRUE(absl::StrContains("AQgw", loose.substr(loose.size() - 1)));
  loose.back() = static_cast<char>(loose.back() + 1);
  const char* kMessage = "is not base64url";
  ExpectRefused(loose, kMessage);
  ExpectRefused(token + "==", kMessage);
  ExpectRefused(token + "\n", kMessage);
  ExpectRefused(" " + token, kMessage);
  ExpectRefused("Bearer " + token, kMessage);
  ExpectRefused(absl::StrReplaceAll(token, {{".", "=."}}), kMessage);
}

TEST_F(TokenAttackTest, TooLong) {
  const auto with_padding = [&](size_t size) {
    Json payload = GoodPayload();
    payload["x"] = std::string(size, 'x');
    return MakeToken(ed_, R"({"alg":"EdDSA"})", payload.dump());
  };
  size_t size = kMaxTokenBytes / 2;
  while (with_padding(size).size() <= kMaxTokenBytes) ++size;
  EXPECT_TRUE(verifier_->Verify(with_padding(size - 1), kTestNow).ok());
  ExpectRefused(with_padding(size), "is longer than 4096 bytes");
  ExpectRefused(std::string(100'000'000, 'A'), "is longer than");
  ExpectRefused(std::string(kMaxTokenBytes, '.'), "must have three parts");
}

TEST_F(TokenAttackTest, JsonThatReadersDifferOn) {
  ExpectHeaderRefused(R"({"alg":"EdDSA","alg":"none"})", "two members");
  ExpectHeaderRefused(R"({"alg":"none","alg":"EdDSA"})", "two members");
  ExpectHeaderRefused(R"({"alg":"EdDSA","kid":"ed","\u006bid":"ec"})",
                      "two members");
  ExpectHeaderRefused(R"({"alg":"EdDSA"} x)", "is not JSON");
  ExpectHeaderRefused("{\"alg\":\"EdDSA\",\"a\":\"\xff\"}", "is not JSON");
  ExpectHeaderRefused("[]", "is not a JSON object");
  ExpectHeaderRefused(
      absl::StrCat(R"({"alg":"EdDSA","a":)", std::string(1000, '['),
                   std::string(1000, ']'), "}"),
      "nested deeper");
  const char header[] = R"({"alg":"EdDSA"})";
  std::string twice = good_;
  twice.pop_back();
  ExpectRefused(MakeToken(ed_, header, twice + R"(,"sub":"evil"})"),
                "two members");
  ExpectRefused(MakeToken(ed_, header, twice + R"(,"s\u0075b":"evil"})"),
                "two members");
  ExpectRefused(MakeToken(ed_, header, "evil"), "payload: is not JSON");
  ExpectRefused(MakeToken(ed_, header, "[]"), "not a JSON object");
  ExpectRefused(MakeToken(ed_, header, ""), "payload: is not JSON");
}

}  // namespace
}  // namespace xom::trust
