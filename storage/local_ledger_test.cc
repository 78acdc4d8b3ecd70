// What every ledger promises about records, preconditions and requests.
#include "storage/local_ledger.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>

#include <atomic>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <map>
#include <set>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "storage/keys.h"
#include "storage/ledger_error.h"
#include "storage/ledger_testing.h"
#include "storage/mutex.h"
#include "storage/store.h"

namespace xom::storage {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Key;

class LocalLedgerTest : public testing::Test {
 protected:
  LocalLedgerTest() : options_(TestOptions(directory_)) {
    options_.now = [this] { return absl::FromUnixSeconds(seconds_.load()); };
    Reopen();
  }

  void Reopen() {
    ledger_.reset();
    ledger_ = OpenOrDie(options_);
  }

  absl::StatusOr<CommitResult> Commit(Transaction transaction) {
    return CommitAndWait(*ledger_, std::move(transaction));
  }

  absl::Time Now() const { return options_.now(); }

  Transaction Requested(absl::string_view key, absl::string_view id,
                        absl::string_view fingerprint) {
    Transaction transaction = Put(key, "v");
    transaction.request =
        RequestRecord{std::string(id), std::string(fingerprint),
                      absl::StrCat("reply for ", key)};
    transaction.commit_time = Now();
    return transaction;
  }

  TemporaryDirectory directory_;
  std::atomic<int64_t> seconds_ = 1'000'000;
  LocalLedgerOptions options_;
  std::unique_ptr<LocalLedger> ledger_;
};

TEST_F(LocalLedgerTest, StartsEmpty) {
  EXPECT_EQ(ledger_->revision(), 0);
  EXPECT_EQ(ledger_->oldest_revision(), 0);
  EXPECT_FALSE(ledger_->Get("a")->has_value());
  Revision revision = -1;
  EXPECT_THAT(ScanAll(*ledger_, &revision), IsEmpty());
  EXPECT_EQ(revision, 0);
}

TEST_F(LocalLedgerTest, PutsOverwritesAndDeletes) {
  EXPECT_EQ(Commit(Put("a", "1", 7))->revision, 1);
  EXPECT_EQ(Commit(Put("a", "2", 9))->revision, 2);
  const auto record = **ledger_->Get("a");
  EXPECT_EQ(record.key, "a");
  EXPECT_EQ(record.value, "2");
  EXPECT_EQ(record.cell, 9u);
  EXPECT_EQ(record.mod_revision, 2);
  EXPECT_THAT(ScanAll(*ledger_), ElementsAre(Key("a")));
  EXPECT_EQ(Commit(Delete("a"))->revision, 3);
  EXPECT_FALSE(ledger_->Get("a")->has_value());
  EXPECT_THAT(ScanAll(*ledger_), IsEmpty());
  EXPECT_EQ(ledger_->revision(), 3);
}

TEST_F(LocalLedgerTest, KeepsBytesAsTheyAre) {
  const std::string key("a\0\xff", 3);
  const std::string value("\0\n\xfe", 3);
  ASSERT_TRUE(Commit(Put(key, value, ~uint64_t{0})).ok());
  ASSERT_TRUE(Commit(Put("empty", "", 0)).ok());
  EXPECT_EQ((*ledger_->Get(key))->value, value);
  EXPECT_EQ((*ledger_->Get("empty"))->value, "");
  EXPECT_THAT(ScanAll(*ledger_), ElementsAre(Key(key), Key("empty")));
}

TEST_F(LocalLedgerTest, DeletingWhatIsNotThereIsAnEmptyChange) {
  EXPECT_EQ(Commit(Delete("a"))->revision, 1);
  EXPECT_THAT(AllChanges(*ledger_).at(0).records, IsEmpty());
}

TEST_F(LocalLedgerTest, PreconditionsHoldOrNothingHappens) {
  ASSERT_TRUE(Commit(Put("a", "1")).ok());
  Transaction transaction = Put("b", "1");
  transaction.preconditions = {{"a", 1}, {"b", 0}};
  EXPECT_EQ(Commit(transaction)->revision, 2);
  const auto again = Commit(transaction);  // b is there now
  EXPECT_EQ(again.status().code(), absl::StatusCode::kAborted);
  EXPECT_EQ(LedgerErrorOf(again.status()), LedgerError::kPreconditionFailed);
  EXPECT_EQ(ledger_->revision(), 2);
  EXPECT_EQ((*ledger_->Get("b"))->mod_revision, 2);
}

// `a` as it stood at revision 1, and a change of it that was decided then.
Transaction ChangeOfReadRecord() {
  Transaction transaction = Put("a", "2");
  transaction.preconditions = {{"a", 1, Record{"a", 0, "as read", 1}}};
  transaction.read_revision = 1;
  return transaction;
}

TEST_F(LocalLedgerTest, WhatWasReadIsNotReadAgain) {
  ASSERT_TRUE(Commit(Put("a", "1")).ok());
  ASSERT_TRUE(Commit(Put("b", "1")).ok());
  ASSERT_TRUE(Commit(ChangeOfReadRecord()).ok());
  EXPECT_EQ(AllChanges(*ledger_, 2)[0].records[0].before, "as read");
}

TEST_F(LocalLedgerTest, WhatWasWrittenSinceItWasReadFails) {
  ASSERT_TRUE(Commit(Put("a", "1")).ok());
  ASSERT_TRUE(Commit(Put("a", "1")).ok());
  EXPECT_EQ(LedgerErrorOf(Commit(ChangeOfReadRecord()).status()),
            LedgerError::kPreconditionFailed);
  EXPECT_EQ(ledger_->revision(), 2);
}

TEST_F(LocalLedgerTest, WhatWasReadBeforeAllThatIsRememberedIsReadAgain) {
  ASSERT_TRUE(Commit(Put("a", "1")).ok());
  ASSERT_TRUE(Commit(Put("b", "1")).ok());
  Reopen();
  ASSERT_TRUE(Commit(ChangeOfReadRecord()).ok());
  EXPECT_EQ(AllChanges(*ledger_, 2)[0].records[0].before, "1");
}

// Who wrote it may have worked its cell out otherwise.
TEST_F(LocalLedgerTest, WhatAnotherProcessWroteIsReadAgain) {
  ASSERT_TRUE(Commit(Put("a", "1", /*cell=*/7)).ok());
  Reopen();
  ASSERT_TRUE(Commit(ChangeOfReadRecord()).ok());
  const ChangedRecord changed = AllChanges(*ledger_, 1)[0].records[0];
  EXPECT_EQ(changed.before, "1");
  EXPECT_EQ(ScanAll(*ledger_).at("a").cell, 0u);
  Reopen();
}

TEST_F(LocalLedgerTest, WithoutAReadRevisionNothingIsBelieved) {
  ASSERT_TRUE(Commit(Put("a", "1")).ok());
  Transaction transaction = ChangeOfReadRecord();
  transaction.read_revision = std::nullopt;
  ASSERT_TRUE(Commit(std::move(transaction)).ok());
  EXPECT_EQ(AllChanges(*ledger_, 1)[0].records[0].before, "1");
}

TEST_F(LocalLedgerTest, WhatWasNotThereWhenItWasReadMayBeMadeOnce) {
  Transaction create = Put("a", "1");
  create.preconditions = {{"a", 0}};
  create.read_revision = 0;
  ASSERT_TRUE(Commit(create).ok());
  EXPECT_EQ(LedgerErrorOf(Commit(create).status()),
            LedgerError::kPreconditionFailed);
}

TEST_F(LocalLedgerTest, ARecordOfAnotherRevisionIsMalformed) {
  ASSERT_TRUE(Commit(Put("a", "1")).ok());
  Transaction transaction = ChangeOfReadRecord();
  transaction.preconditions[0].read->mod_revision = 2;
  EXPECT_EQ(LedgerErrorOf(Commit(transaction).status()),
            LedgerError::kMalformed);
  transaction.preconditions[0].read = Record{"b", 0, "as read", 1};
  EXPECT_EQ(LedgerErrorOf(Commit(transaction).status()),
            LedgerError::kMalformed);
  transaction.preconditions[0] = {"a", 0, Record{"a", 0, "as read", 0}};
  EXPECT_EQ(LedgerErrorOf(Commit(transaction).status()),
            LedgerError::kMalformed);
}

TEST_F(LocalLedgerTest, MutationsOfOneTransactionAreOneChange) {
  Transaction transaction = Put("a", "1", 5);
  transaction.mutations.push_back({"b", 6, "2"});
  ASSERT_EQ(Commit(transaction)->revision, 1);
  transaction.mutations = {{"a", 0, std::nullopt}, {"c", 8, "3"}};
  ASSERT_EQ(Commit(transaction)->revision, 2);
  EXPECT_THAT(ScanAll(*ledger_), ElementsAre(Key("b"), Key("c")));
  EXPECT_EQ(AllChanges(*ledger_).size(), 2u);
}

// The first commit holds the committer thread in its callback, so that those
// behind it make one group.
class LocalLedgerGroupTest : public LocalLedgerTest {
 protected:
  using Results = std::vector<absl::StatusOr<CommitResult>>;

  Results CommitAsGroup(std::vector<Transaction> transactions) {
    Mailbox<bool> entered;
    Mailbox<bool> release;
    ledger_->Commit(Put("gate", "g"), [&](auto) {
      entered.Put(true);
      release.Take();
    });
    entered.Take();
    Results results;
    Mailbox<bool> finished;
    const size_t count = transactions.size();
    for (Transaction& transaction : transactions) {
      ledger_->Commit(std::move(transaction), [&](auto result) {
        results.push_back(std::move(result));
        if (results.size() == count) finished.Put(true);
      });
    }
    release.Put(true);
    finished.Take();
    return results;
  }
};

TEST_F(LocalLedgerGroupTest, LaterOnesSeeEarlierOnes) {
  Transaction create = Put("a", "1", 3);
  create.preconditions = {{"a", 0}};
  Transaction follow = Put("a", "2", 4);
  follow.preconditions = {{"a", 2}};
  const Results results =
      CommitAsGroup({create, create, follow, Delete("a"), create});
  ASSERT_EQ(results.size(), 5u);
  EXPECT_EQ(results[0]->revision, 2);  // after the gate's
  EXPECT_EQ(LedgerErrorOf(results[1].status()),
            LedgerError::kPreconditionFailed);
  EXPECT_EQ(results[2]->revision, 3);
  EXPECT_EQ(results[3]->revision, 4);
  EXPECT_EQ(results[4]->revision, 5);
  const auto changes = AllChanges(*ledger_, 1);
  ASSERT_EQ(changes.size(), 4u);
  EXPECT_EQ(changes[1].records[0].before, "1");
  EXPECT_EQ(changes[1].records[0].after, "2");
  EXPECT_EQ(changes[1].records[0].previous_revision, 2);
  EXPECT_EQ(changes[2].records[0].after, std::nullopt);
  EXPECT_EQ(changes[2].records[0].cell, 4u);
  EXPECT_EQ(changes[3].records[0].before, std::nullopt);
  EXPECT_THAT(ScanAll(*ledger_), ElementsAre(Key("a"), Key("gate")));
}

TEST_F(LocalLedgerGroupTest, OneRequestIsDoneOnce) {
  Transaction other = Requested("b", "r", "another body");
  const Results results = CommitAsGroup(
      {Requested("a", "r", "f"), Requested("b", "r", "f"), other});
  EXPECT_FALSE(results[0]->replayed);
  EXPECT_TRUE(results[1]->replayed);
  EXPECT_EQ(results[1]->revision, results[0]->revision);
  EXPECT_EQ(results[1]->reply, "reply for a");
  EXPECT_EQ(LedgerErrorOf(results[2].status()), LedgerError::kRequestReused);
  EXPECT_EQ(ledger_->revision(), 2);
}

TEST_F(LocalLedgerGroupTest, QueueIsBounded) {
  options_.max_queued_transactions = 2;
  Reopen();
  const Results results =
      CommitAsGroup({Put("a", "1"), Put("b", "1"), Put("c", "1")});
  // Refused at once, hence first.
  EXPECT_EQ(results[0].status().code(), absl::StatusCode::kResourceExhausted);
  EXPECT_EQ(LedgerErrorOf(results[0].status()), LedgerError::kQueueFull);
  EXPECT_TRUE(results[1].ok() && results[2].ok());
}

TEST_F(LocalLedgerGroupTest, QueuedBytesAreBounded) {
  options_.max_queued_bytes = 3'000;
  Reopen();
  const Results results = CommitAsGroup(
      {Put("a", std::string(2'000, 'x')), Put("b", std::string(2'000, 'x'))});
  EXPECT_EQ(LedgerErrorOf(results[0].status()), LedgerError::kQueueFull);
  EXPECT_TRUE(results[1].ok());
}

TEST_F(LocalLedgerGroupTest, ClosingFinishesWhatIsQueued) {
  Mailbox<bool> entered;
  Mailbox<bool> release;
  ledger_->Commit(Put("gate", "g"), [&](auto) {
    entered.Put(true);
    release.Take();
  });
  entered.Take();
  std::atomic<int> done = 0;
  for (int i = 0; i < 10; ++i) {
    ledger_->Commit(Put("a", "1"), [&](auto result) { done += result.ok(); });
  }
  std::thread closer([&] { ledger_->Close(); });
  release.Put(true);
  closer.join();
  EXPECT_EQ(done, 10);
  EXPECT_EQ(LedgerErrorOf(Commit(Put("a", "2")).status()),
            LedgerError::kClosed);
  EXPECT_EQ(LedgerErrorOf(FindAndWait(*ledger_, "r").status()),
            LedgerError::kClosed);
  EXPECT_EQ((*ledger_->Get("a"))->mod_revision, 11);
}

TEST_F(LocalLedgerTest, RetriedRequestGetsTheFirstAnswer) {
  Transaction first = Requested("a", "r", "f");
  first.preconditions = {{"a", 0}};
  ASSERT_FALSE(Commit(first)->replayed);
  for (int i = 0; i < 2; ++i) {
    const auto again = Commit(first);  // though its precondition fails now
    ASSERT_TRUE(again.ok());
    EXPECT_TRUE(again->replayed);
    EXPECT_EQ(again->revision, 1);
    EXPECT_EQ(again->reply, "reply for a");
    const auto reused = Commit(Requested("a", "r", "g"));
    EXPECT_EQ(reused.status().code(), absl::StatusCode::kAlreadyExists);
    Reopen();
  }
  EXPECT_EQ(ledger_->revision(), 1);
}

TEST_F(LocalLedgerTest, FailedPreconditionLeavesNoRequest) {
  Transaction transaction = Requested("a", "r", "f");
  transaction.preconditions = {{"a", 5}};
  ASSERT_FALSE(Commit(transaction).ok());
  EXPECT_FALSE(FindAndWait(*ledger_, "r")->has_value());
  transaction.preconditions.clear();
  EXPECT_FALSE(Commit(transaction)->replayed);
}

TEST_F(LocalLedgerTest, FindRequestSeesCommitsQueuedBefore) {
  Mailbox<absl::StatusOr<std::optional<RequestRecord>>> box;
  ledger_->Commit(Requested("a", "r", "f"), [](auto) {});
  ledger_->FindRequest("r", [&](auto found) { box.Put(std::move(found)); });
  const auto found = box.Take();
  ASSERT_TRUE(found.ok() && found->has_value());
  EXPECT_EQ((*found)->fingerprint, "f");
  EXPECT_EQ((*found)->reply, "reply for a");
  EXPECT_FALSE(FindAndWait(*ledger_, "s")->has_value());
}

TEST_F(LocalLedgerTest, RequestsExpire) {
  options_.request_retention = absl::Hours(2);
  Reopen();
  ASSERT_TRUE(Commit(Requested("a", "r", "f")).ok());
  seconds_ += 2 * 3600;
  EXPECT_TRUE(Commit(Requested("a", "r", "f"))->replayed);
  seconds_ += 1;
  EXPECT_FALSE(FindAndWait(*ledger_, "r")->has_value());
  EXPECT_FALSE(Commit(Requested("a", "r", "another"))->replayed);
  EXPECT_TRUE(Commit(Requested("a", "r", "another"))->replayed);
}

TEST_F(LocalLedgerTest, ManyThreadsWithOneRequestCommitOnce) {
  constexpr int kThreads = 8;
  std::atomic<int> first = 0;
  std::atomic<int> replayed = 0;
  std::vector<std::thread> threads;
  for (int i = 0; i < kThreads; ++i) {
    threads.emplace_back([&] {
      for (int j = 0; j < 50; ++j) {
        const auto result = Commit(Requested("a", absl::StrCat("r", j), "f"));
        ASSERT_TRUE(result.ok());
        ++(result->replayed ? replayed : first);
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(first, 50);
  EXPECT_EQ(replayed, 50 * (kThreads - 1));
  EXPECT_EQ(ledger_->revision(), 50);
}

TEST_F(LocalLedgerTest, OneOfManyWinsEachRace) {
  constexpr int kThreads = 4;
  std::atomic<int> won = 0;
  std::vector<std::thread> threads;
  for (int i = 0; i < kThreads; ++i) {
    threads.emplace_back([&] {
      for (int j = 0; j < 50; ++j) {
        Transaction transaction = Put(absl::StrCat("k", j), "mine");
        transaction.preconditions = {{absl::StrCat("k", j), 0}};
        won += Commit(transaction).ok();
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(won, 50);
  EXPECT_EQ(ledger_->revision(), 50);
}

TEST_F(LocalLedgerTest, RefusesWhatIsOutOfBounds) {
  const auto refused = [&](const Transaction& transaction) {
    const auto result = Commit(transaction);
    return result.status().code() == absl::StatusCode::kInvalidArgument &&
           LedgerErrorOf(result.status()) == LedgerError::kMalformed;
  };
  EXPECT_TRUE(refused(Put("", "v")));
  EXPECT_FALSE(refused(Put(std::string(kMaxKeyBytes, 'k'), "v")));
  EXPECT_TRUE(refused(Put(std::string(kMaxKeyBytes + 1, 'k'), "v")));
  EXPECT_TRUE(refused(Put("a", std::string(kMaxTransactionBytes, 'v'))));
  Transaction transaction = Put("a", "1");
  transaction.mutations.push_back({"a", 0, "2"});
  EXPECT_TRUE(refused(transaction));
  transaction = Put("a", "1");
  transaction.preconditions = {{"", 0}};
  EXPECT_TRUE(refused(transaction));
  transaction.preconditions.assign(kMaxPreconditions + 1, {"a", 0});
  EXPECT_TRUE(refused(transaction));
  transaction = Put("a", "1");
  transaction.request = RequestRecord{};
  EXPECT_TRUE(refused(transaction));
  transaction = Put("a", "1");
  transaction.commit_time = absl::InfiniteFuture();
  EXPECT_TRUE(refused(transaction));
  transaction.mutations.assign(kMaxMutations + 1, {"a", 0, "1"});
  EXPECT_TRUE(refused(transaction));
  EXPECT_EQ(ledger_->revision(), 1);
}

TEST_F(LocalLedgerTest, ReopensWithWhatItHad) {
  ASSERT_TRUE(Commit(Put("a", "1", 4)).ok());
  ASSERT_TRUE(Commit(Put("b", "2", 3)).ok());
  Reopen();
  EXPECT_EQ(ledger_->revision(), 2);
  Revision revision = 0;
  EXPECT_THAT(ScanAll(*ledger_, &revision), ElementsAre(Key("a"), Key("b")));
  EXPECT_EQ(revision, 2);
  EXPECT_EQ(Commit(Put("c", "3"))->revision, 3);
}

// In the middle of a scan another thread changes what it has yet to visit.
TEST_F(LocalLedgerTest, ScanIsOneRevision) {
  constexpr uint64_t kRecords = 998;
  Transaction all = Put("last", "old", kRecords);
  for (uint64_t i = 1; i < kRecords; ++i) {
    all.mutations.push_back({absl::StrCat("k", i), i, "old"});
  }
  all.mutations.push_back({"placeless", 0, "old"});
  all.mutations.push_back({"placeless2", 0, "old"});
  ASSERT_TRUE(Commit(all).ok());
  const auto change = [&] {
    Transaction transaction = Put("new", "new", kRecords + 1);
    transaction.mutations.push_back({"last", kRecords, "new"});
    transaction.mutations.push_back({"k900", 0, std::nullopt});
    transaction.mutations.push_back({"k901", 1, "moved"});
    transaction.mutations.push_back({"k902", 0, "moved"});
    transaction.mutations.push_back({"placeless2", 7, "moved"});
    ASSERT_TRUE(Commit(transaction).ok());
  };
  std::map<std::string, Record> records;
  const auto revision = ledger_->Scan([&](const Record& record) {
    if (records.empty()) std::thread(change).join();
    records.emplace(record.key, record);
  });
  ASSERT_TRUE(revision.ok()) << revision.status();
  EXPECT_EQ(*revision, 1);
  EXPECT_EQ(records.size(), size_t{kRecords + 2});
  for (const auto& [key, record] : records) {
    EXPECT_EQ(record.value, "old") << key;
    EXPECT_EQ(record.mod_revision, 1) << key;
  }
  EXPECT_EQ(ledger_->revision(), 2);
}

// Between the two reads of a Get, too.
TEST_F(LocalLedgerTest, ARecordThatMovesIsAlwaysThere) {
  ASSERT_TRUE(Commit(Put("k", "at1", 1)).ok());
  std::atomic<bool> stop = false;
  std::thread reader([&] {
    while (!stop) {
      const auto record = ledger_->Get("k");
      ASSERT_TRUE(record.ok()) << record.status();
      ASSERT_TRUE(record->has_value());
      ASSERT_EQ((*record)->value, absl::StrCat("at", (*record)->cell));
    }
  });
  for (uint64_t i = 0; i < 300; ++i) {
    const uint64_t cell = i % 3;
    ASSERT_TRUE(Commit(Put("k", absl::StrCat("at", cell), cell)).ok());
  }
  stop = true;
  reader.join();
}

TEST_F(LocalLedgerTest, HalfARecordIsDamage) {
  ASSERT_TRUE(Commit(Put("a", "1", 4)).ok());
  ASSERT_TRUE(Commit(Put("b", "2", 3)).ok());
  for (const Family family : {Family::kCells, Family::kRecords}) {
    ledger_.reset();
    {
      const auto store = *Store::Open(options_);
      rocksdb::WriteBatch batch;
      const std::string key =
          family == Family::kCells ? CellKey(4, "a") : std::string("a");
      ASSERT_TRUE(batch.Delete(store->handle(family), key).ok());
      if (family == Family::kRecords) {
        ASSERT_TRUE(
            batch.Put(store->handle(Family::kCells), CellKey(4, "a"), "").ok());
      }
      ASSERT_TRUE(store->Write(&batch).ok());
    }
    Reopen();
    EXPECT_EQ(LedgerErrorOf(ledger_->Scan([](const Record&) {}).status()),
              LedgerError::kCorrupt);
    const bool lost = family == Family::kCells;
    EXPECT_EQ(ledger_->Get("a").ok(), !lost);
    EXPECT_TRUE(ledger_->Get("b").ok());
  }
}

// Of many blocks of the disk.
class LargeScanTest : public LocalLedgerTest {
 protected:
  static constexpr int kRecords = 300;
  static constexpr int kPlaceless = 100;
  static constexpr size_t kValueBytes = 16 << 10;
  static constexpr size_t kThreads = 4;

  using Place = std::pair<uint64_t, std::string>;

  LargeScanTest() {
    for (int i = 0; i < kRecords; ++i) {
      EXPECT_TRUE(Commit(Put(KeyOf(i), ValueOf(i), CellOf(i))).ok());
      places_.insert({CellOf(i), KeyOf(i)});
    }
    Reopen();  // what was in memory is in files now
  }

  void Damage() {
    ledger_.reset();
    {
      const auto store = *Store::Open(options_);
      rocksdb::WriteBatch batch;
      ASSERT_TRUE(
          batch.Put(store->handle(Family::kCells), CellKey(1, "a"), "?").ok());
      ASSERT_TRUE(store->Write(&batch).ok());
    }
    Reopen();
  }

  static std::string KeyOf(int i) { return absl::StrCat("k", i); }
  static std::string ValueOf(int i) {
    return std::string(kValueBytes, static_cast<char>('a' + i % 26));
  }
  static uint64_t CellOf(int i) {
    return i < kPlaceless ? 0 : (i * uint64_t{7919} % 100 + 1) << 55;
  }

  std::set<Place> places_;
};

TEST_F(LargeScanTest, VisitsAllInOrderOnTheThreadThatAsked) {
  std::map<Place, std::string> model;
  for (int i = 0; i < kRecords; ++i) model[{CellOf(i), KeyOf(i)}] = ValueOf(i);
  auto next = model.begin();
  const std::thread::id asked = std::this_thread::get_id();
  const auto revision = ledger_->Scan([&](const Record& record) {
    EXPECT_EQ(std::this_thread::get_id(), asked);
    ASSERT_NE(next, model.end());
    EXPECT_EQ(std::pair(record.cell, record.key), next->first);
    EXPECT_EQ(record.value, next->second);
    ++next;
  });
  EXPECT_EQ(next, model.end());
  EXPECT_EQ(*revision, kRecords);
}

TEST_F(LargeScanTest, PartsOneBehindTheOtherAreAllInOrder) {
  std::vector<std::vector<Place>> parts(kScanParts);
  std::vector<std::set<std::thread::id>> threads(kScanParts);
  const auto revision = ledger_->ScanInParts(
      kThreads, "", [&](size_t part, const Record& record) {
        parts[part].emplace_back(record.cell, record.key);
        threads[part].insert(std::this_thread::get_id());
        return absl::OkStatus();
      });
  EXPECT_EQ(*revision, kRecords);
  EXPECT_EQ(parts[0].size(), size_t{kPlaceless});
  std::vector<Place> all;
  for (size_t i = 0; i < kScanParts; ++i) {
    all.insert(all.end(), parts[i].begin(), parts[i].end());
    EXPECT_LE(threads[i].size(), 1) << "part " << i;
  }
  for (size_t i = 1; i < kScanParts; ++i) {  // none has most of it
    EXPECT_LT(parts[i].size(), size_t{kRecords / 8}) << "part " << i;
  }
  EXPECT_EQ(all, std::vector<Place>(places_.begin(), places_.end()));
  EXPECT_EQ(*threads[0].begin(), std::this_thread::get_id());
}

TEST_F(LargeScanTest, PartsAreVisitedAtOnce) {
  constexpr std::chrono::seconds kBound(30);
  Mutex mu;
  CondVar changed;
  std::set<std::thread::id> visiting;
  const auto revision =
      ledger_->ScanInParts(kThreads, "", [&](size_t part, const Record&) {
        if (part == 0) return absl::OkStatus();
        MutexLock lock(mu);
        if (visiting.insert(std::this_thread::get_id()).second) {
          changed.NotifyAll();
        }
        // Each waits for the others.
        const auto end = std::chrono::steady_clock::now() + kBound;
        while (visiting.size() < kThreads) {
          if (std::chrono::steady_clock::now() > end) {
            return absl::DeadlineExceededError("alone");
          }
          changed.WaitFor(mu, kBound);
        }
        return absl::OkStatus();
      });
  EXPECT_TRUE(revision.ok()) << revision.status();
  EXPECT_EQ(visiting.size(), kThreads);
}

ptrdiff_t CountThreads() {
  return std::distance(std::filesystem::directory_iterator("/proc/self/task"),
                       std::filesystem::directory_iterator());
}

// As categories are, to which needs refer. At the last of them nobody else has
// begun: who had would have visited something, or be there.
TEST_F(LargeScanTest, WhatIsAskedForFirstIsVisitedBeforeAllElse) {
  constexpr int kFirst = 500;
  Transaction first = Put("a", "with a place", 1);
  for (int i = 0; i < kFirst; ++i) {
    first.mutations.push_back({absl::StrCat("b", i), 0, "first"});
  }
  ASSERT_TRUE(Commit(first).ok());
  const ptrdiff_t threads = CountThreads();
  std::atomic<int> seen = 0;
  const auto revision = ledger_->ScanInParts(
      kThreads, "b", [&](size_t part, const Record& record) {
        if (record.key.front() == 'b' && ++seen == kFirst) {
          EXPECT_EQ(CountThreads(), threads);
        }
        EXPECT_TRUE(part == 0 || seen == kFirst) << record.key;
        return absl::OkStatus();
      });
  EXPECT_TRUE(revision.ok()) << revision.status();
  EXPECT_EQ(seen, kFirst);
}

// The first thread waits for another one before it has come to any place.
TEST_F(LargeScanTest, WhatIsNotAskedForFirstIsNotWaitedFor) {
  constexpr std::chrono::seconds kBound(30);
  for (const auto& [first, behind] : {std::pair{"a", "k0"}, {"k0", "k1"}}) {
    Mutex mu;
    CondVar changed;
    bool placed = false;
    const auto visit = [&, behind = absl::string_view(behind)](
                           size_t part, const Record& record) {
      MutexLock lock(mu);
      if (part > 0 && !std::exchange(placed, true)) changed.NotifyAll();
      const auto end = std::chrono::steady_clock::now() + kBound;
      while (record.key == behind && !placed) {
        if (std::chrono::steady_clock::now() > end) {
          return absl::DeadlineExceededError("alone");
        }
        changed.WaitFor(mu, kBound);
      }
      return absl::OkStatus();
    };
    const auto revision = ledger_->ScanInParts(kThreads, first, visit);
    EXPECT_TRUE(revision.ok()) << first << ": " << revision.status();
  }
}

// Others may have begun.
TEST_F(LargeScanTest, AVisitorThatFailsBeforeAnyPlaceEndsAll) {
  const auto revision =
      ledger_->ScanInParts(kThreads, "a", [&](size_t, const Record& record) {
        return record.key == "k1" ? absl::DataLossError("enough")
                                  : absl::OkStatus();
      });
  EXPECT_EQ(revision.status(), absl::DataLossError("enough"));
}

TEST_F(LargeScanTest, AVisitorThatFailsEndsIt) {
  for (const int last : {kPlaceless / 2, kPlaceless + 7}) {
    int visits = 0;
    const auto revision =
        ledger_->ScanInParts(1, "", [&](size_t, const Record&) {
          return ++visits == last ? absl::DataLossError("enough")
                                  : absl::OkStatus();
        });
    EXPECT_EQ(revision.status(), absl::DataLossError("enough"));
    EXPECT_EQ(visits, last);
  }
}

TEST_F(LargeScanTest, DamageEndsIt) {
  Damage();
  int visits = 0;
  const auto revision = ledger_->Scan([&](const Record&) { ++visits; });
  EXPECT_EQ(LedgerErrorOf(revision.status()), LedgerError::kCorrupt);
  EXPECT_THAT(revision.status().message(), HasSubstr("cannot decode record a"));
  EXPECT_EQ(visits, kPlaceless);
}

TEST_F(LargeScanTest, DamageInOnePartIsReported) {
  Damage();
  const auto revision = ledger_->ScanInParts(
      kThreads, "", [](size_t, const Record&) { return absl::OkStatus(); });
  EXPECT_EQ(LedgerErrorOf(revision.status()), LedgerError::kCorrupt);
  EXPECT_THAT(revision.status().message(), HasSubstr("cannot decode record a"));
}

TEST_F(LocalLedgerTest, RefusesOptionsOutOfBounds) {
  LocalLedgerOptions options = options_;
  options.max_group_bytes = 0;
  EXPECT_EQ(LedgerErrorOf(LocalLedger::Open(options).status()),
            LedgerError::kMalformed);
  options = options_;
  options.directory.clear();
  EXPECT_EQ(LedgerErrorOf(LocalLedger::Open(options).status()),
            LedgerError::kMalformed);
}

// The niceness of this process' threads of that name (proc(5)).
std::set<int> NicenessOfThreads(absl::string_view name) {
  std::set<int> niceness;
  for (const auto& task :
       std::filesystem::directory_iterator("/proc/self/task")) {
    std::string thread;
    std::ifstream(task.path() / "comm") >> thread;
    const int id = std::stoi(task.path().filename());
    if (thread == name) niceness.insert(getpriority(PRIO_PROCESS, id));
  }
  return niceness;
}

// Behind all others it would get next to nothing of a busy machine, and once
// too many new files wait for it nobody can write.
TEST_F(LocalLedgerTest, CompactionGivesWayAndIsNotLast) {
  for (const char* key : {"a", "b"}) {
    ASSERT_TRUE(Commit(Put(key, "v")).ok());
    ASSERT_TRUE(ledger_->Compact().ok());
  }
  EXPECT_THAT(NicenessOfThreads("rocksdb:low"), ElementsAre(10));
  EXPECT_THAT(NicenessOfThreads("rocksdb:high"),
              ElementsAre(getpriority(PRIO_PROCESS, 0)));
}

}  // namespace
}  // namespace xom::storage
