#include "services/core/due_runner.h"

#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"
#include "services/core/fake_clock.h"
#include "services/core/limits.h"
#include "services/core/time_proto.h"
#include "services/core/watch_testing.h"

namespace xom::core {
namespace {

class DueRunnerTest : public testing::Test {
 protected:
  absl::Time InSeconds(int64_t seconds) {
    return clock_.Now() + absl::Seconds(seconds);
  }
  v1::Need Get(const std::string& name) {
    const EntryPtr entry = store_.view().Find("needs/" + name);
    return entry == nullptr
               ? v1::Need()
               : static_cast<const NeedEntry&>(*entry).stored.need();
  }

  ViewedLedger store_;
  FakeClock clock_{absl::FromUnixSeconds(1'900'000'000)};
  Writer writer_{&store_.ledger(), &clock_};
  DueRunner runner_{&store_.view(), &writer_, &clock_};
};

TEST_F(DueRunnerTest, NeedExpiresAtItsTimeAndNotBefore) {
  store_.Put({.name = "a", .expire_time = InSeconds(60)});
  clock_.Advance(absl::Seconds(59));
  EXPECT_EQ(runner_.RunOnce(), 0u);
  EXPECT_EQ(Get("a").state(), v1::Need::STATE_OPEN);
  clock_.Advance(absl::Seconds(1));
  EXPECT_EQ(runner_.RunOnce(), 1u);
  EXPECT_EQ(Get("a").state(), v1::Need::STATE_EXPIRED);
  EXPECT_EQ(FromProto(Get("a").end_time()), clock_.Now());
  EXPECT_EQ(runner_.RunOnce(), 0u);
}

TEST_F(DueRunnerTest, WhatHasEndedIsDeletedAfterItsRetention) {
  store_.Put({.name = "a", .expire_time = InSeconds(0)});
  EXPECT_EQ(runner_.RunOnce(), 1u);
  clock_.Advance(kEndedRetention - absl::Seconds(1));
  EXPECT_EQ(runner_.RunOnce(), 0u);
  clock_.Advance(absl::Seconds(1));
  EXPECT_EQ(runner_.RunOnce(), 1u);
  EXPECT_EQ(store_.view().Find("needs/a"), nullptr);
}

TEST_F(DueRunnerTest, RunDoesABoundedPartOfWhatIsDue) {
  std::vector<NeedSpec> specs;
  for (size_t i = 0; i < kMaxDuePerRun; ++i) {
    specs.push_back(
        {.name = absl::StrCat("n", i), .expire_time = InSeconds(0)});
  }
  store_.PutAll(specs);
  store_.Put({.name = "one-more", .expire_time = InSeconds(0)});
  EXPECT_EQ(runner_.RunOnce(), kMaxDuePerRun);
  EXPECT_EQ(runner_.RunOnce(), 1u);
  EXPECT_EQ(runner_.RunOnce(), 0u);
}

TEST_F(DueRunnerTest, WhatCameDueBeforeTheStartIsDoneAfterIt) {
  store_.Put({.name = "a", .expire_time = InSeconds(10)});
  clock_.Advance(absl::Hours(1));
  View loaded;
  ASSERT_TRUE(loaded.Load(store_.ledger()).ok());
  DueRunner runner(&loaded, &writer_, &clock_);
  EXPECT_EQ(runner.RunOnce(), 1u);
  EXPECT_EQ(Get("a").state(), v1::Need::STATE_EXPIRED);
}

}  // namespace
}  // namespace xom::core
