#include "services/core/rate_limiter.h"

#include <gtest/gtest.h>

#include <atomic>
#include <map>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "geo/random_points.h"

namespace xom::core {
namespace {

constexpr absl::Duration kRefill = absl::Seconds(10);
const absl::Time kStart = absl::FromUnixSeconds(1'700'000'000);

TEST(RateLimiterTest, GivesABurstAndThenOneEachRefill) {
  RateLimiter limiter({.burst = 3, .refill = kRefill});
  for (int i = 0; i < 3; ++i) {
    EXPECT_EQ(limiter.Take("a", kStart), std::nullopt);
  }
  EXPECT_EQ(limiter.Take("a", kStart), kRefill);
  EXPECT_EQ(limiter.Take("b", kStart), std::nullopt) << "another's bucket";
  EXPECT_EQ(limiter.Take("a", kStart + absl::Seconds(4)), absl::Seconds(6));
  EXPECT_EQ(limiter.Take("a", kStart + kRefill), std::nullopt);
  EXPECT_EQ(limiter.Take("a", kStart + kRefill), kRefill);
}

TEST(RateLimiterTest, ARefusalTakesNothingAndWaitingItOutIsEnough) {
  RateLimiter limiter({.burst = 2, .refill = kRefill});
  EXPECT_EQ(limiter.Take("a", kStart, 2), std::nullopt);
  for (int i = 0; i < 10; ++i) EXPECT_EQ(limiter.Take("a", kStart), kRefill);
  EXPECT_EQ(limiter.Take("a", kStart, 1.5), 1.5 * kRefill);
  EXPECT_EQ(limiter.Take("a", kStart + 1.5 * kRefill, 1.5), std::nullopt);
}

TEST(RateLimiterTest, NeverSavesMoreThanABurst) {
  RateLimiter limiter({.burst = 2, .refill = kRefill});
  EXPECT_EQ(limiter.Take("a", kStart), std::nullopt);
  const absl::Time later = kStart + absl::Hours(1'000);
  EXPECT_EQ(limiter.Take("a", later, 2), std::nullopt);
  EXPECT_EQ(limiter.Take("a", later), kRefill);
}

TEST(RateLimiterTest, MoreThanABurstIsNeverToBeHad) {
  RateLimiter limiter({.burst = 2, .refill = kRefill});
  EXPECT_EQ(limiter.Take("a", kStart, 2.5), absl::InfiniteDuration());
  EXPECT_EQ(limiter.Check("a", kStart, 2.5), absl::InfiniteDuration());
  EXPECT_EQ(limiter.Take("a", kStart, 2), std::nullopt);
}

TEST(RateLimiterTest, CheckingTakesNothing) {
  RateLimiter limiter({.burst = 1, .refill = kRefill});
  for (int i = 0; i < 10; ++i) {
    EXPECT_EQ(limiter.Check("a", kStart), std::nullopt);
  }
  EXPECT_EQ(limiter.size(), 0u);
  EXPECT_EQ(limiter.Take("a", kStart), std::nullopt);
  EXPECT_EQ(limiter.Check("a", kStart + absl::Seconds(1)), absl::Seconds(9));
}

TEST(RateLimiterTest, AClockSetBackGivesNothingAndTakesNothing) {
  RateLimiter limiter({.burst = 1, .refill = kRefill});
  EXPECT_EQ(limiter.Take("a", kStart), std::nullopt);
  const absl::Time back = kStart - absl::Hours(5);
  EXPECT_EQ(limiter.Check("a", back), kRefill);
  EXPECT_EQ(limiter.Take("a", back), kRefill);
  EXPECT_EQ(limiter.Take("a", back + absl::Seconds(9)), absl::Seconds(1));
  EXPECT_EQ(limiter.Take("a", back + kRefill), std::nullopt);
}

TEST(RateLimiterTest, ThreadsThatOvertakeEachOtherDoNotSpeedTimeUp) {
  RateLimiter limiter({.burst = 1, .refill = kRefill});
  EXPECT_EQ(limiter.Take("a", kStart), std::nullopt);
  for (int i = 0; i < 1'000; ++i) {
    EXPECT_EQ(limiter.Take("a", kStart + absl::Milliseconds(50 * (i % 2))),
              kRefill - absl::Milliseconds(i == 0 ? 0 : 50));
  }
}

TEST(RateLimiterTest, FullBucketsAreDropped) {
  RateLimiter limiter({.burst = 2, .refill = kRefill});
  for (int i = 0; i < 100; ++i) limiter.Take(absl::StrCat(i), kStart);
  EXPECT_EQ(limiter.size(), 100u);
  for (int i = 0; i < 200; ++i) limiter.Take("a", kStart + kRefill);
  EXPECT_EQ(limiter.size(), 1u);
}

TEST(RateLimiterTest, TheLongestUnusedMakesRoomWhenNoneIsFull) {
  RateLimiter limiter({.burst = 2, .refill = kRefill}, /*max_keys=*/3);
  for (const char* key : {"a", "b", "c", "a"}) limiter.Take(key, kStart);
  EXPECT_EQ(limiter.Take("d", kStart), std::nullopt);
  EXPECT_EQ(limiter.size(), 3u);
  EXPECT_EQ(limiter.Check("b", kStart, 2), std::nullopt) << "forgotten";
  for (const char* key : {"a", "c", "d"}) {
    EXPECT_NE(limiter.Check(key, kStart, 2), std::nullopt) << key;
  }
}

TEST(RateLimiterTest, TakingNothingPushesNobodyOut) {
  RateLimiter limiter({.burst = 1, .refill = kRefill}, /*max_keys=*/1);
  limiter.Take("a", kStart);
  EXPECT_EQ(limiter.Take("b", kStart, 0), std::nullopt);
  EXPECT_EQ(limiter.Check("a", kStart), kRefill);
}

TEST(RateLimiterTest, AFullBucketMakesRoomBeforeOneLongerUnused) {
  RateLimiter limiter({.burst = 3, .refill = kRefill}, /*max_keys=*/2);
  limiter.Take("empty", kStart, 3);
  limiter.Take("full soon", kStart + absl::Seconds(1), 1);
  const absl::Time now = kStart + absl::Seconds(12);
  EXPECT_EQ(limiter.Take("new", now), std::nullopt);
  EXPECT_NE(limiter.Check("empty", now, 2), std::nullopt);
}

// The same, done plainly: what is left, and when that was.
class Model {
 public:
  Model(double burst, absl::Duration refill) : burst_(burst), refill_(refill) {}

  // The time that passed since the last call is the test's to know.
  void Pass(absl::Duration passed) {
    for (auto& [key, left] : left_) {
      left = std::min(burst_, left + absl::FDivDuration(passed, refill_));
    }
  }

  // How much is missing; taken when nothing is.
  double Missing(const std::string& key, double cost) {
    double& left = left_.emplace(key, burst_).first->second;
    return std::max(0.0, cost - left);
  }
  void Take(const std::string& key, double cost) { left_[key] -= cost; }

 private:
  const double burst_;
  const absl::Duration refill_;
  std::map<std::string, double> left_;
};

TEST(RateLimiterTest, DoesAsAPlainModelDoes) {
  geo::RandomPoints random;
  SCOPED_TRACE(random.seed_message());
  for (int run = 0; run < 20; ++run) {
    const double burst = 1 + static_cast<double>(random.Below(20)) / 4;
    // Powers of two, so that the model is exact.
    const absl::Duration refill = absl::Seconds(1 << random.Below(6));
    RateLimiter limiter({burst, refill});
    Model model(burst, refill);
    absl::Time now = kStart;
    for (int i = 0; i < 2'000; ++i) {
      if (random.OneIn(100)) {
        limiter.Take("the clock", now, 0);
        now -= absl::Hours(1) + absl::Seconds(random.Below(10'000));
        limiter.Take("the clock", now, 0);
      } else if (random.OneIn(2)) {
        const auto passed = absl::Milliseconds(250 * random.Below(20));
        now += passed;
        model.Pass(passed);
      }
      const std::string key = absl::StrCat(random.Below(8));
      const double cost = static_cast<double>(random.Below(9)) / 4;
      const double missing = model.Missing(key, cost);
      const std::optional<absl::Duration> wait =
          missing == 0   ? std::nullopt
          : cost > burst ? std::make_optional(absl::InfiniteDuration())
                         : std::make_optional(missing * refill);
      ASSERT_EQ(limiter.Check(key, now, cost), wait) << i;
      if (random.OneIn(4)) continue;
      ASSERT_EQ(limiter.Take(key, now, cost), wait) << i;
      if (!wait.has_value()) model.Take(key, cost);
    }
  }
}

TEST(RateLimiterTest, NeverKeepsMoreThanItsKeys) {
  geo::RandomPoints random;
  SCOPED_TRACE(random.seed_message());
  RateLimiter limiter({.burst = 3, .refill = kRefill}, /*max_keys=*/10);
  absl::Time now = kStart;
  for (int i = 0; i < 20'000; ++i) {
    limiter.Take(absl::StrCat(random.Below(200)), now,
                 static_cast<double>(random.Below(4)));
    ASSERT_LE(limiter.size(), 10u);
    now += absl::Milliseconds(random.Below(1'000));
  }
}

TEST(RateLimiterTest, ThreadsTogetherGetNoMoreThanTheBurst) {
  RateLimiter limiter({.burst = 1'000, .refill = absl::Hours(1)});
  std::atomic<int> taken = 0;
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&] {
      for (int i = 0; i < 1'000; ++i) {
        if (!limiter.Check("a", kStart) && !limiter.Take("a", kStart)) ++taken;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(taken, 1'000);
}

}  // namespace
}  // namespace xom::core
