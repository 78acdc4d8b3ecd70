#include "services/core/field_check.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

namespace xom::core {
namespace {

std::string Repeat(const std::string& text, int n) {
  std::string all;
  for (int i = 0; i < n; ++i) all += text;
  return all;
}

// Whether a check of one field finds nothing.
template <typename Check>
bool Passes(Check check) {
  Violations violations;
  check(&violations);
  return violations.empty();
}

TEST(FieldCheckTest, TextsCountCharactersNotBytes) {
  const auto passes = [](const std::string& text, TextRule rule) {
    return Passes([&](Violations* v) { CheckText("f", text, rule, v); });
  };
  for (const std::string character : {"a", "ă", "ế", "🍚"}) {
    EXPECT_TRUE(passes(Repeat(character, 10), {10})) << character;
    EXPECT_FALSE(passes(Repeat(character, 11), {10})) << character;
  }
  EXPECT_TRUE(passes("", {10}));
  EXPECT_FALSE(passes("", {10, Presence::kRequired}));
  EXPECT_TRUE(passes("a\tb\r\nc", {10}));
  for (const std::string& control : {std::string(1, '\0'), std::string("\x1b"),
                                     std::string("\x7f"), std::string("\b")}) {
    EXPECT_FALSE(passes("a" + control, {10}));
  }
}

TEST(FieldCheckTest, NumbersHaveBothEnds) {
  const auto whole = [](int64_t value) {
    return Passes([&](Violations* v) { CheckInt("f", value, {-1, 3}, v); });
  };
  EXPECT_TRUE(whole(-1) && whole(0) && whole(3));
  EXPECT_FALSE(whole(-2) || whole(4));
  EXPECT_FALSE(whole(std::numeric_limits<int64_t>::max()));
  const auto real = [](double value) {
    return Passes([&](Violations* v) { CheckDouble("f", value, {0, 3}, v); });
  };
  EXPECT_TRUE(real(0) && real(-0.0) && real(3));
  EXPECT_FALSE(real(std::nextafter(3, 4)) || real(-1e-300));
  EXPECT_FALSE(real(std::nan("")) || real(HUGE_VAL) || real(-HUGE_VAL));
}

TEST(FieldCheckTest, RequestIdsAreUuids) {
  EXPECT_TRUE(IsRequestId("7f9c24e8-3b12-4fef-91d0-1c5a3d6b8e20"));
  EXPECT_TRUE(IsRequestId("7F9C24E8-3B12-4FEF-91D0-1C5A3D6B8E20"));
  for (const char* other : {"", "7f9c24e83b124fef91d01c5a3d6b8e20",
                            "7f9c24e8-3b12-4fef-91d0-1c5a3d6b8e2",
                            "7f9c24e8-3b12-4fef-91d0-1c5a3d6b8e200",
                            "7f9c24e8-3b12-4fef-91d0-1c5a3d6b8e2g",
                            "7f9c24e8a3b12-4fef-91d0-1c5a3d6b8e20",
                            "{f9c24e8-3b12-4fef-91d0-1c5a3d6b8e2}"}) {
    EXPECT_FALSE(IsRequestId(other)) << other;
  }
}

TEST(FieldCheckTest, PhoneNumbersBecomeE164) {
  const struct {
    const char* written;
    const char* e164;
  } kRows[] = {{"+84912345678", "+84912345678"},
               {"+84 912 345 678", "+84912345678"},
               {"+84 (91) 234-56-78", "+84912345678"},
               {"+1 650-253-0000", "+16502530000"},
               {"", ""}};
  for (const auto& row : kRows) {
    Violations violations;
    EXPECT_EQ(CheckPhone("f", row.written, &violations), row.e164);
    EXPECT_TRUE(violations.empty()) << row.written;
  }
  for (const std::string& wrong :
       {std::string("0912345678"), std::string("+84"), std::string("+8491"),
        std::string("+849123456789012"), std::string("+999 1234 5678"),
        std::string("hello"), std::string("+84912345678") + Repeat(" ", 64)}) {
    EXPECT_FALSE(Passes([&](Violations* v) { CheckPhone("f", wrong, v); }))
        << wrong;
  }
}

TEST(FieldCheckTest, LanguagesAreWellFormedTags) {
  const auto passes = [](const std::string& tag) {
    return Passes([&](Violations* v) { CheckLanguage("f", tag, v); });
  };
  for (const std::string tag :
       {"", "vi", "en-GB", "zh-Hant-TW", "sr-Latn-RS", "de-1996", "fil"}) {
    EXPECT_TRUE(passes(tag)) << tag;
  }
  for (const std::string& tag :
       {std::string("v"), std::string("vi_VN!"), std::string("-"),
        std::string("vi-"), std::string("Vietnamese language"),
        std::string("vi\0", 3), "vi" + Repeat("-x", 20)}) {
    EXPECT_FALSE(passes(tag)) << tag;
  }
  EXPECT_EQ(LanguageKey("EN-gb"), LanguageKey("en"));
  EXPECT_NE(LanguageKey("vi"), LanguageKey("vih"));
  EXPECT_NE(LanguageKey("vi"), LanguageKey("iv"));
  EXPECT_NE(LanguageKey("abcdefgh"), LanguageKey("abcdefgi-x"));
  EXPECT_EQ(LanguageKey(""), 0u);
}

TEST(FieldCheckTest, EtagsAreShortAndHexadecimal) {
  const auto passes = [](const std::string& etag) {
    return Passes([&](Violations* v) { CheckEtag("f", etag, v); });
  };
  EXPECT_TRUE(passes("") && passes("5c9d3a1b2e"));
  EXPECT_FALSE(passes("W/\"1\"") || passes("xyz") || passes(Repeat("a", 65)));
}

TEST(FieldCheckTest, TimesAreThoseOfATimestamp) {
  const auto passes = [](int64_t seconds, int32_t nanos) {
    google::protobuf::Timestamp value;
    value.set_seconds(seconds);
    value.set_nanos(nanos);
    return Passes([&](Violations* v) { CheckTime("f", value, v); });
  };
  EXPECT_TRUE(passes(0, 0) && passes(0, 999'999'999));
  EXPECT_TRUE(passes(-62'135'596'800, 0) && passes(253'402'300'799, 0));
  EXPECT_FALSE(passes(-62'135'596'801, 0) || passes(253'402'300'800, 0));
  EXPECT_FALSE(passes(0, -1) || passes(0, 1'000'000'000));
  EXPECT_FALSE(passes(std::numeric_limits<int64_t>::max(), 0));
}

TEST(FieldCheckTest, PointsAreOnEarth) {
  const auto check = [](bool there, double latitude, double longitude) {
    google::type::LatLng value;
    value.set_latitude(latitude);
    value.set_longitude(longitude);
    Violations violations;
    const auto point = CheckPoint("f", there, value, &violations);
    EXPECT_EQ(point.has_value(), violations.empty());
    return point.has_value();
  };
  EXPECT_TRUE(check(true, 90, 180) && check(true, -90, -180));
  EXPECT_FALSE(check(false, 1, 1));
  EXPECT_FALSE(check(true, 90.1, 0) || check(true, 0, -180.1));
  EXPECT_FALSE(check(true, std::nan(""), 0) || check(true, 0, HUGE_VAL));
}

TEST(FieldCheckTest, EnumsAreKnown) {
  const auto passes = [](int value, EnumRule rule) {
    return Passes([&](Violations* v) { CheckEnum("f", value, rule, v); });
  };
  EXPECT_TRUE(passes(0, {true}) && passes(1, {true, Presence::kRequired}));
  EXPECT_FALSE(passes(9, {false}) || passes(0, {true, Presence::kRequired}));
}

}  // namespace
}  // namespace xom::core
