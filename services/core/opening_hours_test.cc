#include "services/core/opening_hours.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "google/protobuf/text_format.h"

namespace xom::core {
namespace {

v1::OpeningHours FromText(const std::string& text) {
  v1::OpeningHours hours;
  EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(text, &hours));
  Violations violations;
  CheckOpeningHours("hours", hours, &violations);
  EXPECT_TRUE(violations.empty()) << violations.ToStatus();
  return hours;
}

std::string Weekly(const std::string& day, int open, int close) {
  return absl::StrCat("weekly_spans { day: ", day,
                      " span { open_minute: ", open, " close_minute: ", close,
                      " } } ");
}

absl::TimeZone NewYork() {
  absl::TimeZone zone;
  EXPECT_TRUE(absl::LoadTimeZone("America/New_York", &zone));
  return zone;
}

absl::Time Utc(const std::string& text) {
  absl::Time time;
  std::string error;
  EXPECT_TRUE(absl::ParseTime("%Y-%m-%d %H:%M", text, &time, &error)) << error;
  return time;
}

constexpr char kNewYork[] = "time_zone: 'America/New_York' ";
constexpr char kUtc[] = "time_zone: 'UTC' ";

// From when to when it is open, asked minute by minute, as "open close" in UTC.
std::vector<std::string> OpenSpans(const OpeningCalendar& calendar,
                                   absl::Time from, absl::Time to) {
  std::vector<std::string> spans;
  bool open = false;
  for (absl::Time t = from; t < to; t += absl::Minutes(1)) {
    if (calendar.IsOpen(t) == open) continue;
    open = !open;
    const std::string when =
        absl::FormatTime("%m-%d %H:%M", t, absl::UTCTimeZone());
    if (open) {
      spans.push_back(when);
    } else {
      spans.back() += " " + when;
    }
  }
  return spans;
}

using Spans = std::vector<std::string>;

TEST(OpeningHoursTest, ClocksThatGoBackMakeTheNightLonger) {
  // 2021-11-07, 02:00 EDT (06:00 UTC) is 01:00 EST.
  const OpeningCalendar night(
      FromText(kNewYork + Weekly("SATURDAY", 22 * 60, 3 * 60)));
  EXPECT_EQ(OpenSpans(night, Utc("2021-11-06 00:00"), Utc("2021-11-08 00:00")),
            Spans({"11-07 02:00 11-07 08:00"}));
  // 01:30 comes twice: the first opens, the second closes.
  const OpeningCalendar opens(
      FromText(kNewYork + Weekly("SUNDAY", 90, 4 * 60)));
  EXPECT_EQ(OpenSpans(opens, Utc("2021-11-07 00:00"), Utc("2021-11-08 00:00")),
            Spans({"11-07 05:30 11-07 09:00"}));
  const OpeningCalendar closes(FromText(kNewYork + Weekly("SUNDAY", 30, 90)));
  EXPECT_EQ(OpenSpans(closes, Utc("2021-11-07 00:00"), Utc("2021-11-08 00:00")),
            Spans({"11-07 04:30 11-07 06:30"}));
}

TEST(OpeningHoursTest, ClocksThatGoForwardMakeTheNightShorter) {
  // 2021-03-14, 02:00 EST (07:00 UTC) is 03:00 EDT.
  const OpeningCalendar night(
      FromText(kNewYork + Weekly("SATURDAY", 22 * 60, 3 * 60)));
  EXPECT_EQ(OpenSpans(night, Utc("2021-03-13 12:00"), Utc("2021-03-15 00:00")),
            Spans({"03-14 03:00 03-14 07:00"}));
  // 02:30 is skipped: it opens, and closes, at the skip.
  const OpeningCalendar opens(
      FromText(kNewYork + Weekly("SUNDAY", 150, 4 * 60)));
  EXPECT_EQ(OpenSpans(opens, Utc("2021-03-14 00:00"), Utc("2021-03-15 00:00")),
            Spans({"03-14 07:00 03-14 08:00"}));
  const OpeningCalendar closes(FromText(kNewYork + Weekly("SUNDAY", 60, 150)));
  EXPECT_EQ(OpenSpans(closes, Utc("2021-03-14 00:00"), Utc("2021-03-15 00:00")),
            Spans({"03-14 06:00 03-14 07:00"}));
  // Both ends in the hour that is not there.
  const OpeningCalendar within(FromText(kNewYork + Weekly("SUNDAY", 130, 170)));
  EXPECT_EQ(OpenSpans(within, Utc("2021-03-14 00:00"), Utc("2021-03-15 00:00")),
            Spans());
}

TEST(OpeningHoursTest, TheWholeDayIsAsLongAsTheDay) {
  const OpeningCalendar sunday(FromText(kNewYork + Weekly("SUNDAY", 0, 1440)));
  const auto hours_of = [&](absl::CivilDay day) {
    const absl::Time open = absl::FromCivil(day, NewYork());
    EXPECT_TRUE(sunday.IsOpen(open));
    EXPECT_FALSE(sunday.IsOpen(open - absl::Seconds(1)));
    return absl::ToInt64Hours(*sunday.NextChange(open) - open);
  };
  EXPECT_EQ(hours_of(absl::CivilDay(2021, 11, 7)), 25);
  EXPECT_EQ(hours_of(absl::CivilDay(2021, 3, 14)), 23);
  EXPECT_EQ(hours_of(absl::CivilDay(2021, 3, 21)), 24);
}

TEST(OpeningHoursTest, SpansThatOverlapOrMeetAreOne) {
  const OpeningCalendar calendar(FromText(
      kUtc + Weekly("MONDAY", 8 * 60, 12 * 60) +
      Weekly("MONDAY", 10 * 60, 14 * 60) + Weekly("MONDAY", 14 * 60, 15 * 60) +
      Weekly("MONDAY", 16 * 60, 17 * 60)));
  EXPECT_EQ(calendar.NextChange(Utc("2021-08-23 08:00")),
            Utc("2021-08-23 15:00"));
  EXPECT_EQ(calendar.NextChange(Utc("2021-08-23 15:30")),
            Utc("2021-08-23 16:00"));
}

TEST(OpeningHoursTest, ASpecialDayReplacesTheSpansThatOpenOnIt) {
  const OpeningCalendar calendar(
      FromText(kUtc + Weekly("FRIDAY", 22 * 60, 2 * 60) +
               Weekly("SATURDAY", 9 * 60, 10 * 60) +
               "special_days { date { year: 2021 month: 9 day: 4 } }"
               "special_days { date { year: 2021 month: 9 day: 10 } "
               "spans { open_minute: 1380 close_minute: 60 } }"));
  EXPECT_EQ(
      OpenSpans(calendar, Utc("2021-09-03 00:00"), Utc("2021-09-12 00:00")),
      Spans({"09-03 22:00 09-04 02:00", "09-10 23:00 09-11 01:00",
             "09-11 09:00 09-11 10:00"}));
}

TEST(OpeningHoursTest, TheNextChangeIsLookedForTwoWeeksAhead) {
  const auto on = [](const std::string& day) {
    return OpeningCalendar(FromText(absl::StrCat(
        kUtc, "special_days { date { year: 2021 month: 9 day: ", day,
        " } spans { open_minute: 0 close_minute: 60 } }")));
  };
  EXPECT_EQ(on("15").NextChange(Utc("2021-09-01 00:00")),
            Utc("2021-09-15 00:00"));
  EXPECT_EQ(on("15").NextChange(Utc("2021-08-31 23:59")), std::nullopt);
  EXPECT_EQ(OpeningCalendar(FromText(kUtc)).NextChange(Utc("2021-09-01 00:00")),
            std::nullopt);
}

// NextChange against IsOpen, minute by minute, over a change of clocks.
TEST(OpeningHoursTest, TheNextChangeIsWhereIsOpenChanges) {
  const OpeningCalendar calendar(
      FromText(kNewYork + Weekly("SATURDAY", 21 * 60, 4 * 60) +
               Weekly("SUNDAY", 100, 110) + Weekly("SUNDAY", 3 * 60, 13 * 60) +
               Weekly("MONDAY", 0, 1440) + Weekly("TUESDAY", 0, 30)));
  for (const std::string start : {"2021-11-06 00:00", "2021-03-13 00:00"}) {
    absl::Time time = Utc(start);
    for (int changes = 0; changes < 6; ++changes) {
      const auto next = calendar.NextChange(time);
      ASSERT_TRUE(next.has_value());
      const bool open = calendar.IsOpen(time);
      for (; time < *next; time += absl::Minutes(1)) {
        ASSERT_EQ(calendar.IsOpen(time), open) << time;
      }
      ASSERT_NE(calendar.IsOpen(*next), open) << *next;
    }
  }
}

TEST(OpeningHoursTest, OnlyNamesOfTheDatabaseAreTimeZones) {
  const auto accepts = [](const std::string& name) {
    v1::OpeningHours hours;
    hours.set_time_zone(name);
    Violations violations;
    CheckOpeningHours("hours", hours, &violations);
    return violations.empty();
  };
  for (const std::string name :
       {"UTC", "Asia/Ho_Chi_Minh", "America/Argentina/Buenos_Aires",
        "Etc/GMT+7", "America/Port-au-Prince"}) {
    EXPECT_TRUE(accepts(name)) << name;
  }
  for (const std::string& name :
       {std::string(), std::string("Asia"), std::string("Asia/Atlantis"),
        std::string("../zoneinfo/UTC"), std::string("/etc/localtime"),
        std::string("file:UTC"), std::string("Fixed/UTC+05:30:00"),
        std::string("UTC\0x", 5), std::string("UTC ")}) {
    EXPECT_FALSE(accepts(name)) << name;
  }
}

}  // namespace
}  // namespace xom::core
