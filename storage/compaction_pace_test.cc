// Compactions pause, so that who waits for an answer has the processor.
#include "storage/compaction_pace.h"

#include <gtest/gtest.h>
#include <sys/resource.h>
#include <time.h>

#include <cstdint>
#include <random>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "storage/ledger_testing.h"

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

absl::Duration ProcessorTime(clockid_t clock) {
  timespec time = {};
  clock_gettime(clock, &time);
  return absl::DurationFromTimespec(time);
}

void WorkFor(absl::Duration work) {
  const absl::Duration end = ProcessorTime(CLOCK_THREAD_CPUTIME_ID) + work;
  while (ProcessorTime(CLOCK_THREAD_CPUTIME_ID) < end) {
  }
}

// Of this thread; one that waits for nothing has none.
int64_t Waits() {
  rusage usage = {};
  getrusage(RUSAGE_THREAD, &usage);
  return usage.ru_nvcsw;
}

class CompactionPaceTest : public testing::Test {
 protected:
  // Of this thread, which compacts for that reason.
  void Begin(CompactionReason reason) {
    rocksdb::CompactionJobInfo job;
    job.compaction_reason = reason;
    pace_.OnCompactionBegin(nullptr, job);
  }
  void Request(Env::IOPriority priority) {
    pace_.Request(1, priority, nullptr);
  }

  CompactionPace pace_;
};

TEST_F(CompactionPaceTest, PausesForWorkOnce) {
  Begin(CompactionReason::kManualCompaction);
  WorkFor(absl::Milliseconds(5));
  const absl::Time begin = absl::Now();
  Request(Env::IO_LOW);
  EXPECT_GE(absl::Now() - begin, absl::Milliseconds(20));
  const int64_t waits = Waits();
  Request(Env::IO_LOW);
  EXPECT_EQ(Waits(), waits);
}

TEST_F(CompactionPaceTest, DoesNotPauseWhileNewFilesWait) {
  for (const auto reason : {CompactionReason::kLevelL0FilesNum,
                            CompactionReason::kLevelMaxLevelSize}) {
    Begin(reason);
    WorkFor(absl::Milliseconds(5));
    const int64_t waits = Waits();
    Request(Env::IO_LOW);
    EXPECT_EQ(Waits(), waits);
  }
}

TEST_F(CompactionPaceTest, DoesNotPauseForWhatWritesWaitFor) {
  Begin(CompactionReason::kPeriodicCompaction);
  const int64_t waits = Waits();
  for (const auto priority : {Env::IO_USER, Env::IO_HIGH}) {
    WorkFor(absl::Milliseconds(5));
    Request(priority);
    EXPECT_EQ(Waits(), waits);
  }
  // Nor for what was done then.
  Request(Env::IO_LOW);
  EXPECT_EQ(Waits(), waits);
}

TEST(LedgerCompactionTest, TakesItsShareOfACore) {
  TemporaryDirectory directory;
  const auto ledger = OpenOrDie(TestOptions(directory));
  std::mt19937_64 random(TestSeed());
  for (int i = 0; i < 100; ++i) {
    std::string value(100'000, '\0');
    for (char& byte : value) byte = static_cast<char>(random());
    ASSERT_TRUE(CommitAndWait(*ledger, Put(absl::StrCat("k", i), value)).ok());
  }
  ASSERT_TRUE(ledger->Compact().ok());  // what follows has nothing to flush
  const absl::Duration worked = ProcessorTime(CLOCK_PROCESS_CPUTIME_ID);
  const absl::Time begin = absl::Now();
  ASSERT_TRUE(ledger->Compact().ok());
  const absl::Duration work = ProcessorTime(CLOCK_PROCESS_CPUTIME_ID) - worked;
  EXPECT_GT(work, absl::Milliseconds(5)) << "nothing to see";
  // Some of it is others', and what the last file's end costs has no pause.
  EXPECT_GT(absl::Now() - begin, 3 * work);
}

}  // namespace
}  // namespace xom::storage
