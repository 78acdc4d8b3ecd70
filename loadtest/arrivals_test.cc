#include "loadtest/arrivals.h"

#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"

namespace xom::loadtest {
namespace {

grpc::ByteBuffer MessageOf(const std::string& bytes) {
  const grpc::Slice slice(bytes);
  return grpc::ByteBuffer(&slice, 1);
}

TEST(ArrivalsTest, TheLastMessageWithTheNameCounts) {
  const LockdownCity city({{"city", 10, 106, 1'000}}, /*seed=*/7);
  Arrivals arrivals(city, /*first=*/100, /*count=*/3);
  const auto message = [&city](int64_t one, int64_t other) {
    return MessageOf(absl::StrCat("\x0a\x14needs/", city.NeedId(one), "\x12",
                                  "needs/", city.NeedId(other)));
  };
  const absl::Time t = absl::FromUnixSeconds(1'000);
  // Of others, before and after those that are looked for.
  arrivals.Note(message(99, 103), t);
  arrivals.Note(message(1, 1'000), t);
  for (int i = 0; i < 3; ++i) EXPECT_FALSE(arrivals.LastOf(i).has_value());

  arrivals.Note(message(100, 102), t);
  arrivals.Note(message(102, 102), t + absl::Seconds(2));
  arrivals.Note(message(102, 5), t + absl::Seconds(1));  // overtaken
  EXPECT_EQ(arrivals.LastOf(0), t);
  EXPECT_FALSE(arrivals.LastOf(1).has_value());
  EXPECT_EQ(arrivals.LastOf(2), t + absl::Seconds(2));
}

TEST(ArrivalsTest, NamesOfAnotherRunAreNone) {
  const LockdownCity city({{"city", 10, 106, 1'000}}, /*seed=*/7);
  const LockdownCity other({{"city", 10, 106, 1'000}}, /*seed=*/8);
  Arrivals arrivals(city, 0, 1);
  arrivals.Note(MessageOf(absl::StrCat("needs/", other.NeedId(0))),
                absl::FromUnixSeconds(1));
  arrivals.Note(MessageOf("needs/lockdown-7-"), absl::FromUnixSeconds(1));
  EXPECT_FALSE(arrivals.LastOf(0).has_value());
}

}  // namespace
}  // namespace xom::loadtest
