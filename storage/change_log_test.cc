// Following, reading and trimming the changes of a ledger.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <thread>

#include "storage/ledger_error.h"
#include "storage/ledger_testing.h"
#include "storage/local_ledger.h"

namespace xom::storage {
namespace {

class ChangeLogTest : public testing::Test {
 protected:
  ChangeLogTest() : options_(TestOptions(directory_)) {
    options_.now = [this] { return absl::FromUnixSeconds(seconds_.load()); };
    Reopen();
  }

  void Reopen() {
    ledger_.reset();
    ledger_ = OpenOrDie(options_);
  }

  void CommitSome(int count) {
    for (int i = 0; i < count; ++i) {
      Transaction transaction = Put("a", absl::StrCat(i));
      transaction.commit_time = options_.now();
      ASSERT_TRUE(CommitAndWait(*ledger_, transaction).ok());
    }
  }

  LedgerError ErrorAt(Revision after) {
    const auto changes = ledger_->ReadChanges(after, 1);
    return LedgerErrorOf(changes.status()).value();
  }

  TemporaryDirectory directory_;
  std::atomic<int64_t> seconds_ = 1'000'000;
  LocalLedgerOptions options_;
  std::unique_ptr<LocalLedger> ledger_;
};

TEST_F(ChangeLogTest, TellsBeforeAndAfter) {
  const absl::Time time =
      absl::FromUnixMicros(1'234'567) + absl::Nanoseconds(9);
  Transaction transaction = Put("a", "1", 5);
  transaction.mutations.push_back({"b", 0, ""});
  transaction.commit_time = time;
  ASSERT_TRUE(CommitAndWait(*ledger_, transaction).ok());
  ASSERT_TRUE(CommitAndWait(*ledger_, Put("a", "2", 6)).ok());
  ASSERT_TRUE(CommitAndWait(*ledger_, Delete("a")).ok());
  for (int i = 0; i < 2; ++i, Reopen()) {
    const auto changes = AllChanges(*ledger_);
    ASSERT_EQ(changes.size(), 3u);
    EXPECT_EQ(changes[0].revision, 1);
    EXPECT_EQ(changes[0].commit_time, absl::FromUnixMicros(1'234'567));
    ASSERT_EQ(changes[0].records.size(), 2u);
    EXPECT_EQ(changes[0].records[0].key, "a");
    EXPECT_EQ(changes[0].records[0].before, std::nullopt);
    EXPECT_EQ(changes[0].records[0].after, "1");
    EXPECT_EQ(changes[0].records[0].previous_revision, 0);
    EXPECT_EQ(changes[0].records[1].after, "");
    EXPECT_EQ(changes[1].records[0].before, "1");
    EXPECT_EQ(changes[1].records[0].after, "2");
    EXPECT_EQ(changes[1].records[0].cell, 6u);
    EXPECT_EQ(changes[1].records[0].previous_revision, 1);
    EXPECT_EQ(changes[2].records[0].before, "2");
    EXPECT_EQ(changes[2].records[0].after, std::nullopt);
    EXPECT_EQ(changes[2].records[0].cell, 6u);
  }
}

TEST_F(ChangeLogTest, ReadsInPagesUpToTheEnd) {
  CommitSome(5);
  EXPECT_EQ(ledger_->ReadChanges(1, 3)->size(), 3u);
  EXPECT_EQ(ledger_->ReadChanges(1, 3)->front().revision, 2);
  EXPECT_EQ(ledger_->ReadChanges(4, 3)->size(), 1u);
  EXPECT_EQ(ledger_->ReadChanges(5, 3)->size(), 0u);
  EXPECT_EQ(ledger_->ReadChanges(2, 0)->size(), 0u);
  EXPECT_EQ(ErrorAt(6), LedgerError::kAhead);
  EXPECT_EQ(ErrorAt(-1), LedgerError::kTrimmed);
}

TEST_F(ChangeLogTest, FollowersSeeTheChangeBeforeItsCommitIsDone) {
  std::vector<Revision> seen;
  ASSERT_TRUE(ledger_
                  ->Follow(0, EachChange([&](const Change& change) {
                             seen.push_back(change.revision);
                             EXPECT_GE(ledger_->revision(), change.revision);
                           }))
                  .ok());
  for (Revision r = 1; r <= 10; ++r) {
    CommitSome(1);
    ASSERT_EQ(seen.size(), static_cast<size_t>(r));
    EXPECT_EQ(seen.back(), r);
  }
}

TEST_F(ChangeLogTest, FollowsFromAnywhereWithoutGapWhileOthersCommit) {
  constexpr int kThreads = 4;
  constexpr int kCommits = 300;
  CommitSome(20);
  std::vector<std::thread> writers;
  for (int i = 0; i < kThreads; ++i) {
    writers.emplace_back([&] { CommitSome(kCommits); });
  }
  std::vector<std::vector<Revision>> seen(kMaxFollowers);
  for (size_t i = 0; i < seen.size(); ++i) {
    const auto after = static_cast<Revision>(i);
    ASSERT_TRUE(
        ledger_
            ->Follow(after, EachChange([&seen, i](const Change& change) {
                       seen[i].push_back(change.revision);
                     }))
            .ok());
  }
  EXPECT_EQ(LedgerErrorOf(ledger_->Follow(0, [](const auto&) {})),
            LedgerError::kTooManyFollowers);
  for (std::thread& writer : writers) writer.join();
  for (size_t i = 0; i < seen.size(); ++i) {
    ASSERT_EQ(seen[i].size(), 20 + kThreads * kCommits - i);
    for (size_t j = 0; j < seen[i].size(); ++j) {
      ASSERT_EQ(seen[i][j], static_cast<Revision>(i + j + 1));
    }
  }
}

TEST_F(ChangeLogTest, FollowingFromTheFutureOrTheForgottenIsRefused) {
  options_.max_retained_changes = 16;
  Reopen();
  CommitSome(40);
  const auto never = [](const auto&) { FAIL(); };
  EXPECT_EQ(LedgerErrorOf(ledger_->Follow(0, never)), LedgerError::kTrimmed);
  EXPECT_EQ(LedgerErrorOf(ledger_->Follow(41, never)), LedgerError::kAhead);
}

TEST_F(ChangeLogTest, ForgetsByCount) {
  options_.max_retained_changes = 32;
  Reopen();
  for (int i = 0; i < 200; ++i) {
    CommitSome(1);
    const Revision oldest = ledger_->oldest_revision();
    ASSERT_LE(ledger_->revision() - oldest, 32);
    ASSERT_GE(ledger_->revision() - oldest, std::min(i, 30));
    ASSERT_EQ(AllChanges(*ledger_, oldest).size(),
              static_cast<size_t>(ledger_->revision() - oldest));
    ASSERT_EQ(ErrorAt(oldest - 1), LedgerError::kTrimmed);
  }
  const Revision oldest = ledger_->oldest_revision();
  const auto refused = ledger_->ReadChanges(0, 1).status();
  EXPECT_EQ(refused.code(), absl::StatusCode::kOutOfRange);
  EXPECT_THAT(std::string(refused.message()),
              testing::HasSubstr(absl::StrCat(oldest)));
  Reopen();
  EXPECT_EQ(ledger_->oldest_revision(), oldest);
  EXPECT_EQ(ErrorAt(oldest - 1), LedgerError::kTrimmed);
}

TEST_F(ChangeLogTest, ForgetsByAge) {
  options_.change_retention = absl::Hours(1);
  Reopen();
  CommitSome(10);
  seconds_ += 1800;
  CommitSome(10);
  EXPECT_EQ(ledger_->oldest_revision(), 0);
  seconds_ += 1801;  // the first ten are older than an hour
  CommitSome(1);
  EXPECT_EQ(ledger_->oldest_revision(), 10);
  EXPECT_EQ(AllChanges(*ledger_, 10).size(), 11u);
  seconds_ += 7200;
  CommitSome(1);
  EXPECT_EQ(ledger_->oldest_revision(), 21);  // all but its own
  EXPECT_EQ(AllChanges(*ledger_, 21).size(), 1u);
}

TEST_F(ChangeLogTest, ReadersMeetTrimmingWithAClearError) {
  options_.max_retained_changes = 32;
  Reopen();
  CommitSome(64);
  std::atomic<bool> stop = false;
  std::thread reader([&] {
    while (!stop) {
      const Revision after = ledger_->oldest_revision();
      const auto changes = ledger_->ReadChanges(after, 100);
      if (!changes.ok()) {
        ASSERT_EQ(LedgerErrorOf(changes.status()), LedgerError::kTrimmed);
        continue;
      }
      for (size_t i = 0; i < changes->size(); ++i) {
        ASSERT_EQ((*changes)[i].revision, after + static_cast<Revision>(i) + 1);
      }
    }
  });
  CommitSome(1'000);
  stop = true;
  reader.join();
}

}  // namespace
}  // namespace xom::storage
