#include "services/core/change_replay.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>

#include "absl/strings/str_cat.h"
#include "services/core/error.h"
#include "services/core/watch_testing.h"

namespace xom::core {
namespace {

std::string SituationOf(const EntryPtr& entry) {
  if (entry == nullptr) return "absent";
  return static_cast<const NeedEntry&>(*entry).need().situation();
}

TEST(ChangeReplayTest, TellsWhatWasBeforeInBetweenAndAfter) {
  ViewedLedger store;
  store.Put({.name = "a", .situation = "1"});
  ChangeReplay replay(store.revision());
  store.Put({.name = "a", .situation = "2"});
  store.Delete("a");
  store.Put({.name = "b", .situation = "3"});
  store.Put({.name = "a", .situation = "4"});
  ASSERT_TRUE(replay.ReadOn(store.ledger(), store.view()).ok());
  EXPECT_EQ(replay.revision(), store.revision());
  ASSERT_EQ(replay.by_name().size(), 2u);
  const auto& a = replay.by_name().at("needs/a");
  EXPECT_EQ(SituationOf(a.before), "1");
  EXPECT_EQ(SituationOf(a.after), "4");
  ASSERT_EQ(a.between.size(), 2u);
  EXPECT_EQ(SituationOf(a.between[0]), "2");
  EXPECT_EQ(SituationOf(a.between[1]), "absent");
  const auto& b = replay.by_name().at("needs/b");
  EXPECT_EQ(SituationOf(b.before), "absent");
  EXPECT_EQ(SituationOf(b.after), "3");
  EXPECT_TRUE(b.between.empty());
}

TEST(ChangeReplayTest, EntriesCarryTheRevisionsOfTheirChanges) {
  ViewedLedger store;
  store.Put({.name = "a", .situation = "1"});
  const storage::Revision first = store.revision();
  store.Put({.name = "b"});
  ChangeReplay replay(store.revision());
  store.Put({.name = "a", .situation = "2"});
  ASSERT_TRUE(replay.ReadOn(store.ledger(), store.view()).ok());
  const auto& a = replay.by_name().at("needs/a");
  EXPECT_EQ(a.before->mod_revision, first);
  EXPECT_EQ(a.after->mod_revision, store.revision());
}

TEST(ChangeReplayTest, ReadsOnFromWhereItStopped) {
  ViewedLedger store;
  ChangeReplay replay(store.revision());
  store.Put({.name = "a", .situation = "1"});
  ASSERT_TRUE(replay.ReadOn(store.ledger(), store.view()).ok());
  store.Put({.name = "a", .situation = "2"});
  ASSERT_TRUE(replay.ReadOn(store.ledger(), store.view()).ok());
  const auto& a = replay.by_name().at("needs/a");
  EXPECT_EQ(SituationOf(a.before), "absent");
  EXPECT_EQ(SituationOf(a.after), "2");
}

TEST(ChangeReplayTest, StopsWhenASnapshotIsTheQuickerWay) {
  ViewedLedger store;
  ChangeReplay replay(store.revision());
  for (size_t left = kMaxReplayedChanges + 1; left > 0;) {
    // No more at once than the queue takes.
    const size_t batch = std::min<size_t>(left, 5'000);
    storage::Mailbox<bool> all;
    std::atomic<size_t> waiting = batch;
    for (size_t i = 0; i < batch; ++i) {
      store.ledger().Commit({.commit_time = absl::FromUnixSeconds(1)},
                            [&](const auto& result) {
                              EXPECT_TRUE(result.ok()) << result.status();
                              if (--waiting == 0) all.Put(true);
                            });
    }
    (void)all.Take();
    left -= batch;
  }
  ASSERT_TRUE(replay.ReadOn(store.ledger(), store.view()).ok());
  EXPECT_TRUE(replay.too_long());
}

TEST(ChangeReplayTest, LogThatDoesNotReachBackIsAnExpiredToken) {
  storage::LocalLedgerOptions options;
  options.max_retained_changes = 20;
  ViewedLedger store(options);
  ChangeReplay replay(store.revision());
  for (int i = 0; i < 60; ++i) store.Put({.name = absl::StrCat("n", i)});
  const absl::Status status = replay.ReadOn(store.ledger(), store.view());
  ASSERT_NE(ReasonOf(status), nullptr) << status;
  EXPECT_EQ(ReasonOf(status)->reason, Reason::kResumeTokenExpired);
  EXPECT_EQ(status.code(), absl::StatusCode::kOutOfRange);
}

}  // namespace
}  // namespace xom::core
