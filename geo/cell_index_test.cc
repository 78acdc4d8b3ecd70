// CellIndex against a plain list that is sorted for each question.
#include "geo/cell_index.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <memory>

#include "absl/strings/str_cat.h"
#include "geo/public_point.h"
#include "geo/random_points.h"

namespace xom::geo {
namespace {

struct Row final : IndexedItem {
  Point point() const override { return place; }
  absl::string_view name() const override { return letters; }

  int number = 0;
  Point place;
  std::string letters;
};

// Owns rows and mirrors each change of the index.
class CellIndexTest : public ::testing::Test {
 protected:
  Row* Add(const Point& point) {
    auto row = std::make_unique<Row>();
    row->place = point;
    row->categories = uint64_t{1} << random_.Below(64);
    row->categories |= uint64_t{1} << random_.Below(4);
    row->urgency = static_cast<int>(random_.Below(3));
    row->create_time_micros = static_cast<int64_t>(random_.Below(4));
    row->number = next_++;
    // Names out of step with the order of insertion.
    row->letters =
        absl::StrCat("needs/", row->number * 7919 % 10'007, "-", row->number);
    rows_.push_back(std::move(row));
    index_.Insert(rows_.back().get());
    return rows_.back().get();
  }

  void RemoveAt(size_t i) {
    EXPECT_TRUE(index_.Remove(rows_[i].get()));
    EXPECT_FALSE(index_.Remove(rows_[i].get()));
    std::swap(rows_[i], rows_.back());
    rows_.pop_back();
  }

  // Places with dozens of rows on one exact point, and some scattered.
  void Fill(size_t count) {
    std::vector<Point> known;
    while (rows_.size() < count) {
      known.push_back(random_.Any(known));
      const size_t same = random_.OneIn(20) ? 200 : 1;
      for (size_t i = 0; i < same; ++i) Add(known.back());
    }
  }

  static bool Passes(const IndexedItem& item, uint64_t any_category,
                     int min_urgency, const Accept& accept) {
    return (any_category == 0 || (item.categories & any_category) != 0) &&
           item.urgency >= min_urgency && (accept == nullptr || accept(item));
  }

  std::vector<const IndexedItem*> NearestByBruteForce(const NearestQuery& q) {
    const double max = ChordLength2FromMeters(q.max_distance_meters);
    std::vector<std::pair<RankKey, const IndexedItem*>> ranked;
    for (const auto& row : rows_) {
      RankKey key = RankKeyOf(*row, q.center);
      if (key.chord_length2 > max) continue;
      if (q.after.has_value() && !(*q.after < key)) continue;
      if (!Passes(*row, q.any_category, q.min_urgency, q.accept)) continue;
      ranked.emplace_back(std::move(key), row.get());
    }
    std::sort(ranked.begin(), ranked.end(),
              [](const auto& a, const auto& b) { return a.first < b.first; });
    if (ranked.size() > q.limit) ranked.resize(q.limit);
    std::vector<const IndexedItem*> items;
    for (const auto& r : ranked) items.push_back(r.second);
    return items;
  }

  void ExpectExact(const NearestQuery& q) {
    std::vector<const IndexedItem*> items;
    for (const Neighbor& n : index_.Nearest(q)) {
      items.push_back(n.item);
      ASSERT_EQ(n.chord_length2, ChordLength2(n.item->point(), q.center));
    }
    ASSERT_EQ(items, NearestByBruteForce(q))
        << "center " << q.center.degrees().latitude_degrees << ", "
        << q.center.degrees().longitude_degrees << " limit " << q.limit
        << " max " << q.max_distance_meters << " rows " << rows_.size();
  }

  Point SomeCenter() {
    if (!rows_.empty() && random_.OneIn(2)) {
      const Point& p = rows_[random_.Below(rows_.size())]->point();
      return random_.OneIn(2) ? p : random_.Near(p, 1'000);
    }
    return random_.Any();
  }

  NearestQuery SomeQuery() {
    static constexpr size_t kLimits[] = {0, 1, 2, 20, 100, 1'000'000};
    static constexpr double kMeters[] = {0, 1, 500, 50'000, 5e6, 2e7, 1e9};
    NearestQuery q;
    q.center = SomeCenter();
    q.limit = kLimits[random_.Below(std::size(kLimits))];
    if (random_.OneIn(3)) {
      q.max_distance_meters = kMeters[random_.Below(std::size(kMeters))];
    }
    if (random_.OneIn(3)) q.any_category = uint64_t{5} << random_.Below(60);
    if (random_.OneIn(3)) q.min_urgency = static_cast<int>(random_.Below(4));
    if (random_.OneIn(4) && !rows_.empty()) {
      q.after = RankKeyOf(*rows_[random_.Below(rows_.size())], q.center);
    }
    if (random_.OneIn(4)) {
      q.accept = [](const IndexedItem& item) {
        return static_cast<const Row&>(item).number % 3 != 0;
      };
    }
    return q;
  }

  Region SomeRegion() {
    const Point p = SomeCenter();
    if (random_.OneIn(8)) return Region::WholeEarth();
    if (random_.OneIn(2)) {
      return *Region::Circle(p, std::exp(random_.Uniform(0, 17)));
    }
    if (random_.OneIn(2)) {
      const LatLng a = p.degrees();
      const LatLng b = SomeCenter().degrees();
      return *Region::Box({std::min(a.latitude_degrees, b.latitude_degrees),
                           a.longitude_degrees},
                          {std::max(a.latitude_degrees, b.latitude_degrees),
                           b.longitude_degrees});
    }
    while (true) {
      const absl::StatusOr<Region> polygon = Region::Polygon(
          {{random_.Near(p, 3e5).degrees(), random_.Near(p, 3e5).degrees(),
            random_.Any().degrees()}});
      if (polygon.ok()) return *polygon;
    }
  }

  RandomPoints random_;
  ::testing::ScopedTrace trace_{__FILE__, __LINE__, random_.seed_message()};
  std::vector<std::unique_ptr<Row>> rows_;
  CellIndex index_;
  int next_ = 0;
};

TEST_F(CellIndexTest, AnswersNothingWhenEmpty) {
  EXPECT_EQ(index_.size(), 0);
  EXPECT_TRUE(index_.Nearest({.center = Point(), .limit = 10}).empty());
  const Region earth = Region::WholeEarth();
  const RegionResult page = index_.InRegion({.region = &earth, .limit = 10});
  EXPECT_TRUE(page.items.empty());
  EXPECT_FALSE(page.next.has_value());
  Row row;
  EXPECT_FALSE(index_.Remove(&row));
}

TEST_F(CellIndexTest, NearestIsExactWhileItemsComeAndGo) {
  for (int round = 0; round < 12; ++round) {
    Fill(rows_.size() + random_.Below(600));
    for (size_t i = random_.Below(rows_.size()); i > 0; --i) {
      RemoveAt(random_.Below(rows_.size()));
    }
    ASSERT_EQ(index_.size(), rows_.size());
    for (int i = 0; i < 100; ++i) ExpectExact(SomeQuery());
    if (HasFatalFailure()) return;
  }
}

TEST_F(CellIndexTest, LoadedIndexIsExactWhileItemsComeAndGo) {
  const auto ahead = [](const auto& a, const auto& b) {
    return a->place.leaf_cell() < b->place.leaf_cell();
  };
  // One point that is written in two ways.
  for (int i = 0; i < 9; ++i)
    Add(RandomPoints::At(10, i % 2 == 0 ? 180 : -180));
  for (const bool in_order : {true, false}) {
    Fill(rows_.size() + 1'500);
    if (in_order) std::sort(rows_.begin(), rows_.end(), ahead);
    index_ = CellIndex();
    {
      CellIndex::Loader loader(&index_);
      for (const auto& row : rows_) loader.Add(row.get());
    }
    ASSERT_EQ(index_.size(), rows_.size());
    for (int i = 0; i < 100; ++i) ExpectExact(SomeQuery());
    for (int i = 0; i < 300; ++i) RemoveAt(random_.Below(rows_.size()));
    Fill(rows_.size() + 300);
    for (int i = 0; i < 100; ++i) ExpectExact(SomeQuery());
    if (HasFatalFailure()) return;
  }
}

TEST_F(CellIndexTest, NearestIsExactInACrowdedCityAndAroundIt) {
  const Point city = RandomPoints::At(10.7769, 106.7009);
  for (int i = 0; i < 6'000; ++i) {
    Add(i % 5 < 3 ? random_.Near(city, 15'000) : random_.Near(city, 9e5));
  }
  for (double meters : {100.0, 10'000.0, 30'000.0, 1e6, 1e7}) {
    for (int i = 0; i < 40; ++i) {
      NearestQuery q = SomeQuery();
      q.center = random_.Near(city, meters);
      ExpectExact(q);
      if (HasFatalFailure()) return;
    }
  }
}

TEST_F(CellIndexTest, NearestRanksManyItemsOfOnePoint) {
  const Point shared = RandomPoints::At(10.78, 106.69);
  for (int i = 0; i < 700; ++i) Add(shared);
  for (int i = 0; i < 50; ++i) Add(random_.Near(shared, 300));
  for (size_t limit : {1, 5, 100, 699, 700, 701, 750, 800}) {
    ExpectExact({.center = shared, .limit = limit});
    ExpectExact({.center = shared, .limit = limit, .max_distance_meters = 0});
    ExpectExact({.center = random_.Near(shared, 200), .limit = limit});
  }
  while (!rows_.empty()) RemoveAt(random_.Below(rows_.size()));
  EXPECT_EQ(index_.size(), 0);
}

TEST_F(CellIndexTest, PagesOfNearestJoinToTheWholeList) {
  Fill(1'500);
  for (int round = 0; round < 20; ++round) {
    NearestQuery q = SomeQuery();
    q.after.reset();
    q.limit = rows_.size();
    const std::vector<const IndexedItem*> whole = NearestByBruteForce(q);
    std::vector<const IndexedItem*> joined;
    q.limit = 1 + random_.Below(200);
    while (true) {
      const std::vector<Neighbor> page = index_.Nearest(q);
      for (const Neighbor& n : page) joined.push_back(n.item);
      if (page.size() < q.limit) break;
      q.after = RankKeyOf(*page.back().item, q.center);
    }
    ASSERT_EQ(joined, whole);
  }
}

TEST_F(CellIndexTest, AcceptIsAskedOnlyOfWhatWouldEnter) {
  Fill(2'000);
  size_t asked = 0;
  NearestQuery q{.center = rows_[0]->point(), .limit = 5, .min_urgency = 1};
  q.accept = [&](const IndexedItem& item) {
    ++asked;
    EXPECT_GE(item.urgency, 1);
    return true;
  };
  index_.Nearest(q);
  EXPECT_LT(asked, 400);
}

TEST_F(CellIndexTest, RegionPagesListEachItemOnceInOrder) {
  Fill(500);
  for (int round = 0; round < 60; ++round) {
    const Region region = SomeRegion();
    RegionQuery q{.region = &region};
    if (random_.OneIn(3)) q.any_category = uint64_t{5} << random_.Below(60);
    if (random_.OneIn(3)) q.min_urgency = static_cast<int>(random_.Below(4));
    if (random_.OneIn(3)) {
      q.accept = [](const IndexedItem& item) {
        return static_cast<const Row&>(item).number % 3 != 0;
      };
    }
    std::vector<const IndexedItem*> expected;
    for (const auto& row : rows_) {
      if (region.Contains(row->point()) &&
          Passes(*row, q.any_category, q.min_urgency, q.accept)) {
        expected.push_back(row.get());
      }
    }
    std::sort(expected.begin(), expected.end(), [](auto* a, auto* b) {
      return std::make_pair(a->point().leaf_cell(), a->name()) <
             std::make_pair(b->point().leaf_cell(), b->name());
    });
    q.limit = 1 + random_.Below(random_.OneIn(2) ? 20 : 3'000);
    if (random_.OneIn(2)) q.max_scanned = 1 + random_.Below(300);
    std::vector<const IndexedItem*> joined;
    for (size_t pages = 0; pages <= rows_.size() + 1; ++pages) {
      const RegionResult page = index_.InRegion(q);
      ASSERT_LE(page.items.size(), q.limit);
      joined.insert(joined.end(), page.items.begin(), page.items.end());
      q.after = page.next;
      if (!page.next.has_value()) break;
    }
    ASSERT_EQ(joined, expected);
    ASSERT_FALSE(q.after.has_value()) << "paging did not end";
  }
}

TEST_F(CellIndexTest, RegionPagesGoOnWithinTheFirstPoint) {
  for (int i = 0; i < 25; ++i) Add(Point());
  const Region circle = *Region::Circle(Point(), 10);
  RegionQuery q{.region = &circle, .limit = 10};
  size_t listed = 0;
  for (size_t expected : {10, 10, 5}) {
    const RegionResult page = index_.InRegion(q);
    ASSERT_EQ(page.items.size(), expected);
    listed += expected;
    q.after = page.next;
  }
  EXPECT_EQ(listed, rows_.size());
  EXPECT_FALSE(q.after.has_value());
}

TEST_F(CellIndexTest, RegionScanStopsAtItsBound) {
  const Point p = RandomPoints::At(1, 1);
  for (int i = 0; i < 500; ++i) Add(p)->urgency = 0;
  const Region circle = *Region::Circle(p, 10);
  size_t asked = 0;
  RegionQuery q{.region = &circle, .limit = 10, .max_scanned = 50};
  q.accept = [&](const IndexedItem&) { return ++asked == 0; };
  const RegionResult page = index_.InRegion(q);
  EXPECT_TRUE(page.items.empty());
  EXPECT_TRUE(page.next.has_value());
  EXPECT_EQ(asked, 50);
}

TEST_F(CellIndexTest, RegionScanCountsWhatTheFilterKeepsOut) {
  for (int place = 0; place < 20; ++place) {
    const Point p = RandomPoints::At(1, 0.001 * place);
    for (int i = 0; i < 30; ++i) Add(p);
  }
  const Region circle = *Region::Circle(RandomPoints::At(1, 0.01), 5'000);
  // Somebody of each point has the category, and somebody the urgency.
  RegionQuery q{.region = &circle,
                .any_category = 1,
                .min_urgency = 2,
                .limit = 1'000,
                .max_scanned = 100};
  size_t pages = 0;
  do {
    const RegionResult page = index_.InRegion(q);
    ASSERT_LE(page.items.size(), 130);
    q.after = page.next;
    ++pages;
  } while (q.after.has_value());
  EXPECT_GE(pages, 5);
}

// Two points of one leaf cell, a millimetre apart: names decide between them.
TEST_F(CellIndexTest, RegionPagesGoByNameWithinALeafCell) {
  const Point a = RandomPoints::At(10.5, 106.5);
  Point b = a;
  for (double off = 1e-9; b.unit().x == a.unit().x || b == a; off *= 2) {
    b = RandomPoints::At(10.5 + off, 106.5);
  }
  ASSERT_EQ(a.leaf_cell(), b.leaf_cell());
  for (int i = 0; i < 40; ++i) Add(i % 2 == 0 ? a : b);
  const Region circle = *Region::Circle(a, 10);
  RegionQuery q{.region = &circle, .limit = 7};
  std::vector<absl::string_view> names;
  do {
    const RegionResult page = index_.InRegion(q);
    for (const IndexedItem* item : page.items) names.push_back(item->name());
    q.after = page.next;
  } while (q.after.has_value());
  EXPECT_EQ(names.size(), 40);
  EXPECT_TRUE(std::is_sorted(names.begin(), names.end()));
}

// Degrees next to each other, one unit vector, and the edge of a box between.
TEST_F(CellIndexTest, RegionEdgesGoBetweenItemsOfOneUnitVector) {
  double latitude = 0;
  double north = 0;
  for (int i = 0; i < 10'000; ++i) {
    latitude = 10 + 0.0001 * i;
    north = std::nextafter(latitude, 90);
    const UnitVector a = RandomPoints::At(latitude, 20).unit();
    const UnitVector b = RandomPoints::At(north, 20).unit();
    if (a.x == b.x && a.y == b.y && a.z == b.z) break;
  }
  const Region box = *Region::Box({latitude - 1, 19}, {latitude, 21});
  const std::vector<Row*> inside = {Add(RandomPoints::At(latitude, 20)),
                                    Add(RandomPoints::At(latitude, 20))};
  for (int i = 0; i < 5; ++i) Add(RandomPoints::At(north, 20));
  const RegionResult page = index_.InRegion({.region = &box, .limit = 100});
  EXPECT_THAT(page.items, testing::UnorderedElementsAreArray(inside));
}

TEST_F(CellIndexTest, NearestRanksItemsOfPointsThatAreEquallyFar) {
  const Point center = RandomPoints::At(0, 0);
  const Point east = RandomPoints::At(0, 0.25);
  const Point west = RandomPoints::At(0, -0.25);
  ASSERT_EQ(ChordLength2(east, center), ChordLength2(west, center));
  for (int i = 0; i < 60; ++i) Add(random_.OneIn(2) ? east : west);
  for (size_t limit : {1, 2, 3, 7, 10, 30, 59, 60, 61}) {
    ExpectExact({.center = center, .limit = limit});
    ExpectExact({.center = center,
                 .limit = limit,
                 .after = RankKeyOf(*rows_[random_.Below(60)], center)});
  }
}

// Alone at their points, and alike but for the name.
TEST_F(CellIndexTest, NearestRanksByNameWhatIsElseAlike) {
  const Point center = RandomPoints::At(0, 0);
  for (const Point& point :
       {RandomPoints::At(0, 0.25), RandomPoints::At(0.25, 0),
        RandomPoints::At(0, -0.25), RandomPoints::At(-0.25, 0)}) {
    auto row = std::make_unique<Row>();
    row->place = point;
    row->letters = absl::StrCat(9 - rows_.size());
    rows_.push_back(std::move(row));
    index_.Insert(rows_.back().get());
  }
  for (size_t limit : {1, 2, 3, 4, 5}) {
    ExpectExact({.center = center, .limit = limit});
  }
}

TEST_F(CellIndexTest, PagesGoOnAfterTheLastItemWasRemoved) {
  Fill(500);
  const Region earth = Region::WholeEarth();
  RegionQuery q{.region = &earth, .limit = 100};
  const RegionResult first = index_.InRegion(q);
  q.after = first.next;
  const RegionResult second = index_.InRegion(q);
  ASSERT_TRUE(index_.Remove(first.items.back()));
  EXPECT_EQ(index_.InRegion(q).items, second.items);
}

// Ranks that do not fit into the word an entry carries, and those that do.
TEST_F(CellIndexTest, RanksUrgenciesAndTimesOfAnySize) {
  static constexpr int kUrgencies[] = {std::numeric_limits<int>::min(),
                                       -1'000,
                                       -129,
                                       -128,
                                       -127,
                                       0,
                                       126,
                                       127,
                                       128,
                                       std::numeric_limits<int>::max()};
  static constexpr int64_t kTimes[] = {std::numeric_limits<int64_t>::min(),
                                       -(int64_t{1} << 55) - 1,
                                       -(int64_t{1} << 55),
                                       -1,
                                       0,
                                       1'790'000'000'000'000,
                                       (int64_t{1} << 55) - 1,
                                       int64_t{1} << 55,
                                       std::numeric_limits<int64_t>::max()};
  const Point shared = RandomPoints::At(10.78, 106.69);
  for (int i = 0; i < 600; ++i) {
    auto row = std::make_unique<Row>();
    row->place = random_.OneIn(4) ? random_.Near(shared, 100) : shared;
    row->urgency = kUrgencies[random_.Below(std::size(kUrgencies))];
    row->create_time_micros = kTimes[random_.Below(std::size(kTimes))];
    row->letters = absl::StrCat(i * 7919 % 10'007);
    rows_.push_back(std::move(row));
    index_.Insert(rows_.back().get());
  }
  const Region earth = Region::WholeEarth();
  for (int min_urgency : kUrgencies) {
    for (size_t limit : {1, 7, 60, 600}) {
      ExpectExact(
          {.center = shared, .limit = limit, .min_urgency = min_urgency});
      const auto after = RankKeyOf(*rows_[random_.Below(600)], shared);
      ExpectExact({.center = shared,
                   .limit = limit,
                   .min_urgency = min_urgency,
                   .after = after});
    }
    EXPECT_EQ(
        index_
            .InRegion(
                {.region = &earth, .min_urgency = min_urgency, .limit = 1'000})
            .items.size(),
        std::count_if(rows_.begin(), rows_.end(), [&](const auto& row) {
          return row->urgency >= min_urgency;
        }));
  }
}

// As many needs have one public point, in cells side by side.
TEST_F(CellIndexTest, NearestIsExactAmongCrowdedCellCentres) {
  const Point city = RandomPoints::At(10.7769, 106.7009);
  for (int i = 0; i < 5'000; ++i) {
    Add(PublicPoint(random_.Near(city, 2'000), kDefaultPrecision));
  }
  for (int i = 0; i < 150; ++i) {
    NearestQuery q = SomeQuery();
    q.center = PublicPoint(random_.Near(city, 2'500), kDefaultPrecision);
    ExpectExact(q);
    if (HasFatalFailure()) return;
  }
}

TEST_F(CellIndexTest, NearestReplacesWhatTheResultHeld) {
  Fill(300);
  const NearestQuery query{.center = rows_[0]->point(), .limit = 7};
  std::vector<Neighbor> out(100);
  index_.Nearest(query, &out);
  const std::vector<Neighbor> fresh = index_.Nearest(query);
  ASSERT_EQ(out.size(), 7);
  for (size_t i = 0; i < out.size(); ++i) {
    EXPECT_EQ(out[i].item, fresh[i].item);
  }
  index_.Nearest({.center = Point(), .limit = 0}, &out);
  EXPECT_TRUE(out.empty());
}

TEST(RankKeyTest, OrdersByDistanceUrgencyAgeName) {
  const RankKey key{0.5, 2, 100, "m"};
  for (const RankKey& later :
       {RankKey{0.6, 9, 1, "a"}, RankKey{0.5, 1, 1, "a"},
        RankKey{0.5, 2, 101, "a"}, RankKey{0.5, 2, 100, "n"}}) {
    EXPECT_TRUE(key < later);
    EXPECT_FALSE(later < key);
  }
  EXPECT_FALSE(key < key);
}

}  // namespace
}  // namespace xom::geo
