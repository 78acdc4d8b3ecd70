#include "cli/region_set.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace xom::cli {
namespace {

using testing::ElementsAre;
using testing::Key;
using testing::SizeIs;

v1::WatchRegionResponse EnterNeed(const std::string& name) {
  v1::WatchRegionResponse message;
  message.add_events()->mutable_enter()->mutable_need()->set_name(name);
  return message;
}

TEST(RegionSetTest, HoldsEveryKindByName) {
  v1::WatchRegionResponse message;
  message.set_reset(true);
  message.add_events()->mutable_enter()->mutable_need()->set_name("needs/a");
  message.add_events()->mutable_enter()->mutable_offer()->set_name("offers/a");
  message.add_events()->mutable_enter()->mutable_supply_point()->set_name(
      "supplyPoints/a");
  RegionSet set;
  ASSERT_TRUE(set.Apply(message).ok());
  EXPECT_THAT(set.resources(), ElementsAre(Key("needs/a"), Key("offers/a"),
                                           Key("supplyPoints/a")));
}

TEST(RegionSetTest, IsCurrentOnlyAtTheEndOfASnapshotOfSeveralMessages) {
  RegionSet set;
  v1::WatchRegionResponse first = EnterNeed("needs/a");
  first.set_reset(true);
  ASSERT_TRUE(set.Apply(first).ok());
  EXPECT_FALSE(set.current());
  v1::WatchRegionResponse last = EnterNeed("needs/b");
  last.set_current(true);
  last.set_resume_token("t");
  ASSERT_TRUE(set.Apply(last).ok());
  EXPECT_TRUE(set.current());
  EXPECT_EQ(set.resume_token(), "t");
  ASSERT_TRUE(set.Apply(v1::WatchRegionResponse()).ok());
  EXPECT_TRUE(set.current()) << "a heartbeat ends nothing";
}

TEST(RegionSetTest, AnEditAppliedAgainChangesNothing) {
  RegionSet set;
  ASSERT_TRUE(set.Apply(EnterNeed("needs/a")).ok());
  ASSERT_TRUE(set.Apply(EnterNeed("needs/a")).ok());
  EXPECT_THAT(set.resources(), SizeIs(1));
  v1::WatchRegionResponse leave;
  leave.add_events()->mutable_leave()->set_name("needs/a");
  ASSERT_TRUE(set.Apply(leave).ok());
  ASSERT_TRUE(set.Apply(leave).ok());
  EXPECT_THAT(set.resources(), SizeIs(0));
}

TEST(RegionSetTest, AChangeReplaces) {
  RegionSet set;
  ASSERT_TRUE(set.Apply(EnterNeed("needs/a")).ok());
  v1::WatchRegionResponse change;
  auto* need = change.add_events()->mutable_change()->mutable_need();
  need->set_name("needs/a");
  need->set_situation("new");
  ASSERT_TRUE(set.Apply(change).ok());
  EXPECT_EQ(std::get<v1::Need>(set.resources().at("needs/a")).situation(),
            "new");
}

TEST(RegionSetTest, AResetEmptiesTheSetFirst) {
  RegionSet set;
  ASSERT_TRUE(set.Apply(EnterNeed("needs/a")).ok());
  v1::WatchRegionResponse again = EnterNeed("needs/b");
  again.set_reset(true);
  ASSERT_TRUE(set.Apply(again).ok());
  EXPECT_THAT(set.resources(), ElementsAre(Key("needs/b")));
}

TEST(RegionSetTest, AResourceOfAnUnknownKindLeavesNothing) {
  RegionSet set;
  ASSERT_TRUE(set.Apply(EnterNeed("needs/a")).ok());
  v1::WatchRegionResponse message;
  message.add_events()->mutable_enter();
  message.set_resume_token("t");
  EXPECT_EQ(set.Apply(message).code(), absl::StatusCode::kDataLoss);
  EXPECT_THAT(set.resources(), SizeIs(0));
  EXPECT_EQ(set.resume_token(), "");
}

}  // namespace
}  // namespace xom::cli
