// A stream is cut anywhere and goes on with its last token: it ends in the
// state of an uncut one, which is that of brute force.
#include <gtest/gtest.h>

#include <algorithm>
#include <functional>

#include "services/core/limits.h"
#include "tests/model_driver.h"
#include "tests/model_engine.h"
#include "tests/test_server.h"

namespace xom::tests {
namespace {

constexpr std::chrono::milliseconds kTurn{50};

template <typename FollowerType>
using Stream = EngineStream<FollowerType>;

class ResumeTest : public testing::Test {
 protected:
  void Steps(int count) {
    for (int i = 0; i < count && !HasFailure(); ++i) driver_.Step();
  }

  void Mutations(int count) {
    for (int i = 0; i < count && !HasFailure(); ++i) driver_.Mutate();
  }

  void ClaimSteps(int count) {
    for (int i = 0; i < 2 * count && !HasFailure(); ++i) driver_.StepClaims();
  }

  // Some needs and offers more, and claims of them.
  void BeginClaims() {
    driver_.CreateNeeds(5);
    driver_.CreateOffers(5);
    ClaimSteps(10);
  }

  // Open needs that are met in part.
  int64_t CountCovered() const {
    const auto& needs = driver_.world().needs;
    return std::count_if(needs.begin(), needs.end(), [](const auto& entry) {
      return entry.second.state() == v1::Need::STATE_OPEN &&
             entry.second.coverage_size() > 0;
    });
  }

  // A stream that is cut after k messages while changes go on, and goes on
  // later, ends as one that is not cut; both as the model has it.
  template <typename FollowerType>
  void CutAfter(int64_t k, const typename FollowerType::Request& request,
                const std::function<void(int)>& change) {
    SCOPED_TRACE(absl::StrCat("cut after ", k));
    const int64_t exact_erasures = driver_.exact_erasures();
    FollowerType cut(request);
    FollowerType uncut(request);
    const Stream<FollowerType> whole(&host_.engine(), &uncut);
    {
      const Stream<FollowerType> part(&host_.engine(), &cut, k);
      ASSERT_TRUE(cut.AwaitMessages(1));
      change(12);
    }
    change(8);
    const Stream<FollowerType> rest(&host_.engine(), &cut);
    change(3);
    Settle(cut, uncut);
    for (const FollowerType* follower : {&cut, &uncut}) CheckState(*follower);
    ExpectWentOn(cut, exact_erasures);
  }
  void CheckState(const NearestFollower& follower) { driver_.Check(follower); }
  void CheckState(const RegionFollower& follower) {
    driver_.Check(follower, follower.request().region());
  }

  // Waits until all followers are as far as the store.
  template <typename... Followers>
  void Settle(Followers&... followers) {
    driver_.Settle([&](int64_t revision) {
      return (followers.AwaitRevision(revision, kTurn) && ...);
    });
  }

  // Creates needs at one place without waiting for each.
  void CreateMany(int count) {
    storage::Mutex mu;
    storage::CondVar done;
    int waiting = 0;
    for (int i = 0; i < count; ++i) {
      {
        storage::MutexLock lock(mu);
        while (waiting >= 500) done.Wait(mu);
        ++waiting;
      }
      v1::CreateNeedRequest request;
      *request.mutable_need() = NeedAt(10, 106);
      host_.engine().needs().Create(
          request, core::Caller(),
          [&](const absl::StatusOr<std::string>& reply) {
            storage::MutexLock lock(mu);
            EXPECT_TRUE(reply.ok()) << reply.status();
            --waiting;
            done.NotifyAll();
          });
    }
    storage::MutexLock lock(mu);
    while (waiting > 0) done.Wait(mu);
  }

  // It went on, and did not begin afresh; unless true points were erased since.
  template <typename FollowerType>
  void ExpectWentOn(const FollowerType& follower, int64_t exact_erasures) {
    if (driver_.exact_erasures() == exact_erasures) {
      EXPECT_EQ(follower.resets(), 1);
      ++went_on_;
    } else {
      EXPECT_LE(follower.resets(), 2);
    }
  }

  static v1::Region WholeEarth() {
    v1::Region region;
    *region.mutable_circle()->mutable_center() = MakeLatLng(0, 0);
    region.mutable_circle()->set_radius_meters(100'000'000);
    return region;
  }
  static v1::WatchRegionRequest AllNeeds() {
    v1::WatchRegionRequest request;
    *request.mutable_region() = WholeEarth();
    return request;
  }
  static v1::WatchNearestNeedsRequest NearestTen() {
    v1::WatchNearestNeedsRequest request;
    *request.mutable_point() = MakeLatLng(10.77, 106.70);
    request.set_k(10);
    return request;
  }

  EngineHost host_;
  std::unique_ptr<Api> api_ = NewEngineApi(&host_);
  ModelDriver driver_{api_.get(), ModelRandom(TestSeed())};
  int went_on_ = 0;
};

TEST_F(ResumeTest, NearestListCutAfterAnyMessageEndsAsUncut) {
  SCOPED_TRACE(SeedTrace());
  Steps(150);
  for (int64_t k = 1; k <= 24 && !HasFailure(); ++k) {
    CutAfter<NearestFollower>(
        k % 8 + 1, driver_.random().NearestWatch(host_.clock().Now()),
        [this](int count) { Steps(count); });
  }
  EXPECT_GE(went_on_, 12);
}

TEST_F(ResumeTest, RegionSetCutAfterAnyMessageEndsAsUncut) {
  SCOPED_TRACE(SeedTrace());
  Steps(150);
  for (int64_t k = 1; k <= 24 && !HasFailure(); ++k) {
    auto request = driver_.random().RegionWatch();
    *request.mutable_region() = driver_.random().Region();
    CutAfter<RegionFollower>(k % 8 + 1, request,
                             [this](int count) { Steps(count); });
  }
  EXPECT_GE(went_on_, 12);
}

// Few needs, so that the same ones are claimed, given back, met and over again
// and again while the stream is open, cut and open again.
TEST_F(ResumeTest, NearestListCutAmidClaimsEndsAsUncut) {
  SCOPED_TRACE(SeedTrace());
  for (int64_t k = 1; k <= 16 && !HasFailure(); ++k) {
    BeginClaims();
    v1::WatchNearestNeedsRequest request = NearestTen();
    request.set_k(static_cast<int>(3 * k));
    CutAfter<NearestFollower>(k % 8 + 1, request,
                              [this](int count) { ClaimSteps(count); });
  }
  EXPECT_GT(CountCovered(), 0) << "no need that is met in part was compared";
}

TEST_F(ResumeTest, RegionSetCutAmidClaimsEndsAsUncut) {
  SCOPED_TRACE(SeedTrace());
  for (int64_t k = 1; k <= 16 && !HasFailure(); ++k) {
    BeginClaims();
    CutAfter<RegionFollower>(k % 8 + 1, AllNeeds(),
                             [this](int count) { ClaimSteps(count); });
  }
  EXPECT_GT(CountCovered(), 0) << "no need that is met in part was compared";
}

// More than three messages of resources.
TEST_F(ResumeTest, RegionSnapshotCutWithinBeginsAgain) {
  SCOPED_TRACE(SeedTrace());
  for (int64_t k = 1; k <= 3; ++k) {
    SCOPED_TRACE(absl::StrCat("cut after part ", k));
    driver_.CreateNeeds(900);
    const auto request = AllNeeds();
    RegionFollower cut(request);
    {
      const Stream<RegionFollower> part(&host_.engine(), &cut, k);
      ASSERT_TRUE(cut.AwaitMessages(k));
      ASSERT_EQ(cut.fold().current(), false) << "it is no more than parts";
      Steps(20);
    }
    Steps(20);
    const Stream<RegionFollower> rest(&host_.engine(), &cut);
    Settle(cut);
    driver_.Check(cut, request.region());
    EXPECT_EQ(cut.resets(), 2);
    if (HasFailure()) return;
  }
}

// Many changes come in several messages; between them the token stays where
// the last whole state was.
TEST_F(ResumeTest, RegionChangesCutWithinABatchEndAsUncut) {
  SCOPED_TRACE(SeedTrace());
  Steps(300);
  for (int64_t parts = 1; parts <= 3; ++parts) {
    SCOPED_TRACE(absl::StrCat("cut after part ", parts));
    auto request = AllNeeds();
    for (int kind = 1; kind <= 3; ++kind) {
      request.add_kinds(static_cast<v1::WatchedKind>(kind));
    }
    RegionFollower follower(request);
    const auto cut_after = [&](int64_t messages) {
      Stream<RegionFollower> part(&host_.engine(), &follower, 0);
      const int64_t before = follower.messages();
      part.AddCredit(messages);
      ASSERT_TRUE(follower.AwaitMessages(before + messages));
    };
    {
      Stream<RegionFollower> first(&host_.engine(), &follower);
      Settle(follower);
    }
    driver_.CreateNeeds(900);
    // Cut in the first batch after the resumption, and again; what was told
    // comes and goes meanwhile.
    cut_after(parts);
    EXPECT_FALSE(follower.fold().current());
    Mutations(400);
    driver_.CreateNeeds(300);
    cut_after(1);
    EXPECT_FALSE(follower.fold().current());
    Mutations(50);
    const Stream<RegionFollower> rest(&host_.engine(), &follower);
    Settle(follower);
    driver_.Check(follower, request.region());
    EXPECT_EQ(follower.resets(), 1);
    if (HasFailure()) return;
  }
}

// Told in a part of a batch that was cut, gone before the resumption.
TEST_F(ResumeTest, ResourceToldInACutBatchDoesNotStayForEver) {
  RegionFollower follower(AllNeeds());
  {
    const Stream<RegionFollower> first(&host_.engine(), &follower);
    ASSERT_TRUE(follower.AwaitMessages(1));
  }
  CreateMany(300);
  {
    const Stream<RegionFollower> part(&host_.engine(), &follower, 1);
    ASSERT_TRUE(follower.AwaitMessages(2));
  }
  const auto told = follower.fold().resources();
  ASSERT_EQ(told.size(), core::kMaxEventsPerMessage);
  v1::CloseNeedRequest close;
  close.set_name(told.begin()->first);
  ASSERT_TRUE(api_->Call(close).ok());
  const Stream<RegionFollower> rest(&host_.engine(), &follower);
  Settle(follower);
  EXPECT_EQ(follower.fold().resources().size(), 299u);
  EXPECT_FALSE(follower.fold().resources().contains(close.name()));
}

TEST_F(ResumeTest, SlowReaderGetsTheLatestStateAndNotEachChange) {
  const v1::Need need = *api_->Call([] {
    v1::CreateNeedRequest request;
    *request.mutable_need() = NeedAt(10.77, 106.70);
    return request;
  }());
  NearestFollower list(NearestTen());
  RegionFollower set(AllNeeds());
  Stream<NearestFollower> slow_list(&host_.engine(), &list, 1);
  Stream<RegionFollower> slow_set(&host_.engine(), &set, 1);
  ASSERT_TRUE(list.AwaitMessages(1));
  ASSERT_TRUE(set.AwaitMessages(1));
  for (int i = 1; i <= 2'000; ++i) {
    v1::UpdateNeedRequest update;
    update.mutable_need()->set_name(need.name());
    update.mutable_need()->set_situation(absl::StrCat("change ", i));
    ASSERT_TRUE(api_->Call(update).ok());
  }
  slow_list.AddCredit(Stream<NearestFollower>::kEndless);
  slow_set.AddCredit(Stream<RegionFollower>::kEndless);
  Settle(list, set);
  EXPECT_EQ(list.fold().needs().at(0).need().situation(), "change 2000");
  EXPECT_EQ(
      std::get<v1::Need>(set.fold().resources().at(need.name())).situation(),
      "change 2000");
  // The snapshot, the first change, the latest state, heartbeats.
  EXPECT_LE(list.messages(), 10);
  EXPECT_LE(set.messages(), 10);
  EXPECT_EQ(set.resets(), 1);
}

TEST_F(ResumeTest, ReaderTooFarBehindSkipsToASnapshot) {
  RegionFollower slow(AllNeeds());
  RegionFollower away(AllNeeds());
  NearestFollower away_list(NearestTen());
  Stream<RegionFollower> stream(&host_.engine(), &slow, 1);
  ASSERT_TRUE(slow.AwaitMessages(1));
  {
    const Stream<RegionFollower> first(&host_.engine(), &away);
    const Stream<NearestFollower> first_list(&host_.engine(), &away_list);
    ASSERT_TRUE(away.AwaitMessages(1));
    ASSERT_TRUE(away_list.AwaitMessages(1));
  }
  constexpr int kMany = static_cast<int>(core::kMaxChangesBehind) + 500;
  CreateMany(kMany);
  const Stream<RegionFollower> again(&host_.engine(), &away);
  const Stream<NearestFollower> again_list(&host_.engine(), &away_list);
  stream.AddCredit(Stream<RegionFollower>::kEndless);
  Settle(slow, away, away_list);
  for (const RegionFollower* follower : {&slow, &away}) {
    EXPECT_EQ(follower->resets(), 2);
    EXPECT_EQ(follower->fold().resources().size(), static_cast<size_t>(kMany));
  }
  EXPECT_EQ(away_list.resets(), 2);
  EXPECT_EQ(away_list.fold().needs().size(), 10u);
}

}  // namespace
}  // namespace xom::tests
