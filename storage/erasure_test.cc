// What is secret stands in its record alone, and what is erased is nowhere.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rocksdb/db.h>

#include <atomic>
#include <random>
#include <thread>

#include "storage/keys.h"
#include "storage/ledger_error.h"
#include "storage/ledger_testing.h"
#include "storage/local_ledger.h"
#include "storage/store.h"

namespace xom::storage {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

std::string Redact(absl::string_view value) {
  return absl::StrCat("redacted ", value.size());
}

Transaction PutSecret(absl::string_view key, absl::string_view value) {
  Transaction transaction = Put(key, value, 7);
  transaction.mutations[0].secret = true;
  return transaction;
}

Transaction Erasing(Transaction transaction, const std::string& key) {
  transaction.erasures.push_back({key, Redact, Redact});
  return transaction;
}

Transaction Requesting(Transaction transaction, const std::string& id,
                       const std::string& reply) {
  transaction.request =
      RequestRecord{id, "f", reply, transaction.mutations.front().key};
  return transaction;
}

class ErasureTest : public testing::Test {
 protected:
  ErasureTest() : random_(TestSeed()), options_(TestOptions(directory_)) {
    options_.compress = false;
    Reopen();
  }

  void Reopen() {
    ledger_.reset();
    ledger_ = OpenOrDie(options_);
  }

  Revision Commit(Transaction transaction) {
    const auto result = CommitAndWait(*ledger_, std::move(transaction));
    EXPECT_TRUE(result.ok()) << result.status();
    return result.ok() ? result->revision : 0;
  }

  // Each before and after of `key` that the log tells.
  std::vector<std::string> Told(const std::string& key) {
    std::vector<std::string> told;
    for (const Change& change :
         AllChanges(*ledger_, ledger_->oldest_revision())) {
      for (const ChangedRecord& changed : change.records) {
        if (changed.key != key) continue;
        if (changed.before.has_value()) told.push_back(*changed.before);
        if (changed.after.has_value()) told.push_back(*changed.after);
      }
    }
    return told;
  }

  std::string ReplyOf(const std::string& id) {
    return FindAndWait(*ledger_, id)->value().reply;
  }

  LedgerError Refusal(Transaction transaction) {
    return *LedgerErrorOf(
        CommitAndWait(*ledger_, std::move(transaction)).status());
  }

  // Bytes that chance cannot make.
  std::string Marker() {
    std::string marker;
    while (marker.size() < 32) {
      marker.push_back(static_cast<char>(random_() & 0xff));
    }
    return marker;
  }

  // Files of the store that contain the marker.
  std::vector<std::string> FilesWith(const std::string& marker) {
    return NamesOfFilesWith(directory_.path(), marker);
  }

  // Families of the closed store with an entry that contains the marker.
  std::vector<std::string> FamiliesWith(const std::string& marker) {
    std::vector<rocksdb::ColumnFamilyHandle*> handles;
    rocksdb::DB* opened = nullptr;
    EXPECT_TRUE(rocksdb::DB::OpenForReadOnly(
                    MakeDbOptions(options_), options_.directory,
                    MakeFamilies(options_), &handles, &opened)
                    .ok());
    const std::unique_ptr<rocksdb::DB> db(opened);
    std::vector<std::string> families;
    for (auto* handle : handles) {
      const std::unique_ptr<rocksdb::Iterator> it(
          db->NewIterator(rocksdb::ReadOptions(), handle));
      bool found = false;
      for (it->SeekToFirst(); it->Valid(); it->Next()) {
        found = found || it->key().ToString().find(marker) != std::string::npos;
        found =
            found || it->value().ToString().find(marker) != std::string::npos;
      }
      if (found) families.push_back(handle->GetName());
    }
    for (auto* handle : handles) db->DestroyColumnFamilyHandle(handle);
    return families;
  }

  std::mt19937_64 random_;
  TemporaryDirectory directory_;
  LocalLedgerOptions options_;
  std::unique_ptr<LocalLedger> ledger_;
};

TEST_F(ErasureTest, ASecretIsInItsRecordAndInNoChange) {
  std::vector<Change> followed;
  const auto follow =
      EachChange([&](const Change& change) { followed.push_back(change); });
  ASSERT_TRUE(ledger_->Follow(0, follow).ok());
  Commit(PutSecret("s", "1"));
  EXPECT_EQ((*ledger_->Get("s"))->value, "1");
  EXPECT_TRUE((*ledger_->Get("s"))->secret);
  EXPECT_EQ(ScanAll(*ledger_).at("s").value, "1");
  EXPECT_EQ(ScanAll(*ledger_).at("s").cell, 7u);
  Commit(PutSecret("s", "2"));
  Transaction deleting = Delete("s");
  deleting.mutations[0].secret = true;
  Commit(deleting);
  EXPECT_FALSE(ledger_->Get("s")->has_value());
  Commit(deleting);  // of what is not there: no change
  const auto read = AllChanges(*ledger_);
  for (const auto& changes : {followed, read}) {
    ASSERT_EQ(changes.size(), 4u);
    for (size_t i = 0; i < 3; ++i) {
      const ChangedRecord& changed = changes[i].records.at(0);
      EXPECT_EQ(changed.key, "s");
      EXPECT_TRUE(changed.secret);
      EXPECT_EQ(changed.before, std::nullopt);
      EXPECT_EQ(changed.after, std::nullopt);
      EXPECT_EQ(changed.cell, 0u);
      EXPECT_EQ(changed.previous_revision, static_cast<Revision>(i));
    }
    EXPECT_THAT(changes[3].records, IsEmpty());
  }
}

TEST_F(ErasureTest, OnceSecretStaysSecretUntilDeleted) {
  Commit(Put("s", "open"));
  Commit(PutSecret("s", "1"));
  Reopen();
  Commit(Put("s", "2"));
  EXPECT_TRUE((*ledger_->Get("s"))->secret);
  Commit(Delete("s"));
  EXPECT_THAT(Told("s"), ElementsAre("open"));
  Commit(Put("s", "open again"));
  EXPECT_FALSE((*ledger_->Get("s"))->secret);
  EXPECT_THAT(Told("s"), ElementsAre("open", "open again"));
}

TEST_F(ErasureTest, RedactsAllThatTheLogHasOfTheRecord) {
  std::vector<Change> followed;
  const auto follow =
      EachChange([&](const Change& change) { followed.push_back(change); });
  ASSERT_TRUE(ledger_->Follow(0, follow).ok());
  Commit(Put("n", "1", 5));
  Transaction both = Put("n", "22", 6);
  both.mutations.push_back({"nn", 8, "kept"});
  Commit(both);
  Commit(Delete("n"));  // the record's revisions begin anew here
  Commit(Put("n", "333", 9));
  Reopen();
  ASSERT_TRUE(ledger_->Follow(4, follow).ok());
  Commit(Erasing(Put("n", "new", 4), "n"));
  const std::vector<std::string> redacted = {
      "redacted 1", "redacted 1", "redacted 2", "redacted 2",
      "redacted 3", "redacted 3", "new"};
  EXPECT_EQ(Told("n"), redacted);
  EXPECT_EQ(followed.at(4).records[0].before, "redacted 3");
  EXPECT_EQ(followed.at(4).records[0].after, "new");
  EXPECT_THAT(Told("nn"), ElementsAre("kept"));
  EXPECT_EQ((*ledger_->Get("n"))->value, "new");
  const auto changes = AllChanges(*ledger_);
  for (size_t i = 0; i < 4; ++i) EXPECT_EQ(changes[i].records[0].cell, 0u);
  EXPECT_EQ(changes[1].records[1].cell, 8u);
  EXPECT_EQ(changes[4].records[0].cell, 4u);
  Reopen();
  EXPECT_EQ(Told("n"), redacted);
}

TEST_F(ErasureTest, DeletesAndErasesAtOnceAndAgainLater) {
  Commit(Put("n", "1", 5));
  Commit(Erasing(Delete("n"), "n"));
  EXPECT_THAT(Told("n"), ElementsAre("redacted 1", "redacted 1"));
  EXPECT_EQ(AllChanges(*ledger_)[1].records[0].cell, 0u);
  // Of a record that is not there, and in a transaction without mutations.
  Transaction empty = Delete("never");
  empty.mutations.clear();
  Commit(Erasing(Erasing(empty, "n"), "never"));
  EXPECT_THAT(Told("n"), ElementsAre("redacted 10", "redacted 10"));
}

TEST_F(ErasureTest, RedactsTheRepliesThatTellOfTheRecord) {
  const Transaction first = Requesting(Put("n", "1"), "r1", "first");
  Commit(first);
  Commit(Requesting(Put("n", "2"), "r2", "second"));
  Commit(Requesting(Put("nn", "1"), "r3", "third"));
  const auto erasing = Erasing(Requesting(Delete("n"), "r4", "its own"), "n");
  Commit(erasing);
  EXPECT_EQ(ReplyOf("r1"), "redacted 5");
  EXPECT_EQ(ReplyOf("r2"), "redacted 6");
  EXPECT_EQ(ReplyOf("r3"), "third");
  EXPECT_EQ(ReplyOf("r4"), "its own");
  const auto replayed = CommitAndWait(*ledger_, first);
  EXPECT_TRUE(replayed->replayed);
  EXPECT_EQ(replayed->revision, 1);
  EXPECT_EQ(replayed->reply, "redacted 5");
  EXPECT_TRUE(CommitAndWait(*ledger_, erasing)->replayed);
  EXPECT_EQ(ReplyOf("r1"), "redacted 5");
}

TEST_F(ErasureTest, AnIdUsedAgainBelongsToItsNewSubject) {
  std::atomic<int64_t> hours = 0;
  options_.now = [&] { return absl::UnixEpoch() + absl::Hours(hours.load()); };
  Reopen();
  Transaction first = Requesting(Put("n", "1"), "r", "of n");
  first.commit_time = options_.now();
  Commit(first);
  hours = 49;
  Transaction second = Requesting(Put("nn", "1"), "r", "of nn");
  second.commit_time = options_.now();
  Commit(second);
  Commit(Erasing(Delete("n"), "n"));
  EXPECT_EQ(ReplyOf("r"), "of nn");
  Commit(Erasing(Delete("nn"), "nn"));
  EXPECT_EQ(ReplyOf("r"), "redacted 5");
}

TEST_F(ErasureTest, ARefusedTransactionErasesNothing) {
  Commit(Requesting(Put("n", "1"), "r", "reply"));
  Transaction refused = Erasing(Delete("n"), "n");
  refused.preconditions.push_back({"n", 7});
  EXPECT_EQ(Refusal(refused), LedgerError::kPreconditionFailed);
  EXPECT_EQ(Refusal(Erasing(Erasing(Delete("n"), "n"), "n")),
            LedgerError::kMalformed);
  EXPECT_EQ(Refusal(Erasing(Delete("n"), "")), LedgerError::kMalformed);
  Transaction unable = Erasing(Delete("n"), "n");
  unable.erasures[0].redact_reply = nullptr;
  EXPECT_EQ(Refusal(unable), LedgerError::kMalformed);
  Transaction many = Delete("n");
  for (size_t i = 0; i <= kMaxErasures; ++i) {
    many = Erasing(std::move(many), absl::StrCat(i));
  }
  EXPECT_EQ(Refusal(many), LedgerError::kMalformed);
  Transaction subject = Requesting(Put("n", "1"), "r2", "");
  subject.request->subject = std::string(kMaxKeyBytes + 1, 'k');
  EXPECT_EQ(Refusal(subject), LedgerError::kMalformed);
  EXPECT_THAT(Told("n"), ElementsAre("1"));
  EXPECT_EQ(ReplyOf("r"), "reply");
}

// A reader sees the log as it was before an erasure or after it: from where
// the first value is redacted all before it are.
TEST_F(ErasureTest, ReadersMeetErasuresWhole) {
  options_.max_retained_changes = 64;
  Reopen();
  Commit(Put("n", "raw"));
  std::atomic<bool> stop = false;
  std::thread reader([&] {
    while (!stop) {
      const auto changes =
          ledger_->ReadChanges(ledger_->oldest_revision(), 100);
      if (!changes.ok()) continue;
      bool raw = false;
      for (const Change& change : *changes) {
        const bool is_raw = change.records[0].after == "raw";
        ASSERT_TRUE(is_raw || !raw) << change.revision;
        raw = is_raw;
      }
    }
  });
  for (int i = 0; i < 300; ++i) {
    const bool erases = i % 7 == 0;
    Commit(erases ? Erasing(Put("n", "raw"), "n") : Put("n", "raw"));
  }
  stop = true;
  reader.join();
}

TEST_F(ErasureTest, AHistoryLeavesWithTheLog) {
  options_.max_retained_changes = 32;
  Reopen();
  for (int i = 0; i < 100; ++i) Commit(Put("n", "1"));
  ASSERT_TRUE(ledger_->Compact().ok());
  const auto there =
      static_cast<size_t>(ledger_->revision() - ledger_->oldest_revision());
  ledger_.reset();
  const auto store = *Store::Open(options_);
  size_t entries = 0;
  ASSERT_TRUE(
      store->ForEachKey(Family::kHistory, [&](absl::string_view) { ++entries; })
          .ok());
  EXPECT_EQ(entries, there);
  EXPECT_LT(entries, 100u);
}

TEST_F(ErasureTest, CompactingGoesOnBesideReadsAndWritesAndEndsWithTheLedger) {
  std::atomic<bool> stop = false;
  std::thread writer([&] {
    for (int i = 0; !stop; ++i) Commit(Put(absl::StrCat(i % 50), "1", 3));
  });
  std::thread reader([&] {
    while (!stop) ScanAll(*ledger_);
  });
  for (int i = 0; i < 10; ++i) EXPECT_TRUE(ledger_->Compact().ok());
  stop = true;
  writer.join();
  reader.join();
  ledger_->Close();
  EXPECT_EQ(LedgerErrorOf(ledger_->Compact()), LedgerError::kNotWritable);
  EXPECT_EQ(ScanAll(*ledger_).size(),
            std::min<size_t>(50, static_cast<size_t>(ledger_->revision())));
}

// The one that decides: marked bytes of every kind, through updates and
// reopening, are found in the files until they are erased and compacted.
TEST_F(ErasureTest, NoFileHasAByteOfWhatWasErased) {
  // The first of all cells, in its first bit: tables write of a key only where
  // it differs from the one before.
  const uint64_t cell = random_() >> 1;
  const auto other_cell = [&] { return random_() | uint64_t{1} << 63; };
  std::vector<std::string> erased = {CellKey(cell, "n")};
  std::vector<std::string> secrets;
  const auto marker = [&] { return erased.emplace_back(Marker()); };
  const std::string kept = Marker();
  Commit(Put("kept", kept));
  for (int i = 0; i < 12; ++i) {
    if (i % 4 == 3) Reopen();
    secrets.push_back(Marker());
    Commit(PutSecret("s", secrets.back()));
    // At once, for the next one may overwrite it before it is in a table.
    EXPECT_THAT(FilesWith(secrets.back()), Not(IsEmpty()));
    Commit(
        Requesting(Put("n", marker(), cell), absl::StrCat("r", i), marker()));
    Commit(Put(absl::StrCat("other", i), "1", other_cell()));
    if (i == 6) Commit(Delete("n"));
  }
  for (const std::string& bytes : erased) {
    EXPECT_THAT(FilesWith(bytes), Not(IsEmpty()));
  }
  erased.insert(erased.end(), secrets.begin(), secrets.end());

  Transaction erasing = Erasing(Delete("n"), "n");
  erasing.mutations.push_back({"s", 0, std::nullopt, true});
  Commit(erasing);
  EXPECT_THAT(FilesWith(erased.back()), Not(IsEmpty()));  // by compacting only
  ASSERT_TRUE(ledger_->Compact().ok());
  for (int i = 0; i < 2; ++i) {
    for (const std::string& bytes : erased) {
      EXPECT_THAT(FilesWith(bytes), IsEmpty());
    }
    EXPECT_THAT(FilesWith(kept), Not(IsEmpty()));
    ledger_.reset();
  }
  for (const std::string& bytes : erased) {
    EXPECT_THAT(FamiliesWith(bytes), IsEmpty());
  }
  EXPECT_THAT(FamiliesWith(kept), ElementsAre("records", "changes"));
}

}  // namespace
}  // namespace xom::storage
