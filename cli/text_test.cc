#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cli/enum_text.h"
#include "cli/hours_text.h"
#include "cli/line_text.h"
#include "cli/measure_text.h"
#include "cli/message_text.h"
#include "cli/table.h"
#include "xom/v1/category.pb.h"
#include "xom/v1/need.pb.h"
#include "xom/v1/user.pb.h"

namespace xom::cli {
namespace {

TEST(LineTextTest, TakesQuantityUnitAndItem) {
  const v1::Line line = ParseLine("10 kg rice");
  EXPECT_EQ(line.quantity(), 10);
  EXPECT_EQ(line.unit(), "kg");
  EXPECT_EQ(line.item(), "rice");
  EXPECT_EQ(ParseLine("2 thùng mì tôm").unit(), "thùng");
  EXPECT_EQ(ParseLine(" 10kg  gạo tẻ ").item(), "gạo tẻ");
}

TEST(LineTextTest, TakesOnlyKnownUnits) {
  const v1::Line line = ParseLine("5 rice cakes");
  EXPECT_EQ(line.quantity(), 5);
  EXPECT_EQ(line.unit(), "");
  EXPECT_EQ(line.item(), "rice cakes");
}

TEST(LineTextTest, LeavesWhatIsNoQuantityInTheItem) {
  for (const char* text :
       {"rice", "3M tape", "99999999999 eggs", "7", "1.5 l milk"}) {
    EXPECT_EQ(ParseLine(text).item(), text);
    EXPECT_EQ(ParseLine(text).quantity(), 0);
  }
}

TEST(LineTextTest, WritesWhatItReads) {
  for (const char* text : {"10 kg rice", "12 eggs", "rice"}) {
    EXPECT_EQ(LineText(ParseLine(text)), text);
  }
}

TEST(HoursTextTest, ReadsDaysAndSpans) {
  v1::OpeningHours hours;
  ASSERT_TRUE(ParseWeeklyHours("Mon-Fri 08:00-17:30", &hours).ok());
  ASSERT_EQ(hours.weekly_spans_size(), 5);
  EXPECT_EQ(hours.weekly_spans(0).day(), google::type::MONDAY);
  EXPECT_EQ(hours.weekly_spans(4).day(), google::type::FRIDAY);
  EXPECT_EQ(hours.weekly_spans(0).span().open_minute(), 480);
  EXPECT_EQ(hours.weekly_spans(0).span().close_minute(), 1050);
}

TEST(HoursTextTest, ReadsWhatPlacesOfOpenStreetMapSay) {
  const std::pair<const char*, int> kCases[] = {
      {"24/7", 7},
      {"Mo-Fr 07:30-12:00,13:30-17:00; Sa-Su 07:30-12:00,13:30-18:00", 14},
      {"Su-Th 11:30-00:00; Fr-Sa 11:30-01:00", 7},
      {"7:30-00:00", 7},
      {"Mo,We,Fr 8-12", 3},
  };
  for (const auto& [text, spans] : kCases) {
    v1::OpeningHours hours;
    EXPECT_TRUE(ParseWeeklyHours(text, &hours).ok()) << text;
    EXPECT_EQ(hours.weekly_spans_size(), spans) << text;
  }
}

TEST(HoursTextTest, MidnightClosesADayAndNightsPassIt) {
  v1::OpeningHours hours;
  ASSERT_TRUE(
      ParseWeeklyHours("Sat 22:00-02:00; Sun 20:00-00:00", &hours).ok());
  EXPECT_EQ(hours.weekly_spans(0).span().close_minute(), 120);
  EXPECT_EQ(hours.weekly_spans(1).span().close_minute(), 1440);
}

TEST(HoursTextTest, NamesWhatItCannotRead) {
  for (const char* text :
       {"Mon-Fri", "Xyz 08:00-12:00", "25:00-26:00", "08:61-09:00", "Mon 8:00",
        "", "M 08:00-09:00", "08:00-08:00"}) {
    v1::OpeningHours hours;
    EXPECT_FALSE(ParseWeeklyHours(text, &hours).ok()) << text;
  }
}

TEST(HoursTextTest, ReadsSpecialDays) {
  v1::OpeningHours hours;
  ASSERT_TRUE(ParseSpecialDay("2026-02-17 closed", &hours).ok());
  ASSERT_TRUE(ParseSpecialDay("2026-02-18 09:00-12:00,14-16", &hours).ok());
  EXPECT_EQ(hours.special_days(0).date().day(), 17);
  EXPECT_EQ(hours.special_days(0).spans_size(), 0);
  EXPECT_EQ(hours.special_days(1).spans(1).open_minute(), 840);
  EXPECT_FALSE(ParseSpecialDay("2026-02-30 closed", &hours).ok());
  EXPECT_FALSE(ParseSpecialDay("2026-02-17", &hours).ok());
}

TEST(MeasureTextTest, RoundsDistancesAsPeopleSayThem) {
  EXPECT_EQ(DistanceText(0), "0 m");
  EXPECT_EQ(DistanceText(320.4), "320 m");
  EXPECT_EQ(DistanceText(999.6), "1.0 km");
  EXPECT_EQ(DistanceText(1234), "1.2 km");
  EXPECT_EQ(DistanceText(9960), "10 km");
  EXPECT_EQ(DistanceText(1'234'000), "1,234 km");
}

TEST(MeasureTextTest, RoundsAges) {
  EXPECT_EQ(AgeText(absl::Seconds(-5)), "now");
  EXPECT_EQ(AgeText(absl::Seconds(59)), "now");
  EXPECT_EQ(AgeText(absl::Minutes(59)), "59 min ago");
  EXPECT_EQ(AgeText(absl::Hours(47)), "47 h ago");
  EXPECT_EQ(AgeText(absl::Hours(49)), "2 d ago");
}

TEST(MeasureTextTest, GroupsDigits) {
  EXPECT_EQ(CountText(0), "0");
  EXPECT_EQ(CountText(999), "999");
  EXPECT_EQ(CountText(2474), "2,474");
  EXPECT_EQ(CountText(-1234567), "-1,234,567");
}

TEST(EnumTextTest, DropsThePrefixAndReadsAnyCase) {
  EXPECT_EQ(EnumText(v1::URGENCY_HIGH), "high");
  EXPECT_EQ(EnumText(v1::LOCATION_PRECISION_METERS_150), "150");
  EXPECT_EQ(*ParseEnum(*v1::Urgency_descriptor(), "High"), v1::URGENCY_HIGH);
  EXPECT_THAT(
      std::string(ParseEnum(*v1::Urgency_descriptor(), "x").status().message()),
      testing::HasSubstr("low|normal|high|critical"));
  EXPECT_FALSE(ParseEnum(*v1::Urgency_descriptor(), "unspecified").ok());
}

TEST(MessageTextTest, ShowsAFieldALine) {
  v1::Need need;
  need.set_name("needs/a");
  need.add_categories("categories/groceries");
  *need.add_lines() = ParseLine("10 kg rice");
  need.set_urgency(v1::URGENCY_HIGH);
  need.set_situation("a\nb\x1b[2J");
  need.mutable_public_location()->set_latitude(10.5);
  need.mutable_people()->set_adults(2);
  EXPECT_EQ(MessageText(need),
            "name: needs/a\n"
            "categories: groceries\n"
            "lines: 10 kg rice\n"
            "people.adults: 2\n"
            "urgency: high\n"
            "situation: a b [2J\n"
            "public_location: 10.5, 0\n");
}

TEST(MessageTextTest, ShowsEachWordOfAListOfEnums) {
  v1::User user;
  user.add_roles(v1::ROLE_OFFICIAL);
  user.add_roles(v1::ROLE_OPERATOR);
  EXPECT_EQ(MessageText(user), "roles: official\nroles: operator\n");
}

TEST(MessageTextTest, ShowsTheTextsOfAMapByKey) {
  v1::Category category;
  category.set_name("categories/water");
  (*category.mutable_display_names())["vi"] = "Nước";
  EXPECT_EQ(MessageText(category),
            "name: categories/water\ndisplay_names.vi: Nước\n");
}

TEST(TableTest, CutsTheStretchColumnToTheWidth) {
  Table table({{"#", Align::kRight},
               {"WHAT", Align::kStretch},
               {"NAME", Align::kLeft}});
  table.AddRow({"1", "mười ký gạo tẻ 🍚 và nước", "needs/a"});
  table.AddRow({"10", "", "needs/b"});
  EXPECT_EQ(table.Text(25),
            " #  WHAT          NAME\n"
            " 1  mười ký gạo…  needs/a\n"
            "10                needs/b\n");
}

}  // namespace
}  // namespace xom::cli
