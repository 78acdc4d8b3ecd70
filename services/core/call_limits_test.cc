#include "services/core/call_limits.h"

#include <gmock/gmock.h>

#include "services/core/error.h"
#include "services/core/fake_clock.h"
#include "xom/v1/need_service.pb.h"

namespace xom::core {
namespace {

class CallLimitsTest : public testing::Test {
 protected:
  // How many calls pass, one after the other, until one does not.
  int CountUntilRefused(CallLimits& limits, Cost cost,
                        absl::string_view principal,
                        absl::string_view network) {
    for (int i = 0; i < 100'000; ++i) {
      if (!limits.Admit({cost, principal, network, request_}).ok()) return i;
    }
    return -1;
  }

  CallLimits With(const CallLimits::Settings& settings) {
    return CallLimits(CallLimits::Defaults::kOff, settings, &clock_);
  }

  FakeClock clock_{absl::FromUnixSeconds(1'900'000'000)};
  v1::CreateNeedRequest request_;
};

constexpr RateLimit kThree{3, absl::Seconds(20)};

TEST_F(CallLimitsTest, AreOffWithoutDefaultsAndSettings) {
  CallLimits limits = With({});
  EXPECT_EQ(CountUntilRefused(limits, Cost::kSearch, "users/a", "net"), -1);
}

TEST_F(CallLimitsTest, EachPrincipalAndEachKindHasItsOwn) {
  CallLimits limits = With({{"limit_search", kThree}, {"limit_claim", kThree}});
  EXPECT_EQ(CountUntilRefused(limits, Cost::kSearch, "users/a", "net"), 3);
  EXPECT_EQ(CountUntilRefused(limits, Cost::kSearch, "users/b", "net"), 3);
  EXPECT_EQ(CountUntilRefused(limits, Cost::kClaim, "users/a", "net"), 3);
  EXPECT_EQ(CountUntilRefused(limits, Cost::kPost, "users/a", "net"), -1);
  EXPECT_EQ(CountUntilRefused(limits, Cost::kNothing, "users/a", "net"), -1);
}

TEST_F(CallLimitsTest, ANetworkBindsAllWhoCallFromIt) {
  CallLimits limits = With({{"network_limit_search", kThree}});
  EXPECT_EQ(CountUntilRefused(limits, Cost::kSearch, "", "net"), 3);
  EXPECT_EQ(CountUntilRefused(limits, Cost::kSearch, "users/a", "net"), 0);
  EXPECT_EQ(CountUntilRefused(limits, Cost::kSearch, "users/a", "other"), 3);
}

TEST_F(CallLimitsTest, WhoIsTooFastUsesUpNothingOfTheNetwork) {
  CallLimits limits = With({{"limit_search", RateLimit{1, absl::Seconds(20)}},
                            {"network_limit_search", kThree}});
  for (int i = 0; i < 10; ++i) {
    CountUntilRefused(limits, Cost::kSearch, "users/fast", "net");
  }
  EXPECT_EQ(CountUntilRefused(limits, Cost::kSearch, "users/b", "net"), 1);
  EXPECT_EQ(CountUntilRefused(limits, Cost::kSearch, "users/c", "net"), 1);
}

TEST_F(CallLimitsTest, SaysWhenToComeBackAndRecovers) {
  CallLimits limits = With({{"limit_search", kThree}});
  EXPECT_EQ(CountUntilRefused(limits, Cost::kSearch, "users/a", "net"), 3);
  const absl::Status refused =
      limits.Admit({Cost::kSearch, "users/a", "net", request_});
  EXPECT_EQ(refused.code(), absl::StatusCode::kResourceExhausted);
  EXPECT_EQ(ReasonOf(refused)->reason, Reason::kRateLimited);
  clock_.Advance(absl::Seconds(20));
  EXPECT_EQ(CountUntilRefused(limits, Cost::kSearch, "users/a", "net"), 1);
}

TEST_F(CallLimitsTest, CallsForHelpCountInTheirPlace) {
  CallLimits limits = With({{"cell_limit_post", kThree}});
  EXPECT_EQ(CountUntilRefused(limits, Cost::kPost, "", "net"), -1)
      << "without a place there is nothing to count";
  auto& location =
      *request_.mutable_need()->mutable_place()->mutable_location();
  location.set_latitude(10.7769);
  location.set_longitude(106.7009);
  EXPECT_EQ(CountUntilRefused(limits, Cost::kPost, "users/a", "net"), 3);
  location.set_latitude(10.7770);
  EXPECT_EQ(CountUntilRefused(limits, Cost::kPost, "users/b", "other"), 0);
  location.set_latitude(11.5);
  EXPECT_EQ(CountUntilRefused(limits, Cost::kPost, "users/a", "net"), 3);
}

TEST_F(CallLimitsTest, DefaultsAreSetOneByOne) {
  CallLimits limits(
      CallLimits::Defaults::kOn,
      {{"limit_search", std::nullopt}, {"network_limit_search", std::nullopt}},
      &clock_);
  EXPECT_EQ(CountUntilRefused(limits, Cost::kSearch, "users/a", "net"), -1);
  EXPECT_GT(CountUntilRefused(limits, Cost::kReport, "users/a", "net"), 0);
}

TEST(NamedLimitsTest, CallsForHelpAreTheLoosest) {
  for (const NamedLimit& post : NamedLimits()) {
    if (post.cost != Cost::kPost) continue;
    for (const NamedLimit& other : NamedLimits()) {
      if (other.cost == Cost::kPost || other.scope != post.scope) continue;
      EXPECT_GT(post.limit.burst, 2 * other.limit.burst) << other.name;
    }
  }
}

TEST(RateLimitTextTest, ReadsWhatItWrites) {
  for (const NamedLimit& named : NamedLimits()) {
    const auto parsed = ParseRateLimit(RateLimitText(named.limit));
    ASSERT_TRUE(parsed.ok() && parsed->has_value()) << named.name;
    EXPECT_EQ((*parsed)->burst, named.limit.burst);
    EXPECT_EQ((*parsed)->refill, named.limit.refill) << named.name;
  }
  EXPECT_EQ(ParseRateLimit("off")->has_value(), false);
  EXPECT_EQ((*ParseRateLimit("30/1m"))->refill, absl::Seconds(2));
}

TEST(RateLimitTextTest, RefusesAllElse) {
  for (const char* text :
       {"", "30", "30/", "/1m", "0/1m", "-1/1m", "nan/1m", "inf/1m", "30/0s",
        "30/-1m", "30/inf", "30/1m/2", "30/1 m", "OFF", "1e300/1m"}) {
    EXPECT_FALSE(ParseRateLimit(text).ok()) << text;
  }
}

}  // namespace
}  // namespace xom::core
