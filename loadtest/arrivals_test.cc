#include "loadtest/arrivals.h"

#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"

namespace xom::loadtest {
namespace {

TEST(ArrivalsTest, TheLastWatchThatNamesANeedCounts) {
  const LockdownCity city({{"city", 10, 106, 1'000}}, /*seed=*/7);
  Arrivals arrivals(city, /*first=*/100, /*count=*/3, /*watches=*/3);
  const auto message = [&city](int64_t one, int64_t other) {
    return absl::StrCat("\x0a\x14needs/", city.NeedId(one), "\x12", "needs/",
                        city.NeedId(other));
  };
  const absl::Time t = absl::FromUnixSeconds(1'000);
  // Of others, before and after those that are looked for.
  arrivals.Note(0, message(99, 103), t);
  arrivals.Note(1, message(1, 1'000), t);
  for (int i = 0; i < 3; ++i) EXPECT_FALSE(arrivals.LastOf(i).has_value());

  arrivals.Note(0, message(100, 102), t);
  arrivals.Note(1, message(102, 102), t + absl::Seconds(2));
  arrivals.Note(2, message(102, 5), t + absl::Seconds(1));  // overtaken
  // It left again.
  arrivals.Note(0, message(102, 100), t + absl::Seconds(3));
  arrivals.Note(1, message(102, 3), t + absl::Seconds(4));
  EXPECT_EQ(arrivals.LastOf(0), t);
  EXPECT_FALSE(arrivals.LastOf(1).has_value());
  EXPECT_EQ(arrivals.LastOf(2), t + absl::Seconds(2));
  EXPECT_EQ(arrivals.WatchesOf(0), 1);
  EXPECT_EQ(arrivals.WatchesOf(1), 0);
  EXPECT_EQ(arrivals.WatchesOf(2), 3);
}

TEST(ArrivalsTest, NamesOfAnotherRunAreNone) {
  const LockdownCity city({{"city", 10, 106, 1'000}}, /*seed=*/7);
  const LockdownCity other({{"city", 10, 106, 1'000}}, /*seed=*/8);
  Arrivals arrivals(city, 0, 1, 1);
  arrivals.Note(0, absl::StrCat("needs/", other.NeedId(0)),
                absl::FromUnixSeconds(1));
  arrivals.Note(0, "needs/lockdown-7-", absl::FromUnixSeconds(1));
  EXPECT_FALSE(arrivals.LastOf(0).has_value());
}

}  // namespace
}  // namespace xom::loadtest
