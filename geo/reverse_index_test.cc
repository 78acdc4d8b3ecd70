#include "geo/reverse_index.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <map>
#include <set>

#include "geo/random_points.h"

namespace xom::geo {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

std::vector<ReverseIndex::Id> Find(const ReverseIndex& index,
                                   const Point& point) {
  std::vector<ReverseIndex::Id> out;
  index.Find(point, &out);
  return out;
}

TEST(ReverseIndexTest, FollowsTheLatestShapeOfAWatch) {
  const Point here = RandomPoints::At(10, 106);
  const Point there = RandomPoints::At(-10, -60);
  ReverseIndex index;
  index.Remove(7);
  EXPECT_THAT(Find(index, here), IsEmpty());
  index.SetDisc(7, here, ChordLength2FromMeters(500));
  EXPECT_THAT(Find(index, here), ElementsAre(7));
  EXPECT_THAT(Find(index, there), IsEmpty());
  index.SetRegion(7, *Region::Circle(there, 500));
  EXPECT_THAT(Find(index, here), IsEmpty());
  EXPECT_THAT(Find(index, there), ElementsAre(7));
  index.SetDisc(7, here, kMaxChordLength2);
  EXPECT_THAT(Find(index, there), ElementsAre(7));
  EXPECT_EQ(index.size(), 1);
  index.Remove(7);
  EXPECT_EQ(index.size(), 0);
  EXPECT_THAT(Find(index, here), IsEmpty());
}

TEST(ReverseIndexTest, FindsThePointOfADiscWithoutRadius) {
  RandomPoints random;
  SCOPED_TRACE(random.seed_message());
  for (int i = 0; i < 500; ++i) {
    const Point p = random.Any();
    ReverseIndex index;
    index.SetDisc(1, p, 0);
    EXPECT_THAT(Find(index, p), ElementsAre(1));
  }
}

TEST(ReverseIndexTest, AppendsToWhatIsThere) {
  ReverseIndex index;
  index.SetDisc(5, Point(), 1);
  std::vector<ReverseIndex::Id> out = {9};
  index.Find(Point(), &out);
  EXPECT_THAT(out, ElementsAre(9, 5));
}

// What is found in vain is asked in vain.
TEST(ReverseIndexTest, TouchesLittleBesideABox) {
  RandomPoints random;
  SCOPED_TRACE(random.seed_message());
  size_t held = 0;
  size_t found = 0;
  for (int i = 0; i < 200; ++i) {
    const LatLng corner = {random.Uniform(-50, 50), random.Uniform(-170, 170)};
    const double degrees = std::exp(random.Uniform(-6, -2));
    const Region box =
        *Region::Box(corner, {corner.latitude_degrees + degrees,
                              corner.longitude_degrees + degrees});
    ReverseIndex index;
    index.SetRegion(1, box);
    for (int j = 0; j < 200; ++j) {
      const Point p = RandomPoints::At(
          corner.latitude_degrees + degrees * random.Uniform(-1, 2),
          corner.longitude_degrees + degrees * random.Uniform(-1, 2));
      held += box.Contains(p);
      found += Find(index, p).size();
    }
  }
  EXPECT_LT(found, held * 17 / 10);
}

struct Watch {
  Point center;
  double chord_length2 = 0;
  std::optional<Region> region;

  bool Touches(const Point& p) const {
    if (region.has_value()) return region->Contains(p);
    return ChordLength2(center, p) <= chord_length2;
  }
};

TEST(ReverseIndexTest, NeverMissesWhileWatchesComeAndGo) {
  RandomPoints random;
  SCOPED_TRACE(random.seed_message());
  ReverseIndex index;
  std::map<ReverseIndex::Id, Watch> watches;
  std::vector<Point> known;
  size_t found = 0, touched = 0;
  for (int step = 0; step < 4'000; ++step) {
    const ReverseIndex::Id id = random.Below(200);
    known.push_back(random.Any(known));
    const double meters = std::exp(random.Uniform(-3, 16));
    Watch watch{known.back(), ChordLength2FromMeters(meters), std::nullopt};
    if (random.OneIn(5)) {
      watches.erase(id);
      index.Remove(id);
    } else if (random.OneIn(3)) {
      watch.region = *Region::Circle(watch.center, meters);
      index.SetRegion(id, *watch.region);
      watches[id] = watch;
    } else {
      index.SetDisc(id, watch.center, watch.chord_length2);
      watches[id] = watch;
    }
    ASSERT_EQ(index.size(), watches.size());
    const Point p = random.Any(known);
    const std::vector<ReverseIndex::Id> ids = Find(index, p);
    const std::set<ReverseIndex::Id> unique(ids.begin(), ids.end());
    ASSERT_EQ(unique.size(), ids.size()) << "an id was reported twice";
    for (const auto& [watch_id, w] : watches) {
      if (w.Touches(p)) {
        ASSERT_EQ(unique.count(watch_id), 1) << watch_id;
      }
      if (!w.region.has_value() && unique.count(watch_id) == 1) {
        ASSERT_TRUE(w.Touches(p)) << "discs are exact";
      }
      touched += w.Touches(p);
    }
    for (ReverseIndex::Id i : ids) ASSERT_EQ(watches.count(i), 1) << i;
    found += ids.size();
  }
  EXPECT_GT(touched, 4'000);
  EXPECT_LT(found, touched * 2);
}

}  // namespace
}  // namespace xom::geo
