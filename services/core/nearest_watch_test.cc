#include "services/core/nearest_watch.h"

#include <gtest/gtest.h>

#include "services/core/error.h"
#include "services/core/token.h"
#include "services/core/watch_testing.h"
#include "xom/v1/watch_service.pb.h"

namespace xom::core {
namespace {

constexpr uint64_t kFingerprint = 42;

class NearestWatchTest : public testing::Test {
 protected:
  // Two nearest of 0,0.
  static NearestWatch::Options Two() {
    NearestWatch::Options options;
    options.nearness.center = *geo::Point::FromDegrees({0, 0});
    options.nearness.k = 2;
    options.fingerprint = kFingerprint;
    return options;
  }

  std::optional<v1::WatchNearestNeedsResponse> Next(NearestWatch& watch) {
    const auto bytes = watch.Next(store_.view(), store_.revision());
    if (!bytes.has_value()) return std::nullopt;
    v1::WatchNearestNeedsResponse message;
    EXPECT_TRUE(message.ParseFromString(*bytes));
    return message;
  }

  static void Touch(NearestWatch& watch,
                    const std::vector<Transition>& transitions) {
    for (const Transition& transition : transitions) watch.Touch(transition);
  }

  storage::Revision TokenOf(const v1::WatchNearestNeedsResponse& message) {
    return DecodeResumeToken(message.resume_token(), kFingerprint)->revision();
  }

  ViewedLedger store_;
};

TEST_F(NearestWatchTest, FirstMessageIsAResetEvenWhenNothingIsThere) {
  NearestWatch watch(Two());
  ASSERT_TRUE(watch.Start(store_.view(), store_.ledger()).ok());
  EXPECT_TRUE(watch.HasNews());
  const auto message = Next(watch);
  ASSERT_TRUE(message.has_value());
  EXPECT_TRUE(message->reset());
  EXPECT_TRUE(message->current());
  EXPECT_EQ(message->events_size(), 0);
  EXPECT_EQ(message->revision(), store_.revision());
  EXPECT_EQ(TokenOf(*message), store_.revision());
  EXPECT_FALSE(watch.HasNews());
}

TEST_F(NearestWatchTest, ChangeBeyondAFullListIsNoNews) {
  store_.Put({.name = "a", .latitude = 1});
  store_.Put({.name = "b", .latitude = 2});
  NearestWatch watch(Two());
  Next(watch);
  Touch(watch, store_.Put({.name = "far", .latitude = 3}));
  EXPECT_FALSE(watch.HasNews());
  Touch(watch, store_.Put({.name = "near", .latitude = 1.5}));
  EXPECT_TRUE(watch.HasNews());
  EXPECT_EQ(Next(watch)->events_size(), 2);
}

TEST_F(NearestWatchTest, ChangeAtTheDistanceOfTheLastIsNews) {
  store_.Put({.name = "b", .latitude = 1});
  store_.Put({.name = "c", .latitude = 2});
  NearestWatch watch(Two());
  Next(watch);
  // More urgent, at the very place of the last.
  Touch(watch,
        store_.Put(
            {.name = "d", .latitude = 2, .urgency = v1::URGENCY_CRITICAL}));
  ASSERT_TRUE(watch.HasNews());
  EXPECT_EQ(Next(watch)->events(1).enter().nearest_need().need().name(),
            "needs/d");
}

TEST_F(NearestWatchTest, ChangeThatTheViewHadAlreadyIsNotToldAgain) {
  NearestWatch watch(Two());
  const auto early = store_.Put({.name = "a", .latitude = 1});
  EXPECT_EQ(Next(watch)->events_size(), 1);
  Touch(watch, early);
  EXPECT_FALSE(watch.HasNews());
}

TEST_F(NearestWatchTest, ManyChangesOfASlowReadersListAreOneMessage) {
  store_.Put({.name = "a", .latitude = 1});
  store_.Put({.name = "b", .latitude = 2});
  NearestWatch watch(Two());
  Next(watch);
  for (int i = 0; i < 40; ++i) {
    Touch(
        watch,
        store_.Put({.name = "a", .latitude = 1, .situation = absl::StrCat(i)}));
  }
  const auto message = Next(watch);
  ASSERT_EQ(message->events_size(), 1);
  EXPECT_EQ(message->events(0).change().nearest_need().need().situation(),
            "39");
  EXPECT_EQ(message->revision(), store_.revision());
  EXPECT_FALSE(watch.HasNews());
}

TEST_F(NearestWatchTest, ReachGrowsAgainWhenTheListIsNotFull) {
  store_.Put({.name = "a", .latitude = 1});
  store_.Put({.name = "b", .latitude = 2});
  NearestWatch watch(Two());
  Next(watch);
  Touch(watch, store_.Delete("b"));
  Next(watch);
  Touch(watch, store_.Put({.name = "far", .latitude = 80}));
  EXPECT_TRUE(watch.HasNews());
}

TEST_F(NearestWatchTest, WhatComesAndGoesBetweenMessagesIsNoMessage) {
  NearestWatch watch(Two());
  Next(watch);
  Touch(watch, store_.Put({.name = "a", .latitude = 1}));
  Touch(watch, store_.Delete("a"));
  EXPECT_TRUE(watch.HasNews());
  EXPECT_FALSE(Next(watch).has_value());
  EXPECT_FALSE(watch.HasNews());
}

TEST_F(NearestWatchTest, ResumptionTellsTheDifferenceToTheTokensRevision) {
  store_.Put({.name = "a", .latitude = 1});
  store_.Put({.name = "b", .latitude = 2});
  const storage::Revision then = store_.revision();
  store_.Put({.name = "c", .latitude = 1.5});
  store_.Put({.name = "a", .latitude = 1, .situation = "changed"});
  store_.Put({.name = "d", .latitude = 60});
  NearestWatch::Options options = Two();
  options.resume_after = then;
  NearestWatch watch(options);
  ASSERT_TRUE(watch.Start(store_.view(), store_.ledger()).ok());
  const auto message = Next(watch);
  ASSERT_TRUE(message.has_value());
  EXPECT_FALSE(message->reset());
  ASSERT_EQ(message->events_size(), 3);
  EXPECT_EQ(message->events(0).leave().name(), "needs/b");
  EXPECT_EQ(message->events(1).change().nearest_need().need().situation(),
            "changed");
  EXPECT_EQ(message->events(2).enter().nearest_need().need().name(), "needs/c");
}

TEST_F(NearestWatchTest, ResumptionWithoutChangesSaysSo) {
  store_.Put({.name = "a", .latitude = 1});
  NearestWatch::Options options = Two();
  options.resume_after = store_.revision();
  NearestWatch watch(options);
  ASSERT_TRUE(watch.Start(store_.view(), store_.ledger()).ok());
  const auto message = Next(watch);
  ASSERT_TRUE(message.has_value());
  EXPECT_FALSE(message->reset());
  EXPECT_EQ(message->events_size(), 0);
}

TEST_F(NearestWatchTest, SkippedChangesLeadToAReset) {
  store_.Put({.name = "a", .latitude = 1});
  NearestWatch watch(Two());
  Next(watch);
  watch.Skip();
  ASSERT_TRUE(watch.HasNews());
  const auto message = Next(watch);
  EXPECT_TRUE(message->reset());
  EXPECT_EQ(message->events_size(), 1);
}

TEST_F(NearestWatchTest, HeartbeatCarriesAFreshToken) {
  NearestWatch watch(Two());
  Next(watch);
  store_.Put({.name = "x", .latitude = 80});
  v1::WatchNearestNeedsResponse message;
  ASSERT_TRUE(message.ParseFromString(watch.Heartbeat(store_.revision())));
  EXPECT_TRUE(message.current());
  EXPECT_EQ(message.events_size(), 0);
  EXPECT_EQ(TokenOf(message), store_.revision());
}

TEST_F(NearestWatchTest, TokenAheadOfTheStoreHasExpired) {
  NearestWatch::Options options = Two();
  options.resume_after = store_.revision() + 1;
  NearestWatch watch(options);
  const absl::Status status = watch.Start(store_.view(), store_.ledger());
  ASSERT_NE(ReasonOf(status), nullptr);
  EXPECT_EQ(ReasonOf(status)->reason, Reason::kResumeTokenExpired);
}

}  // namespace
}  // namespace xom::core
