// A disk that is low, fails, or loses power: what was acknowledged stays, what
// was not is all there or not at all, and writes return with the disk.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <filesystem>
#include <random>

#include "absl/strings/match.h"
#include "storage/fault_file_system.h"
#include "storage/ledger_error.h"
#include "storage/ledger_testing.h"
#include "storage/local_ledger.h"

namespace xom::storage {
namespace {

using Operation = FaultFileSystem::Operation;

// Where a write must reach; other files fail in the random test.
bool IsLog(const std::string& path) { return absl::EndsWith(path, ".log"); }

class FaultTest : public testing::Test {
 protected:
  FaultTest()
      : env_(FaultFileSystem::MakeEnv(&disk_)),
        options_(TestOptions(directory_)) {
    options_.env = env_.get();
    options_.free_bytes = [this](const std::string&) { return free_.load(); };
    Reopen();
  }

  void Reopen() {
    ledger_.reset();
    ledger_ = OpenOrDie(options_);
  }

  absl::StatusOr<CommitResult> Commit(Transaction transaction) {
    return CommitAndWait(*ledger_, std::move(transaction));
  }

  // The same of its record as it stands, unless the disk does not tell.
  Transaction AsRead(Transaction transaction) const {
    transaction.read_revision = ledger_->revision();
    Precondition precondition{transaction.mutations[0].key};
    auto record = ledger_->Get(precondition.key);
    if (!record.ok()) return transaction;
    if (record->has_value()) {
      precondition.mod_revision = (*record)->mod_revision;
      precondition.read = *std::move(record);
    }
    transaction.preconditions.push_back(std::move(precondition));
    return transaction;
  }

  void Fail(Operation failing) {
    disk_->SetFault([failing](Operation operation, const std::string& path) {
      return operation == failing && IsLog(path);
    });
  }

  void FailEverything() {
    disk_->SetFault([](Operation, const std::string&) { return true; });
  }

  // What ledgers say of a change and of a record is the same.
  void ExpectConsistent() {
    Revision revision = 0;
    const auto records = ScanAll(*ledger_, &revision);
    EXPECT_EQ(revision, ledger_->revision());
    std::map<std::string, Record> replayed;
    Revision last = 0;
    for (const Change& change : AllChanges(*ledger_)) {
      EXPECT_EQ(change.revision, ++last);
      for (const ChangedRecord& changed : change.records) {
        replayed.erase(changed.key);
        if (!changed.after.has_value()) continue;
        replayed[changed.key] = {changed.key, changed.cell, *changed.after,
                                 change.revision};
      }
    }
    EXPECT_EQ(last, revision);
    ASSERT_EQ(records.size(), replayed.size());
    for (const auto& [key, record] : records) {
      EXPECT_EQ(record.value, replayed[key].value) << key;
      EXPECT_EQ(record.cell, replayed[key].cell) << key;
      EXPECT_EQ(record.mod_revision, replayed[key].mod_revision) << key;
    }
  }

  std::atomic<uint64_t> free_ = uint64_t{1} << 40;
  TemporaryDirectory directory_;
  FaultFileSystem* disk_ = nullptr;
  std::unique_ptr<rocksdb::Env> env_;
  LocalLedgerOptions options_;
  std::unique_ptr<LocalLedger> ledger_;
};

TEST_F(FaultTest, LowDiskStopsWritesAndNothingElse) {
  Transaction requested = Put("a", "1");
  requested.request = RequestRecord{"r", "f", "reply"};
  ASSERT_TRUE(Commit(requested).ok());
  free_ = options_.low_water_bytes - 1;
  const auto refused = Commit(Put("a", "2"));
  EXPECT_EQ(refused.status().code(), absl::StatusCode::kResourceExhausted);
  EXPECT_EQ(LedgerErrorOf(refused.status()), LedgerError::kDiskLow);
  EXPECT_EQ((*ledger_->Get("a"))->value, "1");
  EXPECT_TRUE(Commit(requested)->replayed);
  EXPECT_TRUE(FindAndWait(*ledger_, "r")->has_value());
  free_ = options_.low_water_bytes;
  EXPECT_EQ(Commit(Put("a", "2"))->revision, 2);
  ExpectConsistent();
}

// In the write-ahead log of a closed store.
uintmax_t LogBytes(const std::string& directory) {
  uintmax_t bytes = 0;
  for (const auto& file : std::filesystem::directory_iterator(directory)) {
    if (IsLog(file.path().string())) bytes += file.file_size();
  }
  return bytes;
}

TEST_F(FaultTest, ClosingLeavesNothingToReadInTheLog) {
  ASSERT_TRUE(Commit(Put("a", "1", 4)).ok());
  Transaction requested = Put("b", "1");
  requested.request = RequestRecord{"r", "f", "reply"};
  ASSERT_TRUE(Commit(std::move(requested)).ok());
  ledger_.reset();
  EXPECT_EQ(LogBytes(options_.directory), 0u);
  Reopen();
  EXPECT_EQ(ledger_->revision(), 2);
  EXPECT_TRUE(FindAndWait(*ledger_, "r")->has_value());
  ExpectConsistent();
}

TEST_F(FaultTest, ClosingOnALowDiskLeavesAllInTheLog) {
  ASSERT_TRUE(Commit(Put("a", "1", 4)).ok());
  free_ = options_.low_water_bytes;
  ledger_.reset();
  EXPECT_GT(LogBytes(options_.directory), 0u);
  Reopen();
  EXPECT_EQ(ledger_->revision(), 1);
  ExpectConsistent();
}

TEST_F(FaultTest, ADiskThatRefusesWhenTheLedgerClosesLosesNothing) {
  ASSERT_TRUE(Commit(Put("a", "1", 4)).ok());
  FailEverything();
  ledger_.reset();
  EXPECT_GT(disk_->failures(), 0);
  disk_->Heal();
  Reopen();
  EXPECT_EQ(ledger_->revision(), 1);
  ExpectConsistent();
}

class LogFaultTest : public FaultTest,
                     public testing::WithParamInterface<Operation> {};

// The log refuses while the rest of the disk is well: what the log holds of
// the group after a failed fsync decides whether it happened.
TEST_P(LogFaultTest, WritesReturnWithTheDisk) {
  std::vector<Revision> followed;
  ASSERT_TRUE(ledger_
                  ->Follow(0, EachChange([&](const Change& change) {
                             followed.push_back(change.revision);
                           }))
                  .ok());
  ASSERT_EQ(Commit(Put("a", "1", 4))->revision, 1);
  for (int i = 0; i < 5; ++i) {
    Fail(GetParam());
    const Revision before = ledger_->revision();
    const auto result = Commit(Put(absl::StrCat("b", i), "1", 5));
    if (!result.ok()) {
      EXPECT_EQ(LedgerErrorOf(result.status()), LedgerError::kNotWritable);
    }
    EXPECT_EQ((*ledger_->Get("a"))->value, absl::StrCat(i + 1));
    disk_->Heal();
    const auto healed = Commit(Put("a", absl::StrCat(i + 2), 6));
    ASSERT_TRUE(healed.ok()) << healed.status();
    EXPECT_EQ(healed->revision, before + (result.ok() ? 2 : 1));
    EXPECT_EQ(ledger_->Get(absl::StrCat("b", i))->has_value(), result.ok());
    ExpectConsistent();
  }
  EXPECT_GT(disk_->failures(), 0);
  EXPECT_EQ(followed.size(), static_cast<size_t>(ledger_->revision()));
  Reopen();
  ExpectConsistent();
}

INSTANTIATE_TEST_SUITE_P(Operations, LogFaultTest,
                         testing::Values(Operation::kAppend, Operation::kSync));

TEST_F(FaultTest, ReadsGoOnWhileTheDiskRefusesEverything) {
  ASSERT_TRUE(Commit(Put("a", "1", 4)).ok());
  FailEverything();
  for (int i = 0; i < 5; ++i) {
    const auto refused = Commit(Put("a", "2"));
    EXPECT_EQ(refused.status().code(), absl::StatusCode::kUnavailable);
    EXPECT_EQ(LedgerErrorOf(refused.status()), LedgerError::kNotWritable);
    EXPECT_EQ((*ledger_->Get("a"))->value, "1");
    EXPECT_EQ(ScanAll(*ledger_).size(), 1u);
    EXPECT_EQ(ledger_->ReadChanges(0, 10)->size(), 1u);
  }
  disk_->Heal();
  ASSERT_TRUE(Commit(Put("a", "3")).ok());
  ExpectConsistent();
}

// The disk takes the trial file and then refuses to open the store: it is
// opened to read only, until it can be written again.
TEST_F(FaultTest, ReadsGoOnWhenOpeningAgainFails) {
  ASSERT_TRUE(Commit(Put("a", "1", 4)).ok());
  disk_->SetFault([](Operation, const std::string& path) {
    return !absl::EndsWith(path, "trial.dbtmp");
  });
  for (int i = 0; i < 3; ++i) {
    EXPECT_EQ(LedgerErrorOf(Commit(Put("a", "2")).status()),
              LedgerError::kNotWritable);
    EXPECT_TRUE(ledger_->Get("a")->has_value());
  }
  disk_->Heal();
  ASSERT_TRUE(Commit(Put("a", "3")).ok());
  EXPECT_EQ((*ledger_->Get("a"))->value, "3");
  ExpectConsistent();
}

// The fsync fails after the bytes are in the file, and the disk is dead until
// the next commit: the group, refused with an unknown outcome, turns out to
// have happened. Followers see it, its request is answered.
TEST_F(FaultTest, AGroupOfUnknownOutcomeIsSettledByOpeningAgain) {
  std::vector<Revision> followed;
  ASSERT_TRUE(ledger_
                  ->Follow(0, EachChange([&](const Change& change) {
                             followed.push_back(change.revision);
                           }))
                  .ok());
  disk_->SetFault([](Operation operation, const std::string&) {
    return operation == Operation::kSync;
  });
  Transaction transaction = Put("a", "1");
  transaction.request = RequestRecord{"r", "f", "reply"};
  const auto unknown = Commit(transaction);
  EXPECT_EQ(LedgerErrorOf(unknown.status()), LedgerError::kNotWritable);
  EXPECT_FALSE(ledger_->Get("a")->has_value());
  disk_->Heal();
  const auto again = Commit(transaction);
  ASSERT_TRUE(again.ok()) << again.status();
  EXPECT_TRUE(again->replayed);
  EXPECT_EQ(again->revision, 1);
  EXPECT_THAT(followed, testing::ElementsAre(1));
  ExpectConsistent();

  // Acknowledged now, hence durable, though its own fsync failed.
  disk_->CutPower();
  ledger_.reset();
  disk_->DropUnsynced([](uint64_t) { return uint64_t{0}; });
  Reopen();
  EXPECT_TRUE(ledger_->Get("a")->has_value());
  ExpectConsistent();
}

// As above, with an erasure: what it rewrites shares the fate of its commit.
TEST_F(FaultTest, AnErasureHappensWithItsCommitOrNotAtAll) {
  const auto redact = [](absl::string_view) { return std::string("gone"); };
  for (const bool reaches_the_log : {false, true}) {
    ASSERT_TRUE(Commit(Put("a", "1")).ok());
    ASSERT_TRUE(Commit(Put("a", "2")).ok());
    const Revision after = ledger_->revision() - 2;
    disk_->SetFault([=](Operation operation, const std::string&) {
      return !reaches_the_log || operation == Operation::kSync;
    });
    Transaction erasing = Delete("a");
    erasing.erasures.push_back({"a", redact, redact});
    EXPECT_EQ(LedgerErrorOf(Commit(erasing).status()),
              LedgerError::kNotWritable);
    EXPECT_EQ(ledger_->ReadChanges(after, 1)->front().records[0].after, "1");
    disk_->Heal();
    ASSERT_TRUE(Commit(Put("b", "1")).ok());
    const auto changes = AllChanges(*ledger_, after);
    ASSERT_EQ(changes.size(), reaches_the_log ? 4u : 3u);
    EXPECT_EQ(changes[0].records[0].after, reaches_the_log ? "gone" : "1");
    EXPECT_EQ(ledger_->Get("a")->has_value(), !reaches_the_log);
    if (!reaches_the_log) continue;
    EXPECT_EQ(changes[2].records[0].before, "gone");
  }
}

TEST_F(FaultTest, CompactingSaysWhatIsWrongWithTheDisk) {
  ASSERT_TRUE(Commit(Put("a", "1", 4)).ok());
  free_ = options_.low_water_bytes - 1;
  EXPECT_EQ(LedgerErrorOf(ledger_->Compact()), LedgerError::kDiskLow);
  free_ = uint64_t{1} << 40;
  FailEverything();
  EXPECT_EQ(LedgerErrorOf(ledger_->Compact()), LedgerError::kNotWritable);
  EXPECT_EQ((*ledger_->Get("a"))->value, "1");
  disk_->Heal();
  // The first one may meet the store as the failure left it.
  (void)Commit(Put("b", "1"));
  ASSERT_TRUE(Commit(Put("b", "1")).ok());
  EXPECT_TRUE(ledger_->Compact().ok());
  EXPECT_EQ((*ledger_->Get("a"))->value, "1");
}

// Random operations fail on any file, now and then, through many reopenings.
TEST_F(FaultTest, NothingAcknowledgedIsLostToRandomErrors) {
  std::mt19937_64 random(TestSeed());
  std::map<std::string, std::string> acknowledged;
  int refused = 0;
  for (int round = 0; round < 25; ++round) {
    auto countdown = std::make_shared<std::atomic<int64_t>>(
        static_cast<int64_t>(random() % 40));
    const auto length = static_cast<int64_t>(1 + random() % 10);
    disk_->SetFault([countdown, length](Operation, const std::string&) {
      const int64_t left = (*countdown)--;
      return left <= 0 && left > -length;
    });
    for (int i = 0; i < 10; ++i) {
      const std::string key = absl::StrCat("k", random() % 20);
      const std::string value = absl::StrCat(round, "/", i);
      Transaction transaction = Put(key, value, random() % 5);
      if (random() % 2 == 0) transaction = AsRead(std::move(transaction));
      const auto result = Commit(std::move(transaction));
      if (result.ok()) acknowledged[key] = value;
      if (!result.ok()) acknowledged.erase(key);  // unknown: either is right
      refused += !result.ok();
    }
    disk_->Heal();
    ASSERT_TRUE(Commit(Put("healed", "1")).ok()) << "round " << round;
    if (round % 10 == 9) Reopen();
    for (const auto& [key, value] : acknowledged) {
      ASSERT_EQ((*ledger_->Get(key))->value, value) << "round " << round;
    }
  }
  ExpectConsistent();
  EXPECT_GT(refused, 0);
  EXPECT_GT(disk_->failures(), 10);
}

// Power fails at a random operation; of what was not synced a random part is
// left, perhaps half a record of the log.
TEST_F(FaultTest, NothingAcknowledgedIsLostToAPowerCut) {
  std::mt19937_64 random(TestSeed());
  std::map<std::string, std::string> acknowledged;
  for (int round = 0; round < 25; ++round) {
    const int64_t cut_at =
        disk_->operations() + static_cast<int64_t>(random() % 60);
    disk_->SetFault([this, cut_at](Operation, const std::string&) {
      if (disk_->operations() >= cut_at) disk_->CutPower();
      return disk_->cut();
    });
    for (int i = 0; !disk_->cut(); ++i) {
      const std::string key = absl::StrCat("k", random() % 50);
      const std::string value =
          absl::StrCat(round, "/", i, std::string(random() % 20'000, 'v'));
      const auto result = Commit(Put(key, value, random() % 5));
      if (result.ok()) acknowledged[key] = value;
      if (!result.ok()) acknowledged.erase(key);
    }
    ledger_.reset();
    disk_->DropUnsynced([&](uint64_t unsynced) {
      return random() % 2 == 0 ? 0 : random() % (unsynced + 1);
    });
    disk_->Heal();
    Reopen();
    for (const auto& [key, value] : acknowledged) {
      const auto record = ledger_->Get(key);
      ASSERT_TRUE(record.ok() && record->has_value()) << "round " << round;
      ASSERT_EQ((*record)->value, value) << "round " << round;
    }
  }
  ExpectConsistent();
}

// Power fails at each operation of making a store in turn.
TEST(NewStoreTest, OpensAfterAPowerCutWhileItWasMade) {
  const auto nothing = [](uint64_t) { return uint64_t{0}; };
  bool finished = false;
  int64_t cut_at = 1;
  for (; !finished; cut_at += 3) {
    const TemporaryDirectory directory;
    FaultFileSystem* disk = nullptr;
    const auto env = FaultFileSystem::MakeEnv(&disk);
    LocalLedgerOptions options = TestOptions(directory);
    options.env = env.get();
    disk->SetFault([disk, cut_at](Operation, const std::string&) {
      if (disk->operations() >= cut_at) disk->CutPower();
      return disk->cut();
    });
    finished = LocalLedger::Open(options).ok();
    disk->CutPower();
    disk->DropUnsynced(nothing);
    disk->Heal();
    const auto ledger = LocalLedger::Open(options);
    ASSERT_TRUE(ledger.ok()) << "cut at " << cut_at << ": " << ledger.status();
    EXPECT_EQ(CommitAndWait(**ledger, Put("a", "1"))->revision, 1);
  }
  EXPECT_GT(cut_at, 20);
}

}  // namespace
}  // namespace xom::storage
