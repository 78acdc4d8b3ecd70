// What the readers of tokens and key sets stand on: base64url and JSON.
#include <gtest/gtest.h>

#include <random>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "trust/base64url.h"
#include "trust/json_object.h"
#include "trust/token_testing.h"

namespace xom::trust {
namespace {

TEST(Base64UrlTest, DecodesWhatItEncoded) {
  std::mt19937_64 random(TestSeed());
  for (size_t size = 0; size < 100; ++size) {
    std::string bytes(size, '\0');
    for (char& c : bytes) c = static_cast<char>(random());
    EXPECT_EQ(DecodeBase64Url(EncodeBase64Url(bytes)), bytes);
  }
  // RFC 7515, appendix C.
  EXPECT_EQ(EncodeBase64Url("\x03\xec\xff\xe0\xc1"), "A-z_4ME");
}

TEST(Base64UrlTest, TakesOneSpellingOnly) {
  EXPECT_EQ(DecodeBase64Url("YQ"), "a");
  for (const char* text : {"YQ==", "YQ=", "YR", "Y", "YQ\n", " YQ", "Y Q",
                           "YQ.", "A+z/4ME", "A-z_4MF", "YWJ", "=", "\xff"}) {
    EXPECT_EQ(DecodeBase64Url(text), std::nullopt) << text;
  }
  EXPECT_EQ(DecodeBase64Url(absl::string_view("YQ\0", 3)), std::nullopt);
}

// Of all texts of two bytes as many are good as there are strings of one.
TEST(Base64UrlTest, NoTwoTextsAreOneString) {
  size_t good = 0;
  for (int a = 0; a < 256; ++a) {
    EXPECT_EQ(DecodeBase64Url(std::string(1, static_cast<char>(a))),
              std::nullopt);
    for (int b = 0; b < 256; ++b) {
      const char text[] = {static_cast<char>(a), static_cast<char>(b)};
      good += DecodeBase64Url({text, 2}).has_value();
    }
  }
  EXPECT_EQ(good, 256u);
}

std::string Nested(size_t depth) {
  // The outermost object is one level.
  return absl::StrCat("{\"a\":", std::string(depth - 1, '['),
                      std::string(depth - 1, ']'), "}");
}

TEST(JsonObjectTest, ReadsAnObjectOfBoundedDepth) {
  const auto json = ParseJsonObject(R"({"a":"b","c":{"a":1}})");
  ASSERT_TRUE(json.ok()) << json.status();
  EXPECT_EQ(*FindText(*json, "a"), "b");
  EXPECT_EQ(FindText(*json, "c"), nullptr);
  EXPECT_EQ(FindText(*json, "d"), nullptr);
  EXPECT_TRUE(ParseJsonObject(Nested(kMaxJsonDepth)).ok());
  EXPECT_TRUE(absl::StrContains(
      ParseJsonObject(Nested(kMaxJsonDepth + 1)).status().message(), "deeper"));
  EXPECT_FALSE(ParseJsonObject(std::string(60'000, '[')).ok());
}

TEST(JsonObjectTest, RefusesTwoMembersOfOneName) {
  for (const char* text :
       {R"({"a":1,"a":1})", R"({"a":1,"b":{},"a":2})", R"({"a":1,"\u0061":2})",
        R"({"x":[{"a":1,"a":2}]})", R"({"x":{"y":{"a":1,"a":2}}})"}) {
    EXPECT_TRUE(absl::StrContains(ParseJsonObject(text).status().message(),
                                  "two members"))
        << text;
  }
  EXPECT_TRUE(ParseJsonObject(R"({"a":{"a":1},"b":{"a":1}})").ok());
  EXPECT_TRUE(ParseJsonObject(R"({"x":[{"a":1},{"a":1}]})").ok());
}

TEST(JsonObjectTest, RefusesWhatIsNotOneObject) {
  for (const char* text :
       {"", " ", "[]", "1", "\"a\"", "null", "{", "{}{}", "{} x", "{'a':1}",
        "{\"a\":1,}", "{\"a\":NaN}", "{\"a\":1e999}", "{\"a\":\"\xff\"}",
        "{\"a\":\"\xc0\xaf\"}", "{/* */}", "{\"a\":01}", "{\"a\":\"\n\"}"}) {
    EXPECT_FALSE(ParseJsonObject(text).ok()) << text;
  }
}

}  // namespace
}  // namespace xom::trust
