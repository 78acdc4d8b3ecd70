#include "services/core/nearest_edits.h"

#include <gtest/gtest.h>

#include <random>

#include "absl/strings/str_cat.h"
#include "services/core/watch_testing.h"
#include "xom/v1/watch_service.pb.h"

namespace xom::core {
namespace {

RankedNeed Ranked(const std::string& name, storage::Revision revision) {
  return {boost::static_pointer_cast<const NeedEntry>(EntryOf(
              {.name = name, .situation = absl::StrCat(revision)}, revision)),
          0};
}

using Row = std::pair<std::string, std::string>;  // name, situation

Row RowOf(const v1::NearestNeed& nearest) {
  return {nearest.need().name(), nearest.need().situation()};
}

std::vector<v1::NearestNeedEvent> EditsBetween(const RankedNeeds& held,
                                               const RankedNeeds& wanted) {
  std::string bytes;
  AppendEdits(held, wanted, &bytes);
  v1::WatchNearestNeedsResponse message;
  EXPECT_TRUE(message.ParseFromString(bytes));
  EXPECT_EQ(message.SerializeAsString(), bytes);
  return {message.events().begin(), message.events().end()};
}

// A client's list after the edits; each must fit.
std::vector<Row> Apply(const std::vector<v1::NearestNeedEvent>& edits,
                       std::vector<Row> list) {
  for (const auto& edit : edits) {
    if (edit.has_enter()) {
      EXPECT_LE(static_cast<size_t>(edit.enter().rank()), list.size());
      list.insert(list.begin() + edit.enter().rank(),
                  RowOf(edit.enter().nearest_need()));
    } else if (edit.has_change()) {
      Row& row = list.at(static_cast<size_t>(edit.change().rank()));
      EXPECT_EQ(row.first, edit.change().nearest_need().need().name());
      row = RowOf(edit.change().nearest_need());
    } else if (edit.has_move()) {
      const auto from = list.begin() + edit.move().from_rank();
      EXPECT_EQ(from->first, edit.move().nearest_need().need().name());
      list.erase(from);
      list.insert(list.begin() + edit.move().to_rank(),
                  RowOf(edit.move().nearest_need()));
    } else {
      const auto at = list.begin() + edit.leave().rank();
      EXPECT_EQ(at->first, edit.leave().name());
      list.erase(at);
    }
  }
  return list;
}

TEST(NearestEditsTest, EditsOfTheOldListGiveTheNewList) {
  std::mt19937_64 random(storage::TestSeed());
  for (int round = 0; round < 2'000; ++round) {
    std::vector<int> numbers(12);
    for (size_t i = 0; i < numbers.size(); ++i)
      numbers[i] = static_cast<int>(i);
    RankedNeeds held;
    std::vector<Row> list;
    std::shuffle(numbers.begin(), numbers.end(), random);
    for (size_t i = random() % 10; i-- > 0;) {
      const std::string name = absl::StrCat("n", numbers[i]);
      held.push_back(Ranked(name, 1));
      list.push_back({"needs/" + name, "1"});
    }
    std::shuffle(numbers.begin(), numbers.end(), random);
    RankedNeeds wanted;
    std::vector<Row> expected;
    for (size_t i = random() % 10; i-- > 0;) {
      const auto revision = static_cast<storage::Revision>(1 + random() % 2);
      wanted.push_back(Ranked(absl::StrCat("n", numbers[i]), revision));
      expected.push_back(
          {absl::StrCat("needs/n", numbers[i]), absl::StrCat(revision)});
    }
    const auto edits = EditsBetween(held, wanted);
    ASSERT_EQ(Apply(edits, list), expected) << "round " << round;
    ASSERT_LE(edits.size(), list.size() + expected.size());
  }
}

TEST(NearestEditsTest, EqualListsNeedNoEdit) {
  const RankedNeeds wanted = {Ranked("a", 1), Ranked("b", 7)};
  EXPECT_TRUE(EditsBetween({Ranked("a", 1), Ranked("b", 7)}, wanted).empty());
}

TEST(NearestEditsTest, OneNeedThatComesNearerIsOneMove) {
  const RankedNeeds wanted = {Ranked("c", 9), Ranked("a", 1), Ranked("b", 2)};
  const auto edits =
      EditsBetween({Ranked("a", 1), Ranked("b", 2), Ranked("c", 3)}, wanted);
  ASSERT_EQ(edits.size(), 1u);
  EXPECT_EQ(edits[0].move().from_rank(), 2);
  EXPECT_EQ(edits[0].move().to_rank(), 0);
}

TEST(NearestEditsTest, NeedThatEntersAFullListPushesOneOut) {
  const RankedNeeds wanted = {Ranked("x", 9), Ranked("a", 1)};
  const auto edits = EditsBetween({Ranked("a", 1), Ranked("b", 2)}, wanted);
  ASSERT_EQ(edits.size(), 2u);
  EXPECT_EQ(edits[0].leave().name(), "needs/b");
  EXPECT_EQ(edits[1].enter().rank(), 0);
}

}  // namespace
}  // namespace xom::core
