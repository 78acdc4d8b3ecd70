#include "services/core/ranked_needs.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <random>

#include "absl/strings/str_cat.h"
#include "services/core/watch_testing.h"

namespace xom::core {
namespace {

// Few places and urgencies, so that many needs are at one distance.
RankedNeed Ranked(int name, std::mt19937_64& random) {
  const auto place = static_cast<double>(random() % 6);
  const auto urgency = static_cast<v1::Urgency>(1 + random() % 2);
  return {boost::static_pointer_cast<const NeedEntry>(
              EntryOf({.name = absl::StrCat(name), .urgency = urgency}, 1)),
          place};
}

std::vector<const NeedEntry*> EntriesOf(const RankedNeeds& list) {
  std::vector<const NeedEntry*> entries;
  for (const RankedNeed& ranked : list) entries.push_back(ranked.need.get());
  return entries;
}

// All needs that there are, and the first of them by sorting.
class World {
 public:
  explicit World(size_t k) : k_(k) {}

  RankedStep Change(int name, std::mt19937_64& random) {
    RankedStep step;
    step.before = std::exchange(needs_[name], {});
    if (step.before.need == nullptr || random() % 2 == 0) {
      step.after = needs_[name] = Ranked(name, random);
    }
    return step;
  }
  RankedNeeds First() const {
    RankedNeeds all;
    for (const auto& [name, ranked] : needs_) {
      if (ranked.need != nullptr) all.push_back(ranked);
    }
    std::sort(all.begin(), all.end(), [](const auto& a, const auto& b) {
      return std::make_tuple(a.chord_length2, -a.need->urgency,
                             a.need->name()) <
             std::make_tuple(b.chord_length2, -b.need->urgency, b.need->name());
    });
    all.resize(std::min(all.size(), k_));
    return all;
  }

 private:
  const size_t k_;
  std::map<int, RankedNeed> needs_;
};

TEST(RankedNeedsTest, StepsGiveWhatSortingAllGivesOrNothing) {
  std::mt19937_64 random(storage::TestSeed());
  int known = 0;
  int unknown = 0;
  for (int round = 0; round < 3'000; ++round) {
    const size_t k = 1 + random() % 6;
    World world(k);
    for (size_t i = random() % 12; i-- > 0;) {
      world.Change(static_cast<int>(random() % 12), random);
    }
    const RankedNeeds before = world.First();
    std::vector<RankedStep> steps;
    for (size_t i = random() % 5; i-- > 0;) {
      RankedStep step = world.Change(static_cast<int>(random() % 12), random);
      // As a watch sees it: nothing beyond the last of a full list.
      for (RankedNeed* side : {&step.before, &step.after}) {
        if (before.size() == k && side->need != nullptr &&
            side->chord_length2 > before.back().chord_length2) {
          *side = {};
        }
      }
      steps.push_back(step);
    }
    const auto after = RankedAfter(steps, before, k);
    ++(after.has_value() ? known : unknown);
    if (after.has_value()) {
      ASSERT_EQ(EntriesOf(*after), EntriesOf(world.First()))
          << "round " << round;
    }
  }
  // Neither is rare.
  EXPECT_GT(known, 1'000);
  EXPECT_GT(unknown, 100);
}

TEST(RankedNeedsTest, NeedThatComesIntoAFullListPushesTheLastOut) {
  const auto at = [](const std::string& name, double place) -> RankedNeed {
    return {
        boost::static_pointer_cast<const NeedEntry>(EntryOf({.name = name}, 1)),
        place};
  };
  const RankedNeeds before = {at("a", 1), at("b", 2)};
  const auto after =
      RankedAfter({{.before = {}, .after = at("c", 1.5)}}, before, 2);
  ASSERT_TRUE(after.has_value());
  EXPECT_EQ(after->at(0).need, before[0].need);
  EXPECT_EQ(after->at(1).need->name(), "needs/c");
  EXPECT_EQ(RankedAfter({{.before = before[0], .after = {}}}, before, 2),
            std::nullopt);
}

}  // namespace
}  // namespace xom::core
