// Opening hours as searches see them: over midnight, when clocks change, on
// holidays.

#include <vector>

#include "absl/strings/str_cat.h"
#include "services/core/time_proto.h"
#include "tests/api_client.h"

namespace xom::tests {
namespace {

class HoursTest : public ApiTest {
 protected:
  // A shop with these hours in that zone.
  void AddShop(const std::string& zone, const std::string& hours) {
    ASSERT_TRUE(absl::LoadTimeZone(zone, &zone_));
    v1::SupplyPoint point = SupplyPointAt(10, 106);
    MergeText(absl::StrCat("hours { time_zone: '", zone, "' ", hours, " }"),
              &point);
    server_.CreateSupplyPoint(point, "shop");
  }

  void GoTo(absl::Time time) {
    server_.clock().Advance(time - server_.clock().Now());
  }
  // A local time of the shop.
  absl::Time At(const std::string& text) {
    absl::Time time;
    std::string error;
    EXPECT_TRUE(absl::ParseTime("%Y-%m-%d %H:%M", text, zone_, &time, &error))
        << text << error;
    return time;
  }

  v1::NearestSupplyPoint Shop() {
    const auto found = Must<v1::FindNearestSupplyPointsResponse>(
        FromText<v1::FindNearestSupplyPointsRequest>(
            "point { latitude: 10 longitude: 106 } k: 1"));
    EXPECT_EQ(found.supply_points_size(), 1);
    return found.supply_points(0);
  }
  int CountOpen() {
    return Must<v1::FindNearestSupplyPointsResponse>(
               FromText<v1::FindNearestSupplyPointsRequest>(
                   "point { latitude: 10 longitude: 106 } k: 1 open_now: true"))
        .supply_points_size();
  }

  // At each local time whether it is open, and when that changes ("" when not
  // in 14 days).
  struct Moment {
    const char* time;
    bool open;
    const char* next_change;
  };
  void ExpectMoments(const std::vector<Moment>& moments) {
    for (const Moment& moment : moments) {
      SCOPED_TRACE(moment.time);
      GoTo(At(moment.time));
      const v1::NearestSupplyPoint shop = Shop();
      EXPECT_EQ(shop.open_now(), moment.open);
      EXPECT_EQ(CountOpen(), moment.open ? 1 : 0);
      if (moment.next_change[0] == '\0') {
        EXPECT_FALSE(shop.has_next_change_time());
      } else {
        EXPECT_EQ(core::FromProto(shop.next_change_time()),
                  At(moment.next_change));
      }
    }
  }

  absl::TimeZone zone_;
};

std::string Weekly(const std::string& day, int open, int close) {
  return absl::StrCat("weekly_spans { day: ", day,
                      " span { open_minute: ", open, " close_minute: ", close,
                      " } } ");
}

TEST_F(HoursTest, OverMidnight) {
  AddShop("Asia/Ho_Chi_Minh", Weekly("FRIDAY", 22 * 60, 2 * 60));
  ExpectMoments({{"2021-08-27 21:59", false, "2021-08-27 22:00"},
                 {"2021-08-27 22:00", true, "2021-08-28 02:00"},
                 {"2021-08-28 01:59", true, "2021-08-28 02:00"},
                 {"2021-08-28 02:00", false, "2021-09-03 22:00"}});
}

TEST_F(HoursTest, OverMidnightFromSundayToMonday) {
  AddShop("Asia/Ho_Chi_Minh", Weekly("SUNDAY", 23 * 60, 60));
  ExpectMoments({{"2021-08-30 00:59", true, "2021-08-30 01:00"},
                 {"2021-08-30 01:00", false, "2021-09-05 23:00"}});
}

TEST_F(HoursTest, AHolidayReplacesItsDayAlone) {
  AddShop("Asia/Ho_Chi_Minh",
          Weekly("WEDNESDAY", 22 * 60, 2 * 60) +
              Weekly("THURSDAY", 8 * 60, 17 * 60) +
              Weekly("FRIDAY", 8 * 60, 17 * 60) +
              "special_days { date { year: 2021 month: 9 day: 2 } } "
              "special_days { date { year: 2021 month: 9 day: 3 } "
              "spans { open_minute: 600 close_minute: 660 } }");
  ExpectMoments({{"2021-09-02 01:00", true, "2021-09-02 02:00"},
                 {"2021-09-02 09:00", false, "2021-09-03 10:00"},
                 {"2021-09-03 09:00", false, "2021-09-03 10:00"},
                 {"2021-09-03 10:30", true, "2021-09-03 11:00"},
                 {"2021-09-09 09:00", true, "2021-09-09 17:00"}});
}

TEST_F(HoursTest, TheNightOnWhichClocksGoBackIsAnHourLonger) {
  AddShop("America/New_York", Weekly("SATURDAY", 22 * 60, 3 * 60));
  GoTo(At("2021-11-06 22:00"));
  EXPECT_TRUE(Shop().open_now());
  EXPECT_EQ(core::FromProto(Shop().next_change_time()) - server_.clock().Now(),
            absl::Hours(6));
  server_.clock().Advance(absl::Hours(6) - absl::Seconds(1));
  EXPECT_TRUE(Shop().open_now());
  server_.clock().Advance(absl::Seconds(1));
  EXPECT_FALSE(Shop().open_now());
}

TEST_F(HoursTest, TheNightOnWhichClocksGoForwardIsAnHourShorter) {
  AddShop("America/New_York", Weekly("SATURDAY", 22 * 60, 3 * 60));
  GoTo(At("2022-03-12 22:00"));
  EXPECT_TRUE(Shop().open_now());
  EXPECT_EQ(core::FromProto(Shop().next_change_time()) - server_.clock().Now(),
            absl::Hours(4));
}

TEST_F(HoursTest, AroundTheClockNeverChanges) {
  std::string hours;
  for (const std::string day : {"MONDAY", "TUESDAY", "WEDNESDAY", "THURSDAY",
                                "FRIDAY", "SATURDAY", "SUNDAY"}) {
    hours += Weekly(day, 0, 1440);
  }
  AddShop("America/New_York", hours);
  ExpectMoments(
      {{"2021-11-07 00:00", true, ""}, {"2021-11-07 12:00", true, ""}});
}

TEST_F(HoursTest, WithoutSpansItIsClosedAndWithoutHoursOpen) {
  AddShop("UTC", "");
  ExpectMoments({{"2021-09-01 12:00", false, ""}});
  Must<v1::SupplyPoint>(FromText<v1::UpdateSupplyPointRequest>(
      "supply_point { name: 'supplyPoints/shop' } "
      "update_mask { paths: 'hours' }"));
  ExpectMoments({{"2021-09-01 12:00", true, ""}});
}

TEST_F(HoursTest, WhatWasReportedStandsAboveTheHours) {
  AddShop("UTC", Weekly("MONDAY", 0, 1440));
  GoTo(At("2021-08-30 12:00"));
  EXPECT_TRUE(Shop().open_now());
  for (const std::string how : {"PAUSED", "CLOSED"}) {
    Must<v1::SupplyPoint>(FromText<v1::ReportAvailabilityRequest>(absl::StrCat(
        "name: 'supplyPoints/shop' availability: AVAILABILITY_", how)));
    EXPECT_FALSE(Shop().open_now());
  }
}

}  // namespace
}  // namespace xom::tests
