#include "storage/compaction_pace.h"

#include <sys/resource.h>
#include <time.h>

#include <algorithm>

#include "absl/time/clock.h"

namespace xom::storage {
namespace {

// Shorter ones would be more switches of threads than rest.
constexpr absl::Duration kShortestPause = absl::Milliseconds(2);

// The pause for a unit of work.
constexpr double kPauseForWork = 1 / kCompactionShare - 1;

// Of a thread that compacts, for one store after another.
struct Worker {
  bool pauses = false;
  absl::Duration paused_for;  // so much of its processor time
};
thread_local Worker worker;

absl::Duration ProcessorTimeOfThisThread() {
  timespec time = {};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return absl::DurationFromTimespec(time);
}

bool KeepsUp(const rocksdb::CompactionJobInfo& job) {
  if (job.compaction_reason == rocksdb::CompactionReason::kLevelMaxLevelSize) {
    return false;
  }
  if (job.compaction_reason != rocksdb::CompactionReason::kLevelL0FilesNum) {
    return true;
  }
  // RocksDB counts levels from that of the first input: here from level 0.
  const auto& files = job.input_file_infos;
  const auto new_files =
      std::count_if(files.begin(), files.end(),
                    [](const auto& file) { return file.level == 0; });
  return new_files <= kNewFilesCompacted;
}

}  // namespace

absl::Duration CompactionPause(absl::Duration work) {
  const absl::Duration pause = work * kPauseForWork;
  if (pause < kShortestPause) return absl::ZeroDuration();
  return std::min(pause, kLongestCompactionPause);
}

// An error of setpriority changes nothing but how soon others are answered.
void CompactionPace::OnCompactionBegin(rocksdb::DB* /*db*/,
                                       const rocksdb::CompactionJobInfo& job) {
  setpriority(PRIO_PROCESS, /*this thread*/ 0, kCompactionNiceness);
  worker.pauses = KeepsUp(job);
  worker.paused_for = ProcessorTimeOfThisThread();
  new_files_ = 0;
}

void CompactionPace::OnFlushCompleted(rocksdb::DB* /*db*/,
                                      const rocksdb::FlushJobInfo& /*flush*/) {
  ++new_files_;
}

void CompactionPace::Request(int64_t /*bytes*/,
                             rocksdb::Env::IOPriority priority,
                             rocksdb::Statistics* /*statistics*/) {
  if (!worker.pauses) return;
  const absl::Duration now = ProcessorTimeOfThisThread();
  const bool ends = maintenance_ends_ != nullptr && *maintenance_ends_;
  if (ends || priority != rocksdb::Env::IO_LOW ||
      new_files_ >= kNewFilesCompacted) {
    worker.paused_for = now;
    return;
  }
  const absl::Duration pause = CompactionPause(now - worker.paused_for);
  absl::SleepFor(pause);
  worker.paused_for += pause / kPauseForWork;
}

}  // namespace xom::storage
