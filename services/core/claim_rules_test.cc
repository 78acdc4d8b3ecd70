#include "services/core/claim_rules.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "geo/random_points.h"

namespace xom::core {
namespace {

using ::testing::HasSubstr;

v1::Need NeedOf(v1::Urgency urgency, const std::vector<std::string>& ids) {
  v1::Need need;
  need.set_urgency(urgency);
  for (const std::string& id : ids) {
    need.add_categories(absl::StrCat("categories/", id));
  }
  return need;
}

TEST(LeaseRulesTest, WithoutRulesUrgencyDecides) {
  const absl::StatusOr<LeaseRules> empty = LeaseRules::Parse(" ");
  ASSERT_TRUE(empty.ok());
  for (const LeaseRules& rules : {LeaseRules(), *empty}) {
    const auto hours = [&](v1::Urgency urgency) {
      return absl::ToDoubleHours(
          rules.DefaultLease(NeedOf(urgency, {"groceries"})));
    };
    EXPECT_EQ(hours(v1::URGENCY_CRITICAL), 1);
    EXPECT_EQ(hours(v1::URGENCY_HIGH), 4);
    EXPECT_EQ(hours(v1::URGENCY_NORMAL), 12);
    EXPECT_EQ(hours(v1::URGENCY_LOW), 24);
    EXPECT_EQ(hours(v1::URGENCY_UNSPECIFIED), 12);
  }
}

TEST(LeaseRulesTest, TheMostSpecificWinsAndOfSeveralCategoriesTheShortest) {
  const auto rules = LeaseRules::Parse(
      "normal=8h, food=5h, food/low=40h, food/critical=30m,medicine = 2h ,"
      "books=48h");
  ASSERT_TRUE(rules.ok()) << rules.status();
  const struct {
    v1::Urgency urgency;
    std::vector<std::string> categories;
    absl::Duration lease;
  } kRows[] = {
      {v1::URGENCY_NORMAL, {"other"}, absl::Hours(8)},
      {v1::URGENCY_NORMAL, {}, absl::Hours(8)},
      {v1::URGENCY_UNSPECIFIED, {"other"}, absl::Hours(8)},
      {v1::URGENCY_HIGH, {"other"}, absl::Hours(4)},
      {v1::URGENCY_NORMAL, {"food"}, absl::Hours(5)},
      {v1::URGENCY_HIGH, {"food"}, absl::Hours(5)},
      {v1::URGENCY_LOW, {"food"}, absl::Hours(40)},
      {v1::URGENCY_CRITICAL, {"food"}, absl::Minutes(30)},
      {v1::URGENCY_CRITICAL, {"medicine"}, absl::Hours(2)},
      {v1::URGENCY_LOW, {"books"}, absl::Hours(48)},
      {v1::URGENCY_LOW, {"books", "food"}, absl::Hours(40)},
      {v1::URGENCY_LOW, {"food", "books"}, absl::Hours(40)},
      {v1::URGENCY_LOW, {"books", "medicine", "food"}, absl::Hours(2)},
      // The other category's lease is that of the urgency, and shorter.
      {v1::URGENCY_LOW, {"books", "other"}, absl::Hours(24)},
      {v1::URGENCY_CRITICAL, {"medicine", "other"}, absl::Hours(1)},
  };
  for (const auto& row : kRows) {
    EXPECT_EQ(rules->DefaultLease(NeedOf(row.urgency, row.categories)),
              row.lease)
        << v1::Urgency_Name(row.urgency) << " "
        << absl::StrJoin(row.categories, "+");
  }
}

TEST(LeaseRulesTest, ACategoryCalledAsAnUrgencyNeedsOne) {
  const auto rules = LeaseRules::Parse("low=3h, low/high=2h");
  ASSERT_TRUE(rules.ok());
  EXPECT_EQ(rules->DefaultLease(NeedOf(v1::URGENCY_LOW, {"x"})),
            absl::Hours(3));
  EXPECT_EQ(rules->DefaultLease(NeedOf(v1::URGENCY_HIGH, {"low"})),
            absl::Hours(2));
}

TEST(LeaseRulesTest, TakesTheBoundsAndNoMore) {
  for (const char* good : {"low=1m", "low=60s", "low=48h", "low=2880m",
                           "low=1h30m1s", "low=1.5h"}) {
    EXPECT_TRUE(LeaseRules::Parse(good).ok()) << good;
  }
  for (const char* bad :
       {"low=59s", "low=48h1s", "low=inf", "low=-1h", "low=0", "low=60.5s",
        "low=", "low=1", "low=1d", "low=1h2", "low=1h=1h"}) {
    const absl::Status status = LeaseRules::Parse(bad).status();
    EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument) << bad;
    EXPECT_THAT(std::string(status.message()),
                HasSubstr(absl::StrCat("\"", bad, "\": the lease must be")));
  }
}

TEST(LeaseRulesTest, ErrorsNameThePart) {
  const struct {
    absl::string_view text;
    const char* message;
  } kRows[] = {
      {"critical=1h, food", "\"food\": not of the form"},
      {"critical=1h,,low=2h", "\"\": not of the form"},
      {"critical=1h,", "\"\": not of the form"},
      {"=1h", "\"=1h\": neither"},
      {"Food=1h", "\"Food=1h\": neither"},
      {"categories/food=1h", "\"categories/food=1h\": the urgency"},
      {"/low=1h", "\"/low=1h\": neither"},
      {"food/soon=1h", "\"food/soon=1h\": the urgency"},
      {"food/=1h", "\"food/=1h\": the urgency"},
      {"food/low/x=1h", "\"food/low/x=1h\": the urgency"},
      {"food/low=1h, food/low=1h", "\"food/low=1h\": a second"},
      {"low=1h, high=2h, low=3h", "\"low=3h\": a second"},
      {absl::string_view("a\0b\n=1h", 7), "a\\x00\\x62\\n=1h\": neither"},
  };
  for (const auto& row : kRows) {
    const absl::Status status = LeaseRules::Parse(row.text).status();
    EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument) << row.text;
    EXPECT_THAT(std::string(status.message()), HasSubstr(row.message));
  }
}

TEST(LeaseRulesTest, TheNumberOfRulesIsBounded) {
  std::vector<std::string> parts;
  for (size_t i = 0; i < kMaxLeaseRules; ++i) {
    parts.push_back(absl::StrCat("c", i, "=1h"));
  }
  EXPECT_TRUE(LeaseRules::Parse(absl::StrJoin(parts, ",")).ok());
  parts.push_back("one-more=1h");
  EXPECT_THAT(
      std::string(
          LeaseRules::Parse(absl::StrJoin(parts, ",")).status().message()),
      HasSubstr("\"one-more=1h\": more than"));
}

TEST(LeaseRulesTest, WhatItSaysItTakes) {
  EXPECT_EQ(LeaseRules().ToString(),
            "low=24h, normal=12h, high=4h, critical=1h");
  geo::RandomPoints random;
  SCOPED_TRACE(random.seed_message());
  const std::vector<std::string> targets = {"low",      "critical",  "food",
                                            "food/low", "food/high", "a-b/low"};
  for (int i = 0; i < 200; ++i) {
    std::vector<std::string> parts;
    for (const std::string& target : targets) {
      if (random.OneIn(2)) continue;
      parts.push_back(
          absl::StrCat(target, "=", 60 + random.Below(48 * 3'600 - 59), "s"));
    }
    const auto rules = LeaseRules::Parse(absl::StrJoin(parts, ","));
    ASSERT_TRUE(rules.ok()) << rules.status();
    const auto again = LeaseRules::Parse(rules->ToString());
    ASSERT_TRUE(again.ok()) << again.status();
    EXPECT_EQ(again->ToString(), rules->ToString());
    for (int urgency = 0; urgency <= 4; ++urgency) {
      for (const char* id : {"food", "a-b", "other"}) {
        const v1::Need need = NeedOf(static_cast<v1::Urgency>(urgency), {id});
        EXPECT_EQ(again->DefaultLease(need), rules->DefaultLease(need));
      }
    }
  }
}

TEST(ClaimCapTest, FollowsWhatBecameOfTheLastClaims) {
  const struct {
    TrackRecord record;
    int cap;
  } kRows[] = {
      {{0, 0}, 3},   {{1, 0}, 4},    {{0, 1}, 1},    {{0, 5}, 1},
      {{1, 1}, 2},   {{5, 5}, 2},    {{10, 0}, 13},  {{10, 1}, 11},
      {{10, 5}, 6},  {{10, 10}, 3},  {{46, 0}, 49},  {{47, 0}, 50},
      {{90, 0}, 50}, {{90, 10}, 50}, {{50, 50}, 13}, {{0, 100}, 1},
  };
  for (const auto& row : kRows) {
    EXPECT_EQ(ClaimCap(row.record), row.cap)
        << row.record.delivered << " " << row.record.failed;
  }
  EXPECT_EQ(ClaimCap({0, 0}), kNewHelperClaims);
}

TEST(ClaimCapTest, DeliveringNeverCostsAndFailingNeverPays) {
  for (int delivered = 0; delivered < 120; ++delivered) {
    for (int failed = 0; failed < 120; ++failed) {
      const int cap = ClaimCap({delivered, failed});
      EXPECT_GE(cap, 1);
      EXPECT_LE(cap, kMaxClaimsPerHelper);
      EXPECT_GE(ClaimCap({delivered + 1, failed}), cap);
      EXPECT_LE(ClaimCap({delivered, failed + 1}), cap);
    }
  }
}

TEST(ClaimCapTest, HugeCountsStayInBounds) {
  constexpr int kHuge = std::numeric_limits<int>::max();
  EXPECT_EQ(ClaimCap({kHuge, 0}), kMaxClaimsPerHelper);
  EXPECT_EQ(ClaimCap({0, kHuge}), 1);
  EXPECT_EQ(ClaimCap({kHuge, kHuge}), ClaimCap({100, 100}));
}

}  // namespace
}  // namespace xom::core
