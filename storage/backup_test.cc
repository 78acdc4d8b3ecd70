// Backups: whole, at one revision, and nothing else than before when they fail.
#include "storage/backup.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/file.h>
#include <unistd.h>

#include <atomic>
#include <filesystem>
#include <fstream>
#include <thread>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "storage/data_folder.h"
#include "storage/fault_file_system.h"
#include "storage/ledger_error.h"
#include "storage/ledger_testing.h"
#include "storage/local_ledger.h"

namespace xom::storage {
namespace {

namespace fs = std::filesystem;
using Operation = FaultFileSystem::Operation;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::Not;

// The names in a folder, hidden ones too.
std::vector<std::string> NamesIn(const std::string& folder) {
  std::vector<std::string> names;
  for (const auto& entry : fs::directory_iterator(folder)) {
    names.push_back(entry.path().filename().string());
  }
  std::sort(names.begin(), names.end());
  return names;
}

bool IsPartial(const std::string& path) {
  return absl::StrContains(path, kPartialBackup);
}

class BackupTest : public testing::Test {
 protected:
  BackupTest()
      : env_(FaultFileSystem::MakeEnv(&disk_)),
        options_(TestOptions(directory_)) {
    options_.env = env_.get();
    options_.free_bytes = [this](const std::string& folder) {
      return folder == shelf_ ? free_for_backups_.load() : uint64_t{1} << 40;
    };
    ledger_ = OpenOrDie(options_);
  }

  std::string Place(const std::string& name) const {
    return shelf_ + "/" + name;
  }

  void Commit(absl::string_view key, absl::string_view value) {
    ASSERT_TRUE(CommitAndWait(*ledger_, Put(key, value, 3)).ok());
  }

  // A backup as the ledger that it is.
  std::unique_ptr<LocalLedger> OpenBackup(const std::string& name) {
    LocalLedgerOptions options = TestOptions(directory_);
    options.directory = Place(name);
    return OpenOrDie(options);
  }

  std::map<std::string, std::string> ValuesIn(const std::string& name) {
    std::map<std::string, std::string> values;
    for (const auto& [key, record] : ScanAll(*OpenBackup(name))) {
      values[key] = record.value;
    }
    return values;
  }

  const TemporaryDirectory directory_;
  const TemporaryDirectory shelf_folder_;
  const std::string shelf_ = CanonicalPath(shelf_folder_.path()).string();
  std::atomic<uint64_t> free_for_backups_ = uint64_t{1} << 40;
  FaultFileSystem* disk_ = nullptr;
  std::unique_ptr<rocksdb::Env> env_;
  LocalLedgerOptions options_;
  std::unique_ptr<LocalLedger> ledger_;
};

// With links as on one disk, and without them as between two.
class BackupOnEitherDiskTest : public BackupTest,
                               public testing::WithParamInterface<bool> {};

// Change `number` of the only writer: some keys again and again, some gone, and
// values that fill a file of RocksDB now and then.
Transaction WriteOf(int64_t number) {
  const std::string key = absl::StrCat("key/", number * 7 % 101);
  if (number % 5 == 0) return Delete(key);
  const auto size = static_cast<size_t>(number * 131 % 9'000);
  return Put(key, absl::StrCat(number, ":", std::string(size, 'x')),
             static_cast<uint64_t>(1 + number % 3));
}

// What the first `revision` changes make, said in a map.
std::map<std::string, Record> ModelAt(Revision revision) {
  std::map<std::string, Record> model;
  for (Revision i = 1; i <= revision; ++i) {
    const Mutation mutation = WriteOf(i).mutations.front();
    model.erase(mutation.key);
    if (!mutation.value.has_value()) continue;
    model[mutation.key] = {mutation.key, mutation.cell, *mutation.value, i};
  }
  return model;
}

// The model at a revision that was reached when `since` was acknowledged, and
// no later one than `until`; `passed` are those that a restored one has passed.
void ExpectIsModel(const LocalLedger& ledger, Revision since, Revision until,
                   Revision passed = 0) {
  Revision scanned = 0;
  const auto records = ScanAll(ledger, &scanned);
  EXPECT_EQ(scanned, ledger.revision());
  const Revision revision = scanned - passed;
  EXPECT_GE(revision, since);
  EXPECT_LE(revision, until);
  const auto model = ModelAt(revision);
  ASSERT_EQ(records.size(), model.size());
  for (const auto& [key, expected] : model) {
    const Record& record = records.at(key);
    EXPECT_EQ(record.value, expected.value) << key;
    EXPECT_EQ(record.cell, expected.cell) << key;
    EXPECT_EQ(record.mod_revision, expected.mod_revision) << key;
  }
  Revision last = ledger.oldest_revision();
  for (const Change& change : AllChanges(ledger, last)) {
    EXPECT_EQ(change.revision, ++last);
  }
  EXPECT_EQ(last, scanned);
}

TEST_P(BackupOnEitherDiskTest, IsThePrefixOfAllThatWasCommitted) {
  if (GetParam()) disk_->RefuseLinks();
  constexpr Revision kBetween = 150;
  std::atomic<Revision> acknowledged = 0;
  std::atomic<bool> stop = false;
  std::atomic<bool> writes = true;
  std::thread writer([&] {
    while (!stop) {
      const auto done = CommitAndWait(*ledger_, WriteOf(acknowledged + 1));
      EXPECT_TRUE(done.ok()) << done.status();
      if (!done.ok()) break;
      acknowledged = done->revision;
    }
    writes = false;
  });
  std::vector<std::pair<Revision, Revision>> bounds;
  for (int i = 0; i < 6; ++i) {
    while (writes && acknowledged < i * kBetween) std::this_thread::yield();
    const Revision before = acknowledged;
    const auto made = ledger_->Backup(Place(absl::StrCat(i)));
    EXPECT_TRUE(made.ok()) << made.status();
    bounds.emplace_back(before, acknowledged + 1);  // one is under way
    if (i != 3) continue;
    EXPECT_TRUE(ledger_->Compact().ok());
  }
  stop = true;
  writer.join();
  ledger_->Close();
  for (int i = 0; i < 6; ++i) {
    SCOPED_TRACE(i);
    const auto [since, until] = bounds[static_cast<size_t>(i)];
    ExpectIsModel(*OpenBackup(absl::StrCat(i)), since, until,
                  kRestoredRevisions);
  }
  ExpectIsModel(*ledger_, acknowledged, acknowledged);
}

TEST_P(BackupOnEitherDiskTest, HasNoByteOfWhatWasErasedBeforeACompaction) {
  if (GetParam()) disk_->RefuseLinks();
  options_.compress = false;
  ledger_.reset();
  ledger_ = OpenOrDie(options_);
  Commit("kept", "what is kept");
  Commit("erased", "what is erased");
  Transaction erasing = Delete("erased");
  const auto nothing = [](absl::string_view) { return std::string(); };
  erasing.erasures.push_back({"erased", nothing, nothing});
  ASSERT_TRUE(CommitAndWait(*ledger_, erasing).ok());
  ASSERT_TRUE(ledger_->Backup(Place("before")).ok());
  ASSERT_TRUE(ledger_->Compact().ok());
  Commit("new", "what is new");
  ASSERT_TRUE(ledger_->Backup(Place("after")).ok());
  const std::string after = Place("after");
  EXPECT_THAT(NamesOfFilesWith(Place("before"), "what is erased"),
              Not(IsEmpty()));
  EXPECT_THAT(NamesOfFilesWith(after, "what is erased"), IsEmpty());
  EXPECT_THAT(NamesOfFilesWith(after, "what is kept"), Not(IsEmpty()));
  EXPECT_THAT(NamesOfFilesWith(after, "what is new"), Not(IsEmpty()));
}

INSTANTIATE_TEST_SUITE_P(Disks, BackupOnEitherDiskTest, testing::Bool());

TEST_F(BackupTest, IsForThisUserAlone) {
  ASSERT_TRUE(ledger_->Backup(Place("a")).ok());
  EXPECT_EQ(fs::status(Place("a")).permissions(), fs::perms::owner_all);
}

TEST_F(BackupTest, WhatIsWrittenToARestoredOneStaysThere) {
  Commit("a", "0");
  ASSERT_TRUE(ledger_->Compact().ok());  // so that it shares a file too
  Commit("a", "1");
  ASSERT_TRUE(ledger_->Backup(Place("backup")).ok());
  {
    const auto restored = OpenBackup("backup");
    ASSERT_TRUE(CommitAndWait(*restored, Put("a", "2")).ok());
    ASSERT_TRUE(CommitAndWait(*restored, Put("b", "2")).ok());
    ASSERT_TRUE(restored->Compact().ok());
  }
  Commit("c", "1");
  ledger_.reset();
  ledger_ = OpenOrDie(options_);
  EXPECT_EQ((*ledger_->Get("a"))->value, "1");
  EXPECT_FALSE(ledger_->Get("b")->has_value());
  EXPECT_EQ((*ledger_->Get("c"))->value, "1");
}

TEST_F(BackupTest, ARestoredOneGivesNoRevisionTwice) {
  Commit("a", "1");
  Commit("a", "2");
  ASSERT_TRUE(ledger_->Backup(Place("backup")).ok());
  Commit("a", "3");
  Commit("a", "4");
  auto restored = OpenBackup("backup");
  const Revision begins = restored->revision();
  EXPECT_GT(begins, ledger_->revision());
  EXPECT_EQ(CommitAndWait(*restored, Put("a", "5"))->revision, begins + 1);
  // Who knows the store of before is told so, whatever the log had of it.
  for (Revision before = 0; before <= ledger_->revision(); ++before) {
    EXPECT_EQ(LedgerErrorOf(restored->ReadChanges(before, 10).status()),
              LedgerError::kTrimmed);
  }
  EXPECT_EQ(AllChanges(*restored, begins).size(), 1u);
  restored = nullptr;  // opened again it is a store like any other
  EXPECT_EQ(OpenBackup("backup")->revision(), begins + 1);
}

TEST_F(BackupTest, StaysAsItIsWhenTheStoreGoesOn) {
  Commit("a", "0");
  ASSERT_TRUE(ledger_->Compact().ok());  // so that it shares a file too
  Commit("a", "1");
  ASSERT_TRUE(ledger_->Backup(Place("backup")).ok());
  Commit("a", "2");
  ASSERT_TRUE(ledger_->Compact().ok());
  EXPECT_THAT(ValuesIn("backup"), ElementsAre(testing::Pair("a", "1")));
}

TEST_F(BackupTest, OfAStoreWhoseDiskRefusesHasAllThatWasAcknowledged) {
  Commit("a", "1");
  disk_->SetFault([this](Operation operation, const std::string& path) {
    return operation == Operation::kSync &&
           absl::StrContains(path, directory_.path());
  });
  EXPECT_EQ(LedgerErrorOf(CommitAndWait(*ledger_, Put("b", "2")).status()),
            LedgerError::kNotWritable);
  EXPECT_TRUE(ledger_->Backup(Place("backup")).ok());
  disk_->Heal();
  EXPECT_EQ(ValuesIn("backup")["a"], "1");
}

// New files would have to be compacted, with all that they overlap.
TEST_F(BackupTest, MakesNoFileForTheStore) {
  Commit("a", "1");
  ASSERT_TRUE(ledger_->Compact().ok());
  Commit("a", "2");
  const auto names = NamesIn(directory_.path());
  ASSERT_TRUE(ledger_->Backup(Place("backup")).ok());
  EXPECT_EQ(NamesIn(directory_.path()), names);
  EXPECT_THAT(ValuesIn("backup"), ElementsAre(testing::Pair("a", "2")));
}

TEST_F(BackupTest, WhatAKilledOneLeftIsRemoved) {
  fs::create_directories(Place(kPartialBackup) + "/deeper");
  std::ofstream(Place(kPartialBackup) + "/CURRENT") << "half";
  Commit("a", "1");
  ASSERT_TRUE(ledger_->Backup(Place("backup")).ok());
  EXPECT_THAT(NamesIn(shelf_), ElementsAre("backup"));
  EXPECT_EQ(ValuesIn("backup").size(), 1u);
}

TEST_F(BackupTest, NothingIsWrittenOver) {
  Commit("a", "1");
  ASSERT_TRUE(ledger_->Backup(Place("backup")).ok());
  std::ofstream(Place("file")) << "of somebody";
  fs::create_directory(Place("empty"));
  fs::create_symlink("nowhere", Place("link"));
  Commit("a", "2");
  for (const char* name : {"backup", "file", "empty", "link"}) {
    EXPECT_EQ(LedgerErrorOf(ledger_->Backup(Place(name)).status()),
              LedgerError::kBackupExists)
        << name;
  }
  EXPECT_EQ(ledger_->Backup(Place("backup/")).status().code(),
            absl::StatusCode::kAlreadyExists);
  EXPECT_THAT(ValuesIn("backup"), ElementsAre(testing::Pair("a", "1")));
  EXPECT_TRUE(fs::is_empty(Place("empty")));
}

TEST_F(BackupTest, IsNotMadeInTheDataFolder) {
  fs::create_directory_symlink(directory_.path(), Place("to_store"));
  for (const std::string& place :
       {std::string(), directory_.path(), directory_.path() + "/",
        directory_.path() + "/backup",
        directory_.path() + "/../" +
            fs::path(directory_.path()).filename().string() + "/b",
        Place("to_store/backup")}) {
    EXPECT_EQ(LedgerErrorOf(ledger_->Backup(place).status()),
              LedgerError::kMalformed)
        << place;
  }
  // A name that begins alike is another folder.
  const std::string beside = directory_.path() + ".backup";
  EXPECT_TRUE(ledger_->Backup(beside).ok());
  EXPECT_TRUE(RemoveBackup(beside).ok());
}

TEST_F(BackupTest, NeedsTheFolderThatItIsIn) {
  const absl::Status status = ledger_->Backup(Place("absent/backup")).status();
  EXPECT_EQ(LedgerErrorOf(status), LedgerError::kNotWritable);
  EXPECT_TRUE(absl::StrContains(status.message(), "No such file")) << status;
}

TEST_F(BackupTest, NeedsRoomForAllOfTheStore) {
  Commit("a", std::string(1 << 20, 'x'));
  free_for_backups_ = options_.low_water_bytes + options_.write_buffer_bytes;
  ASSERT_TRUE(ledger_->Compact().ok());  // so that it is in a file
  const absl::Status status = ledger_->Backup(Place("backup")).status();
  EXPECT_EQ(LedgerErrorOf(status), LedgerError::kDiskLow);
  EXPECT_TRUE(absl::StrContains(status.message(), shelf_)) << status;
  EXPECT_TRUE(fs::is_empty(shelf_));
  Commit("a", "writes go on");
  free_for_backups_ = uint64_t{1} << 40;
  EXPECT_TRUE(ledger_->Backup(Place("backup")).ok());
}

TEST_F(BackupTest, SaysWhetherItSharesFilesWithTheStore) {
  Commit("a", "1");
  ASSERT_TRUE(ledger_->Compact().ok());  // so that it is in a file
  EXPECT_EQ(*ledger_->Backup(Place("linked")), BackupKind::kLinked);
  disk_->RefuseLinks();
  EXPECT_EQ(*ledger_->Backup(Place("copied")), BackupKind::kCopied);
  EXPECT_EQ(ValuesIn("linked"), ValuesIn("copied"));
}

// Two files, each of about a MiB: of the record and of the change.
TEST_F(BackupTest, CompactingNeedsRoomForAllFilesOnlyWhileOneSharesThem) {
  options_.compress = false;
  options_.free_bytes = [this](const std::string&) {
    return free_for_backups_.load();
  };
  ledger_.reset();
  ledger_ = OpenOrDie(options_);
  Commit("a", std::string(1 << 20, 'x'));
  ASSERT_TRUE(ledger_->Compact().ok());
  free_for_backups_ = options_.low_water_bytes + (3 << 19);
  EXPECT_TRUE(ledger_->Compact().ok());
  free_for_backups_ = uint64_t{1} << 40;
  ASSERT_EQ(*ledger_->Backup(Place("backup")), BackupKind::kLinked);
  free_for_backups_ = options_.low_water_bytes + (3 << 19);
  EXPECT_EQ(LedgerErrorOf(ledger_->Compact()), LedgerError::kDiskLow);
  ASSERT_TRUE(RemoveBackup(Place("backup")).ok());
  EXPECT_TRUE(ledger_->Compact().ok());
}

TEST_F(BackupTest, OneAtATimeInAFolder) {
  const int other = open(shelf_.c_str(), O_RDONLY | O_DIRECTORY);
  ASSERT_EQ(flock(other, LOCK_EX), 0);
  fs::create_directory(Place(kPartialBackup));
  EXPECT_EQ(LedgerErrorOf(ledger_->Backup(Place("backup")).status()),
            LedgerError::kInUse);
  EXPECT_EQ(LedgerErrorOf(RemoveBackup(Place("backup"))), LedgerError::kInUse);
  EXPECT_TRUE(fs::exists(Place(kPartialBackup)));
  close(other);
  EXPECT_TRUE(ledger_->Backup(Place("backup")).ok());
}

class BackupFaultTest : public BackupTest,
                        public testing::WithParamInterface<Operation> {};

TEST_P(BackupFaultTest, ADiskThatRefusesLeavesNothingAndHarmsNothing) {
  Commit("a", "1");
  disk_->RefuseLinks();
  disk_->SetFault([this](Operation operation, const std::string& path) {
    return operation == GetParam() && absl::StartsWith(path, shelf_ + "/");
  });
  EXPECT_EQ(LedgerErrorOf(ledger_->Backup(Place("backup")).status()),
            LedgerError::kNotWritable);
  EXPECT_GT(disk_->failures(), 0);
  EXPECT_TRUE(fs::is_empty(shelf_));
  Commit("b", "1");
  disk_->Heal();
  EXPECT_TRUE(ledger_->Backup(Place("backup")).ok());
  EXPECT_EQ(ValuesIn("backup").size(), 2u);
}

INSTANTIATE_TEST_SUITE_P(Operations, BackupFaultTest,
                         testing::Values(Operation::kCreate, Operation::kAppend,
                                         Operation::kSync,
                                         Operation::kSyncDirectory,
                                         Operation::kRename));

// The copy is at its first byte when the ledger closes.
TEST_F(BackupTest, EndsWithTheLedger) {
  Commit("a", std::string(1 << 20, 'x'));
  disk_->RefuseLinks();
  Mailbox<bool> begun;
  Mailbox<bool> closed;
  std::atomic<bool> first = true;
  disk_->SetFault([&](Operation operation, const std::string& path) {
    if (operation == Operation::kCreate && IsPartial(path) &&
        first.exchange(false)) {
      begun.Put(true);
      closed.Take();
    }
    return false;
  });
  absl::Status status;
  std::thread maker(
      [&] { status = ledger_->Backup(Place("backup")).status(); });
  begun.Take();
  ledger_->Close();
  closed.Put(true);
  maker.join();
  EXPECT_EQ(LedgerErrorOf(status), LedgerError::kNotWritable) << status;
  EXPECT_TRUE(fs::is_empty(shelf_));
  EXPECT_EQ(LedgerErrorOf(ledger_->Backup(Place("backup")).status()),
            LedgerError::kNotWritable);
}

TEST_F(BackupTest, OneThatIsOpenIsNotRemoved) {
  Commit("a", "1");
  ASSERT_TRUE(ledger_->Backup(Place("a")).ok());
  {
    const auto open = OpenBackup("a");
    EXPECT_EQ(LedgerErrorOf(RemoveBackup(Place("a"))), LedgerError::kInUse);
    EXPECT_TRUE(CommitAndWait(*open, Put("b", "1")).ok());
  }
  EXPECT_EQ(ValuesIn("a").size(), 2u);
  EXPECT_TRUE(RemoveBackup(Place("a")).ok());
  EXPECT_TRUE(fs::is_empty(shelf_));
}

TEST_F(BackupTest, IsRemovedWithAllThatIsInIt) {
  ASSERT_TRUE(ledger_->Backup(Place("a")).ok());
  ASSERT_TRUE(ledger_->Backup(Place("b")).ok());
  fs::create_directory(Place(kPartialBackup));
  EXPECT_TRUE(RemoveBackup(Place("a")).ok());
  EXPECT_THAT(NamesIn(shelf_), ElementsAre("b"));
  EXPECT_EQ(LedgerErrorOf(RemoveBackup(Place("a"))), LedgerError::kNotWritable);
  EXPECT_TRUE(ledger_->Get("a").ok());
}

}  // namespace
}  // namespace xom::storage
