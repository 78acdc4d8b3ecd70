// Watches that are resumed across an erasure: the change log tells less then,
// and still enough.
#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"
#include "services/core/limits.h"
#include "tests/model_driver.h"
#include "tests/model_engine.h"
#include "tests/test_server.h"

namespace xom::tests {
namespace {

constexpr std::chrono::milliseconds kTurn{50};

template <typename FollowerType>
using Stream = EngineStream<FollowerType>;

class ResumeEraseTest : public testing::TestWithParam<v1::LocationPrecision> {
 protected:
  ResumeEraseTest() {
    for (int i = 0; i < 5; ++i) Create(absl::StrCat("n", i), 0.01 * (i + 1));
  }

  void Create(const std::string& id, double degrees_away) {
    v1::CreateNeedRequest request;
    *request.mutable_need() = NeedAt(10.77 + degrees_away, 106.70);
    request.mutable_need()->mutable_place()->set_location_precision(GetParam());
    request.mutable_need()->set_situation("a flood");
    request.mutable_need()->set_language_code("vi-VN");
    request.set_need_id(id);
    ASSERT_TRUE(api_->Call(request).ok());
  }
  void Erase(const std::string& id) {
    v1::EraseNeedRequest request;
    request.set_name("needs/" + id);
    ASSERT_TRUE(api_->Call(request).ok());
  }

  // Follows, cuts, lets `meanwhile` happen, and goes on.
  template <typename FollowerType>
  void Across(FollowerType* follower, const std::function<void()>& meanwhile) {
    {
      const Stream<FollowerType> first(&host_.engine(), follower);
      ASSERT_TRUE(follower->AwaitMessages(1));
    }
    meanwhile();
    const Stream<FollowerType> rest(&host_.engine(), follower);
    driver_.Settle([&](int64_t revision) {
      return follower->AwaitRevision(revision, kTurn);
    });
  }

  static NearestFollower Nearest() {
    v1::WatchNearestNeedsRequest request;
    *request.mutable_point() = MakeLatLng(10.77, 106.70);
    request.set_k(3);
    request.set_language_code("vi");
    return NearestFollower(request);
  }
  static RegionFollower Region() {
    v1::WatchRegionRequest request;
    auto& circle = *request.mutable_region()->mutable_circle();
    *circle.mutable_center() = MakeLatLng(10.77, 106.70);
    circle.set_radius_meters(100'000);
    return RegionFollower(request);
  }
  std::vector<std::string> Names(const NearestFollower& follower) {
    std::vector<std::string> names;
    const auto fold = follower.fold();
    for (const auto& ranked : fold.needs()) {
      names.push_back(ranked.need().name());
    }
    return names;
  }
  // An erased true point makes the resumption a fresh snapshot.
  int64_t ExpectedResets() const {
    return GetParam() == v1::LOCATION_PRECISION_EXACT ? 2 : 1;
  }

  EngineHost host_;
  std::unique_ptr<Api> api_ = NewEngineApi(&host_);
  ModelDriver driver_{api_.get(), ModelRandom(TestSeed())};
};

TEST_P(ResumeEraseTest, ErasedNeedLeavesTheListAndTheNextMovesUp) {
  NearestFollower list = Nearest();
  Across(&list, [this] { Erase("n1"); });
  EXPECT_EQ(Names(list),
            (std::vector<std::string>{"needs/n0", "needs/n2", "needs/n3"}));
  EXPECT_EQ(list.resets(), ExpectedResets());
}

TEST_P(ResumeEraseTest, ErasedNeedLeavesTheRegion) {
  RegionFollower set = Region();
  Across(&set, [this] { Erase("n1"); });
  EXPECT_EQ(set.fold().resources().size(), 4u);
  EXPECT_FALSE(set.fold().resources().contains("needs/n1"));
  EXPECT_EQ(set.resets(), ExpectedResets());
}

TEST_P(ResumeEraseTest, NeedThatCameAndWasErasedMeanwhileIsNothingToTheClient) {
  NearestFollower list = Nearest();
  RegionFollower set = Region();
  const auto meanwhile = [this](const std::string& id) {
    return [this, id] {
      Create(id, 0.001);
      Create(id + "x", 0.002);
      Erase(id);
    };
  };
  Across(&list, meanwhile("p"));
  EXPECT_EQ(Names(list),
            (std::vector<std::string>{"needs/px", "needs/n0", "needs/n1"}));
  Across(&set, meanwhile("q"));
  EXPECT_FALSE(set.fold().resources().contains("needs/q"));
  EXPECT_EQ(set.fold().resources().size(), 7u);
}

TEST_P(ResumeEraseTest, WhatTimeErasedLeavesToo) {
  NearestFollower list = Nearest();
  RegionFollower set = Region();
  const auto meanwhile = [this] {
    // All have expired, and then what is personal of them is erased.
    host_.clock().Advance(core::kDefaultNeedLifetime);
    api_->Tick();
    host_.clock().Advance(core::kDetailsRetention);
    api_->Tick();
    Create("new", 0.5);
  };
  Across(&list, meanwhile);
  EXPECT_EQ(Names(list), std::vector<std::string>{"needs/new"});
  EXPECT_EQ(list.resets(), ExpectedResets());
  Across(&set, [this] { Erase("new"); });
  EXPECT_TRUE(set.fold().resources().empty());
}

INSTANTIATE_TEST_SUITE_P(Precisions, ResumeEraseTest,
                         testing::Values(v1::LOCATION_PRECISION_EXACT,
                                         v1::LOCATION_PRECISION_METERS_150,
                                         v1::LOCATION_PRECISION_METERS_300),
                         [](const auto& precision) {
                           return v1::LocationPrecision_Name(precision.param);
                         });

}  // namespace
}  // namespace xom::tests
