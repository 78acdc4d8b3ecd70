// Compactions pause, so that who waits for an answer has the processor.
#include "storage/compaction_pace.h"

#include <gtest/gtest.h>
#include <rocksdb/db.h>
#include <sys/resource.h>
#include <time.h>

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <functional>
#include <limits>
#include <memory>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "storage/fault_file_system.h"
#include "storage/ledger_testing.h"
#include "storage/store.h"
#include "storage/store_options.h"

namespace xom::storage {
namespace {

using rocksdb::CompactionReason;
using rocksdb::Env;

TEST(CompactionPauseTest, LeavesTheRestOfACoreToOthers) {
  EXPECT_EQ(CompactionPause(absl::Milliseconds(1)), absl::Milliseconds(4));
  EXPECT_EQ(CompactionPause(absl::Milliseconds(10)), absl::Milliseconds(40));
}

TEST(CompactionPauseTest, IsNeitherTooShortNorTooLong) {
  EXPECT_EQ(CompactionPause(absl::ZeroDuration()), absl::ZeroDuration());
  EXPECT_EQ(CompactionPause(absl::Microseconds(400)), absl::ZeroDuration());
  EXPECT_EQ(CompactionPause(absl::Seconds(1)), kLongestCompactionPause);
}

absl::Duration ProcessorTime() {
  timespec time = {};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return absl::DurationFromTimespec(time);
}

void WorkFor(absl::Duration work) {
  const absl::Duration end = ProcessorTime() + work;
  while (ProcessorTime() < end) {
  }
}

// Of this thread; one that waits for nothing has none.
int64_t Waits() {
  rusage usage = {};
  getrusage(RUSAGE_THREAD, &usage);
  return usage.ru_nvcsw;
}

// On a thread of its own: its niceness stays with it.
class CompactionPaceTest : public testing::Test {
 protected:
  static void OnAThread(const std::function<void()>& body) {
    std::thread(body).join();
  }

  // Of this thread, which compacts for that reason.
  void Begin(CompactionReason reason, int new_files = 0) {
    rocksdb::CompactionJobInfo job;
    job.compaction_reason = reason;
    job.input_file_infos.push_back({1, 0, 0});
    for (int i = 0; i < new_files; ++i) job.input_file_infos.push_back({});
    pace_.OnCompactionBegin(nullptr, job);
  }

  // Whether it pauses now, after so much more work.
  bool PausesAfter(absl::Duration work, Env::IOPriority priority) {
    WorkFor(work);
    const int64_t waits = Waits();
    pace_.Request(1, priority, nullptr);
    return Waits() > waits;
  }

  // Of twenty requests without work; a machine that is short of processors may
  // make some of it.
  int PausesWithoutWork() {
    int pauses = 0;
    for (int i = 0; i < 20; ++i) {
      pauses += PausesAfter(absl::ZeroDuration(), Env::IO_LOW) ? 1 : 0;
    }
    return pauses;
  }

  std::atomic<bool> maintenance_ends_ = false;
  CompactionPace pace_{&maintenance_ends_};
};

TEST_F(CompactionPaceTest, PausesForAllWorkAndOnce) {
  OnAThread([this] {
    Begin(CompactionReason::kManualCompaction);
    const absl::Time begin = absl::Now();
    EXPECT_TRUE(PausesAfter(absl::Milliseconds(5), Env::IO_LOW));
    EXPECT_GE(absl::Now() - begin, absl::Milliseconds(5 + 20));
    EXPECT_LT(PausesWithoutWork(), 10);
    // Too much for one pause.
    EXPECT_TRUE(PausesAfter(absl::Milliseconds(20), Env::IO_LOW));
    EXPECT_TRUE(PausesAfter(absl::ZeroDuration(), Env::IO_LOW));
    EXPECT_LT(PausesWithoutWork(), 10);
  });
}

TEST_F(CompactionPaceTest, PausesForNewFilesUnlessItIsBehind) {
  OnAThread([this] {
    Begin(CompactionReason::kLevelL0FilesNum, kNewFilesCompacted);
    EXPECT_TRUE(PausesAfter(absl::Milliseconds(2), Env::IO_LOW));
    Begin(CompactionReason::kLevelL0FilesNum, kNewFilesCompacted + 1);
    EXPECT_FALSE(PausesAfter(absl::Milliseconds(2), Env::IO_LOW));
  });
}

TEST_F(CompactionPaceTest, PausesForTheAgeOfAFileNotForTheSizeOfALevel) {
  OnAThread([this] {
    Begin(CompactionReason::kPeriodicCompaction);
    EXPECT_TRUE(PausesAfter(absl::Milliseconds(2), Env::IO_LOW));
    Begin(CompactionReason::kLevelMaxLevelSize);
    EXPECT_FALSE(PausesAfter(absl::Milliseconds(2), Env::IO_LOW));
  });
}

TEST_F(CompactionPaceTest, DoesNotPauseOnceMaintenanceEnds) {
  OnAThread([this] {
    Begin(CompactionReason::kManualCompaction);
    maintenance_ends_ = true;
    EXPECT_FALSE(PausesAfter(absl::Milliseconds(2), Env::IO_LOW));
    maintenance_ends_ = false;
    EXPECT_TRUE(PausesAfter(absl::Milliseconds(2), Env::IO_LOW));
  });
}

TEST_F(CompactionPaceTest, DoesNotPauseWhileWritesAreSlowedDown) {
  OnAThread([this] {
    Begin(CompactionReason::kManualCompaction);
    EXPECT_FALSE(PausesAfter(absl::Milliseconds(200), Env::IO_USER));
    // Nor for what was done then: sixteen pauses.
    EXPECT_LT(PausesWithoutWork(), 10);
    EXPECT_TRUE(PausesAfter(absl::Milliseconds(2), Env::IO_LOW));
  });
}

TEST_F(CompactionPaceTest, DoesNotPauseOnceNewFilesMayWait) {
  OnAThread([this] {
    Begin(CompactionReason::kManualCompaction);
    for (int i = 0; i < kNewFilesCompacted; ++i) {
      EXPECT_TRUE(PausesAfter(absl::Milliseconds(2), Env::IO_LOW));
      pace_.OnFlushCompleted(nullptr, {});
    }
    EXPECT_FALSE(PausesAfter(absl::Milliseconds(2), Env::IO_LOW));
    Begin(CompactionReason::kManualCompaction);
    EXPECT_TRUE(PausesAfter(absl::Milliseconds(2), Env::IO_LOW));
  });
}

std::string RandomBytes(size_t size) {
  static std::mt19937_64 random(TestSeed());
  std::string bytes(size, '\0');
  for (char& byte : bytes) byte = static_cast<char>(random());
  return bytes;
}

TEST(PacedStoreTest, PausesAgainAndAgainWhileItCompacts) {
  FaultFileSystem* disk = nullptr;
  const auto env = FaultFileSystem::MakeEnv(&disk);
  TemporaryDirectory directory;
  LocalLedgerOptions options = TestOptions(directory);
  options.env = env.get();
  options.write_buffer_bytes = size_t{64} << 20;  // no files but ours
  std::atomic<int> pauses = 0;  // of one thread between two writes
  const auto store = *Store::Open(options);
  for (int i = 0; i < 100; ++i) {
    rocksdb::WriteBatch batch;
    ASSERT_TRUE(batch
                    .Put(store->handle(Family::kRecords), absl::StrCat(i),
                         RandomBytes(100'000))
                    .ok());
    ASSERT_TRUE(store->Write(&batch).ok());
  }
  ASSERT_TRUE(store->Flush().ok());
  disk->SetFault([&](FaultFileSystem::Operation now, const std::string&) {
    thread_local FaultFileSystem::Operation last = now;
    thread_local int64_t waits = Waits();
    const bool writes = now == FaultFileSystem::Operation::kAppend;
    if (writes && last == now && Waits() > waits) ++pauses;
    last = now;
    waits = Waits();
    return false;
  });
  ASSERT_TRUE(store->Compact().ok());
  EXPECT_GT(pauses, 5);  // 0 or 1 without any
  disk->Heal();
}

// What a compaction was for, and how long and how often its thread waited.
struct Compacted {
  CompactionReason reason = CompactionReason::kUnknown;
  size_t files = 0;
  absl::Duration work;
  absl::Duration took;
  int64_t waits = 0;
};

class CompactionWatcher : public rocksdb::EventListener {
 public:
  explicit CompactionWatcher(Mailbox<Compacted>* compacted)
      : compacted_(*compacted) {}

  void OnCompactionBegin(rocksdb::DB* /*db*/,
                         const rocksdb::CompactionJobInfo& /*job*/) override {
    work_ = ProcessorTime();
    begin_ = absl::Now();
    waits_ = Waits();
  }
  void OnCompactionCompleted(rocksdb::DB* /*db*/,
                             const rocksdb::CompactionJobInfo& job) override {
    compacted_.Put({job.compaction_reason, job.input_files.size(),
                    ProcessorTime() - work_, absl::Now() - begin_,
                    Waits() - waits_});
  }

 private:
  Mailbox<Compacted>& compacted_;
  // Of the one thread that compacts, when it began.
  absl::Duration work_;
  absl::Time begin_;
  int64_t waits_ = 0;
};

// The compaction that RocksDB begins by itself in a store as we set it up.
Compacted CompactNewFiles(bool ends) {
  TemporaryDirectory directory;
  LocalLedgerOptions options = TestOptions(directory);
  options.write_buffer_bytes = size_t{64} << 20;  // no files but ours
  const std::atomic<bool> maintenance_ends = ends;
  Mailbox<Compacted> compacted;
  rocksdb::DBOptions db_options = MakeDbOptions(options, &maintenance_ends);
  db_options.listeners.push_back(
      std::make_shared<CompactionWatcher>(&compacted));
  std::vector<rocksdb::ColumnFamilyHandle*> families;
  rocksdb::DB* opened = nullptr;
  const rocksdb::Status status = rocksdb::DB::Open(
      db_options, options.directory, MakeFamilies(options), &families, &opened);
  if (!status.ok()) {
    ADD_FAILURE() << status.ToString();
    return {};
  }
  const std::unique_ptr<rocksdb::DB> db(opened);
  rocksdb::ColumnFamilyHandle* const records =
      families[static_cast<size_t>(Family::kRecords)];
  for (int file = 0; file < kNewFilesCompacted; ++file) {
    for (int i = 0; i < 20; ++i) {
      EXPECT_TRUE(
          db->Put({}, records, absl::StrCat(i, " ", file), RandomBytes(100'000))
              .ok());
    }
    EXPECT_TRUE(db->Flush({}, records).ok());
  }
  const Compacted result = compacted.Take();
  for (rocksdb::ColumnFamilyHandle* family : families) {
    EXPECT_TRUE(db->DestroyColumnFamilyHandle(family).ok());
  }
  return result;
}

TEST(PacedStoreTest, PausesForNewFiles) {
  const Compacted paused = CompactNewFiles(/*ends=*/false);
  EXPECT_EQ(paused.reason, CompactionReason::kLevelL0FilesNum);
  EXPECT_EQ(paused.files, kNewFilesCompacted);
  EXPECT_GT(paused.took, 3 * paused.work);
}

// The disk makes both wait, now and then; one of them has some thirty pauses.
TEST(PacedStoreTest, HasNoPausesOnceMaintenanceEnds) {
  int64_t least = std::numeric_limits<int64_t>::max();
  for (int i = 0; i < 3; ++i) {
    least = std::min(least, CompactNewFiles(/*ends=*/true).waits);
  }
  EXPECT_GT(CompactNewFiles(/*ends=*/false).waits, least + 10);
}

// It would be the limiter's "any number".
TEST(PacedStoreTest, SlowsWritesDownAsAStoreWithoutALimiterDoes) {
  TemporaryDirectory directory;
  const LocalLedgerOptions options = TestOptions(directory);
  rocksdb::DB* opened = nullptr;
  ASSERT_TRUE(rocksdb::DB::Open(
                  {MakeDbOptions(options), rocksdb::ColumnFamilyOptions()},
                  directory.path(), &opened)
                  .ok());
  const std::unique_ptr<rocksdb::DB> db(opened);
  EXPECT_EQ(db->GetDBOptions().delayed_write_rate, uint64_t{16} << 20);
}

}  // namespace
}  // namespace xom::storage
