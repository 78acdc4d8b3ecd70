#include "services/core/due_runner.h"

#include <gmock/gmock.h>

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
    return entry == nullptr ? v1::Need()
                            : static_cast<const NeedEntry&>(*entry).need();
  }

  ViewedLedger store_;
  FakeClock clock_{absl::FromUnixSeconds(1'900'000'000)};
  Writer writer_{&store_.ledger(), &clock_};
  trust::Keyring keyring_ = trust::Keyring::Ephemeral();
  DetailsVault vault_{&store_.ledger(), &keyring_};
  PhoneIndex phones_{&store_.ledger(), &keyring_};
  DueRunner runner_{&store_.view(), &writer_, &vault_, &phones_, &clock_};
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
  EXPECT_EQ(runner_.RunOnce(), 1u) << "what is personal of it";
  EXPECT_EQ(runner_.RunOnce(), 0u);
  clock_.Advance(absl::Seconds(1));
  EXPECT_EQ(runner_.RunOnce(), 1u);
  EXPECT_EQ(store_.view().Find("needs/a"), nullptr);
}

TEST_F(DueRunnerTest, WhatIsPersonalIsErasedSomeDaysAfterTheEnd) {
  store_.Put({.name = "a",
              .situation = "canary-situation",
              .expire_time = InSeconds(0)});
  internal::v1::StoredNeedDetails details;
  details.mutable_place()->set_address("the blue gate");
  storage::Transaction put;
  put.commit_time = clock_.Now();
  put.mutations.push_back(vault_.Put("needs/a", details));
  put.mutations.push_back({"reveals/a", 0, "looks", /*secret=*/true});
  ASSERT_TRUE(storage::CommitAndWait(store_.ledger(), std::move(put)).ok());
  EXPECT_EQ(runner_.RunOnce(), 1u);
  clock_.Advance(kDetailsRetention - absl::Microseconds(1));
  EXPECT_EQ(runner_.RunOnce(), 0u);
  EXPECT_TRUE(vault_.Read("needs/a")->has_value());
  EXPECT_EQ(Get("a").situation(), "canary-situation");
  clock_.Advance(absl::Microseconds(1));
  // Also when the server was down meanwhile.
  View loaded;
  ASSERT_TRUE(loaded.Load(store_.ledger()).ok());
  EXPECT_THAT(loaded.Due(clock_.Now(), 10), testing::ElementsAre("needs/a"));
  EXPECT_EQ(runner_.RunOnce(), 1u);
  EXPECT_FALSE(vault_.Read("needs/a")->has_value());
  EXPECT_EQ(Get("a").situation(), "");
  EXPECT_EQ(FromProto(Get("a").erase_time()), clock_.Now());
  EXPECT_EQ(Get("a").state(), v1::Need::STATE_EXPIRED);
  EXPECT_TRUE(store_.ledger().Get("reveals/a")->has_value());
  clock_.Advance(kEndedRetention);
  EXPECT_EQ(runner_.RunOnce(), 1u);
  EXPECT_FALSE(store_.ledger().Get("reveals/a")->has_value());
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
  DueRunner runner(&loaded, &writer_, &vault_, &phones_, &clock_);
  EXPECT_EQ(runner.RunOnce(), 1u);
  EXPECT_EQ(Get("a").state(), v1::Need::STATE_EXPIRED);
}

}  // namespace
}  // namespace xom::core
