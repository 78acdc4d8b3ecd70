// What a standing watch keeps, counted: the allocation counter is linked in.
#include <gtest/gtest.h>

#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "services/core/allocation_counter.h"
#include "services/core/limits.h"
#include "services/core/nearest_watch.h"
#include "services/core/region_watch.h"
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

  // Of a watch that has said what it had to say.
  int64_t BytesOnceTold(Watch& watch, int64_t before) {
    while (watch.Next(store_.view(), store_.revision()).has_value() &&
           watch.HasNews()) {
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
};

TEST_F(WatchMemoryTest, ARegionKeepsNothingOfItsSnapshot) {
  constexpr double kCrowded = 10;
  constexpr double kEmpty = 50;
  store_.PutAll(Many(1'000, kCrowded));
  int64_t before = AllocatedBytes();
  const auto empty = RegionAround(kEmpty);
  const int64_t least = BytesOnceTold(*empty, before);
  before = AllocatedBytes();
  const auto crowded = RegionAround(kCrowded);
  EXPECT_LE(BytesOnceTold(*crowded, before), least);
}

TEST_F(WatchMemoryTest, ASkippedWatchKeepsNothingOfWhatItHeld) {
  store_.PutAll(Many(100, 0));
  const int64_t before = AllocatedBytes();
  const auto watch = Nearest(100);
  const int64_t fresh = AllocatedBytes() - before;
  ASSERT_GT(BytesOnceTold(*watch, before), fresh);
  watch->Skip();
  EXPECT_LE(AllocatedBytes() - before, fresh);
}

}  // namespace
}  // namespace xom::core
