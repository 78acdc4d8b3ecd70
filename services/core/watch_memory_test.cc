// What a standing watch keeps, counted: the allocation counter is linked in.
#include <gtest/gtest.h>

#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "services/core/allocation_counter.h"
#include "services/core/fake_clock.h"
#include "services/core/limits.h"
#include "services/core/nearest_watch.h"
#include "services/core/region_watch.h"
#include "services/core/watch_hub.h"
#include "services/core/watch_testing.h"

namespace xom::core {
namespace {

class WatchMemoryTest : public testing::Test {
 protected:
  static std::unique_ptr<Watch> RegionAround(double latitude) {
    RegionWatch::Options options(
        *geo::Region::Box({latitude - 1, -1}, {latitude + 1, 1}));
    options.kinds[static_cast<size_t>(Kind::kNeed)] = true;
    return std::make_unique<RegionWatch>(std::move(options));
  }

  // Of the nearest to 0, 0.
  static std::unique_ptr<Watch> Nearest(size_t k) {
    NearestWatch::Options options;
    options.nearness.k = k;
    return std::make_unique<NearestWatch>(std::move(options));
  }

  // What of it is kept since `before` when it has said all that it had to say.
  int64_t BytesOnceTold(Watch& watch, int64_t before) {
    while (watch.HasNews()) {
      const auto message = watch.Next(store_.view(), store_.revision());
      if (!message.has_value()) break;
      told_ += message->size();
    }
    return AllocatedBytes() - before;
  }

  static std::vector<NeedSpec> Many(int count, double latitude) {
    std::vector<NeedSpec> specs;
    for (int i = 0; i < count; ++i) {
      specs.push_back({.name = absl::StrCat("n", i), .latitude = latitude});
    }
    return specs;
  }

  ViewedLedger store_;
  size_t told_ = 0;  // bytes of messages
};

TEST_F(WatchMemoryTest, ARegionKeepsNothingOfItsSnapshot) {
  constexpr double kCrowded = 10;
  constexpr double kEmpty = 50;
  store_.PutAll(Many(1'000, kCrowded));
  int64_t least = 0;
  for (int i = 0; i < 2; ++i) {  // what is made once is made by the first
    const int64_t before = AllocatedBytes();
    const auto empty = RegionAround(kEmpty);
    least = BytesOnceTold(*empty, before);
  }
  ASSERT_LT(told_, 1'000);
  const int64_t before = AllocatedBytes();
  const auto crowded = RegionAround(kCrowded);
  EXPECT_LE(BytesOnceTold(*crowded, before), least);
  EXPECT_GT(told_, 10'000);
}

TEST_F(WatchMemoryTest, ARegionSkippedWithinItsSnapshotKeepsNothingOfIt) {
  store_.PutAll(Many(1'000, 0));
  RegionAround(0)->Next(store_.view(), store_.revision());
  const int64_t before = AllocatedBytes();
  const auto watch = RegionAround(0);
  const int64_t fresh = AllocatedBytes() - before;
  watch->Next(store_.view(), store_.revision());
  ASSERT_GT(AllocatedBytes() - before, fresh);
  watch->Skip();
  EXPECT_LE(AllocatedBytes() - before, fresh);
}

TEST_F(WatchMemoryTest, ASkippedListKeepsNothingOfWhatItHeldOrNoted) {
  store_.PutAll(Many(100, 0));
  const int64_t before = AllocatedBytes();
  const auto watch = Nearest(100);
  const int64_t fresh = AllocatedBytes() - before;
  ASSERT_GT(BytesOnceTold(*watch, before), fresh);
  for (const Transition& transition : store_.Put({.name = "n1"})) {
    watch->Touch(transition);
  }
  watch->Skip();
  EXPECT_LE(AllocatedBytes() - before, fresh);
}

TEST_F(WatchMemoryTest, AListWithTooManyChangesForgetsThem) {
  store_.PutAll(Many(1, 0));
  const auto watch = Nearest(2);
  BytesOnceTold(*watch, 0);
  const auto transitions = store_.Put({.name = "n0"});
  const int64_t before = AllocatedBytes();
  watch->Touch(transitions.at(0));
  ASSERT_GT(AllocatedBytes(), before);
  for (int i = 0; i < 1'000; ++i) watch->Touch(transitions[0]);
  EXPECT_LE(AllocatedBytes(), before);
}

TEST_F(WatchMemoryTest, TheHubKeepsNothingOfWhatNobodyWatches) {
  FakeClock clock(absl::FromUnixSeconds(1'600'000'000));
  WatchHub hub(&store_.view(), &store_.ledger(), &clock);
  const auto transitions = store_.PutAll(Many(1'000, 0));
  ASSERT_EQ(transitions.size(), 1'000u);
  const int64_t before = AllocatedBytes();
  hub.Publish(store_.revision(), transitions);
  EXPECT_LT(AllocatedBytes() - before, 1'000);
}

}  // namespace
}  // namespace xom::core
