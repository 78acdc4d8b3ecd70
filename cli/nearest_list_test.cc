#include "cli/nearest_list.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace xom::cli {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

void Fill(const std::string& name, double meters, v1::NearestNeed* near) {
  near->mutable_need()->set_name(name);
  near->set_distance_meters(meters);
}

void Enter(int rank, const std::string& name,
           v1::WatchNearestNeedsResponse* message) {
  auto* enter = message->add_events()->mutable_enter();
  enter->set_rank(rank);
  Fill(name, rank, enter->mutable_nearest_need());
}

v1::WatchNearestNeedsResponse Snapshot(const std::vector<std::string>& names) {
  v1::WatchNearestNeedsResponse message;
  message.set_reset(true);
  message.set_current(true);
  message.set_revision(7);
  message.set_resume_token("seven");
  int rank = 0;
  for (const std::string& name : names) Enter(rank++, name, &message);
  return message;
}

std::vector<std::string> Names(const NearestList& list) {
  std::vector<std::string> names;
  for (const v1::NearestNeed& near : list.needs()) {
    names.push_back(near.need().name());
  }
  return names;
}

class NearestListTest : public testing::Test {
 protected:
  void SetUp() override {
    ASSERT_TRUE(list_.Apply(Snapshot({"a", "b", "c"})).ok());
  }
  NearestList list_;
};

TEST_F(NearestListTest, KeepsTheOrderOfASnapshot) {
  EXPECT_THAT(Names(list_), ElementsAre("a", "b", "c"));
  EXPECT_TRUE(list_.current());
  EXPECT_EQ(list_.revision(), 7);
  EXPECT_EQ(list_.resume_token(), "seven");
}

TEST_F(NearestListTest, AppliesEditsOneAfterTheOther) {
  v1::WatchNearestNeedsResponse message;
  auto* leave = message.add_events()->mutable_leave();
  leave->set_rank(2);
  leave->set_name("c");
  Enter(0, "d", &message);
  auto* move = message.add_events()->mutable_move();
  move->set_from_rank(0);
  move->set_to_rank(2);  // counted after it was taken away
  Fill("d", 9, move->mutable_nearest_need());
  auto* change = message.add_events()->mutable_change();
  change->set_rank(1);
  Fill("b", 5, change->mutable_nearest_need());
  ASSERT_TRUE(list_.Apply(message).ok());
  EXPECT_THAT(Names(list_), ElementsAre("a", "b", "d"));
  EXPECT_EQ(list_.needs()[1].distance_meters(), 5);
  EXPECT_EQ(list_.needs()[2].distance_meters(), 9);
}

TEST_F(NearestListTest, EditsWithoutCurrentEndCurrent) {
  v1::WatchNearestNeedsResponse message;
  Enter(3, "d", &message);
  ASSERT_TRUE(list_.Apply(message).ok());
  EXPECT_FALSE(list_.current());
}

TEST_F(NearestListTest, AHeartbeatKeepsTheListAndMovesTheToken) {
  v1::WatchNearestNeedsResponse heartbeat;
  heartbeat.set_revision(9);
  heartbeat.set_resume_token("nine");
  ASSERT_TRUE(list_.Apply(heartbeat).ok());
  EXPECT_THAT(Names(list_), ElementsAre("a", "b", "c"));
  EXPECT_TRUE(list_.current());
  EXPECT_EQ(list_.resume_token(), "nine");
}

TEST_F(NearestListTest, AResetEmptiesTheListFirst) {
  ASSERT_TRUE(list_.Apply(Snapshot({"z"})).ok());
  EXPECT_THAT(Names(list_), ElementsAre("z"));
}

// Edits that do not fit: each leaves nothing that could be taken for true.
class NearestListMisfitTest : public NearestListTest {
 protected:
  void ExpectMisfit(const v1::NearestNeedEvent& event) {
    v1::WatchNearestNeedsResponse message;
    *message.add_events() = event;
    message.set_resume_token("eight");
    EXPECT_EQ(list_.Apply(message).code(), absl::StatusCode::kDataLoss);
    EXPECT_THAT(Names(list_), IsEmpty());
    EXPECT_FALSE(list_.current());
    EXPECT_EQ(list_.resume_token(), "");
  }
};

TEST_F(NearestListMisfitTest, EnterBehindTheEnd) {
  v1::NearestNeedEvent event;
  event.mutable_enter()->set_rank(4);
  ExpectMisfit(event);
}

TEST_F(NearestListMisfitTest, EnterBeforeTheBeginning) {
  v1::NearestNeedEvent event;
  event.mutable_enter()->set_rank(-1);
  ExpectMisfit(event);
}

TEST_F(NearestListMisfitTest, LeaveOfAnotherName) {
  v1::NearestNeedEvent event;
  event.mutable_leave()->set_rank(1);
  event.mutable_leave()->set_name("c");
  ExpectMisfit(event);
}

TEST_F(NearestListMisfitTest, ChangeOutsideTheList) {
  v1::NearestNeedEvent event;
  event.mutable_change()->set_rank(3);
  ExpectMisfit(event);
}

TEST_F(NearestListMisfitTest, MoveBehindTheEnd) {
  v1::NearestNeedEvent event;
  Fill("a", 1, event.mutable_move()->mutable_nearest_need());
  event.mutable_move()->set_to_rank(3);
  ExpectMisfit(event);
}

TEST_F(NearestListMisfitTest, AnEditOfAnUnknownKind) {
  ExpectMisfit(v1::NearestNeedEvent());
}

}  // namespace
}  // namespace xom::cli
