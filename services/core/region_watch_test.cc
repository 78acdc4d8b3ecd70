#include "services/core/region_watch.h"

#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"
#include "services/core/limits.h"
#include "services/core/token.h"
#include "services/core/watch_testing.h"

namespace xom::core {
namespace {

constexpr uint64_t kFingerprint = 42;

class RegionWatchTest : public testing::Test {
 protected:
  // Needs within two degrees of 0,0.
  static RegionWatch::Options Around() {
    RegionWatch::Options options(*geo::Region::Box({-2, -2}, {2, 2}));
    options.kinds[static_cast<size_t>(Kind::kNeed)] = true;
    options.fingerprint = kFingerprint;
    return options;
  }

  std::optional<v1::WatchRegionResponse> Next(RegionWatch& watch) {
    const auto bytes = watch.Next(store_.view(), store_.revision());
    if (!bytes.has_value()) return std::nullopt;
    v1::WatchRegionResponse message;
    EXPECT_TRUE(message.ParseFromString(*bytes));
    return message;
  }

  static void Touch(RegionWatch& watch,
                    const std::vector<Transition>& transitions) {
    for (const Transition& transition : transitions) watch.Touch(transition);
  }

  storage::Revision TokenOf(const v1::WatchRegionResponse& message) {
    return DecodeResumeToken(message.resume_token(), kFingerprint)->revision();
  }

  static std::vector<NeedSpec> Many(int from, int to) {
    std::vector<NeedSpec> specs;
    for (int i = from; i < to; ++i) {
      specs.push_back({.name = absl::StrCat("n", i), .latitude = 1});
    }
    return specs;
  }

  ViewedLedger store_;
};

TEST_F(RegionWatchTest, FirstMessageIsAResetEvenWhenNothingIsThere) {
  RegionWatch watch(Around());
  const auto message = Next(watch);
  ASSERT_TRUE(message.has_value());
  EXPECT_TRUE(message->reset());
  EXPECT_TRUE(message->current());
  EXPECT_EQ(TokenOf(*message), store_.revision());
  EXPECT_FALSE(watch.HasNews());
}

TEST_F(RegionWatchTest, LargeSnapshotIsCurrentWithItsLastPartOnly) {
  store_.PutAll(Many(0, 450));
  RegionWatch watch(Around());
  bool first = true;
  for (const int events : {200, 200, 50}) {
    const auto message = Next(watch);
    ASSERT_TRUE(message.has_value());
    EXPECT_EQ(message->events_size(), events);
    EXPECT_EQ(message->reset(), std::exchange(first, false));
    EXPECT_EQ(message->current(), events == 50);
    // A client that is cut within a first snapshot begins again.
    EXPECT_EQ(TokenOf(*message), events == 50 ? store_.revision() : 0);
    EXPECT_EQ(message->revision(), store_.revision());
  }
  EXPECT_FALSE(watch.HasNews());
}

TEST_F(RegionWatchTest, TokenOfAPartialBatchIsThatOfTheLastWholeState) {
  RegionWatch watch(Around());
  const storage::Revision whole = TokenOf(*Next(watch));
  Touch(watch, store_.PutAll(Many(0, 300)));
  EXPECT_EQ(TokenOf(*Next(watch)), whole);
  EXPECT_EQ(TokenOf(*Next(watch)), store_.revision());
}

TEST_F(RegionWatchTest, TokenOfAPartialResumptionIsStillTheOldOne) {
  const storage::Revision then = store_.revision();
  store_.PutAll(Many(0, 300));
  RegionWatch::Options options = Around();
  options.resume_after = then;
  RegionWatch watch(options);
  ASSERT_TRUE(watch.Start(store_.view(), store_.ledger()).ok());
  const auto part = Next(watch);
  EXPECT_FALSE(part->reset());
  EXPECT_FALSE(part->current());
  EXPECT_EQ(part->events_size(), 200);
  EXPECT_EQ(TokenOf(*part), then) << "the rest would be lost by a cut here";
  EXPECT_EQ(TokenOf(*Next(watch)), store_.revision());
}

TEST_F(RegionWatchTest, ResumptionTakesBackWhatCameAndWent) {
  const storage::Revision then = store_.revision();
  store_.Put({.name = "a", .latitude = 1});
  store_.Delete("a");
  store_.Put({.name = "out", .latitude = 50});
  store_.Delete("out");
  RegionWatch::Options options = Around();
  options.resume_after = then;
  RegionWatch watch(options);
  ASSERT_TRUE(watch.Start(store_.view(), store_.ledger()).ok());
  const auto message = Next(watch);
  ASSERT_EQ(message->events_size(), 1) << "a cut batch may have told of a";
  EXPECT_EQ(message->events(0).leave().name(), "needs/a");
}

TEST_F(RegionWatchTest, EventsTellComingChangingAndLeaving) {
  RegionWatch watch(Around());
  Next(watch);
  Touch(watch, store_.Put({.name = "a", .latitude = 1}));
  EXPECT_TRUE(Next(watch)->events(0).has_enter());
  Touch(watch, store_.Put({.name = "a", .latitude = 1.5}));
  EXPECT_TRUE(Next(watch)->events(0).has_change());
  Touch(watch, store_.Put({.name = "a", .latitude = 5}));
  EXPECT_EQ(Next(watch)->events(0).leave().name(), "needs/a");
  Touch(watch, store_.Put({.name = "a", .latitude = 6}));
  EXPECT_FALSE(watch.HasNews());
}

TEST_F(RegionWatchTest, WhatComesAndGoesBetweenMessagesIsNoMessage) {
  RegionWatch watch(Around());
  Next(watch);
  Touch(watch, store_.Put({.name = "a", .latitude = 1}));
  Touch(watch, store_.Delete("a"));
  EXPECT_FALSE(Next(watch).has_value());
  EXPECT_FALSE(watch.HasNews());
}

TEST_F(RegionWatchTest, ChangesWhileASnapshotIsSentComeAfterIt) {
  store_.PutAll(Many(0, 300));
  RegionWatch watch(Around());
  EXPECT_FALSE(Next(watch)->current());
  Touch(watch, store_.Put({.name = "late", .latitude = 1}));
  const auto last = Next(watch);
  EXPECT_TRUE(last->current());
  EXPECT_EQ(last->revision(), store_.revision() - 1);
  const auto after = Next(watch);
  ASSERT_EQ(after->events_size(), 1);
  EXPECT_EQ(after->events(0).enter().need().name(), "needs/late");
  EXPECT_EQ(after->revision(), store_.revision());
}

TEST_F(RegionWatchTest, ChangesThatTheSnapshotHasAreNotToldAgain) {
  const auto change = store_.Put({.name = "a", .latitude = 1});
  RegionWatch watch(Around());
  Next(watch);
  Touch(watch, change);  // the hub is behind the view
  EXPECT_FALSE(watch.HasNews());
}

TEST_F(RegionWatchTest, SkipWithinABatchLeavesTheRestOfItOut) {
  RegionWatch watch(Around());
  Next(watch);
  Touch(watch, store_.PutAll(Many(0, 300)));
  EXPECT_FALSE(Next(watch)->current());
  watch.Skip();
  const auto message = Next(watch);
  EXPECT_TRUE(message->reset());
  EXPECT_EQ(message->events_size(), 200) << "a snapshot, in parts";
}

TEST_F(RegionWatchTest, WatchTooFarBehindSkipsToASnapshot) {
  store_.Put({.name = "there", .latitude = 1});
  RegionWatch watch(Around());
  Next(watch);
  for (size_t i = 0; i <= kMaxChangesBehind; ++i) {
    Transition transition;
    transition.revision = store_.revision() + 1;
    transition.after = EntryOf({.name = absl::StrCat("far", i), .latitude = 1},
                               transition.revision);
    watch.Touch(transition);
  }
  const auto message = Next(watch);
  EXPECT_TRUE(message->reset());
  EXPECT_TRUE(message->current());
  EXPECT_EQ(message->events_size(), 1) << "what the view has";
}

TEST_F(RegionWatchTest, CircleIsCoveredToItsEdgeAndNoFarther) {
  const geo::Point center = *geo::Point::FromDegrees({10, 106});
  RegionWatch::Options options(*geo::Region::Circle(center, 1'000));
  options.circle = RegionWatch::Circle{center, 1'000};
  const RegionWatch watch(options);
  geo::ReverseIndex index;
  watch.Cover(7, &index);
  const auto finds = [&index](double latitude) {
    std::vector<geo::ReverseIndex::Id> found;
    index.Find(*geo::Point::FromDegrees({latitude, 106}), &found);
    return found.size();
  };
  EXPECT_EQ(finds(10.00899), 1u);  // 999.6 m
  EXPECT_EQ(finds(10.00900), 0u);  // 1,000.8 m
}

}  // namespace
}  // namespace xom::core
