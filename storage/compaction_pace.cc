#include "storage/compaction_pace.h"

#include <sys/resource.h>
#include <time.h>

#include <algorithm>

#include "absl/time/clock.h"

namespace xom::storage {
namespace {

// Shorter ones would be more switches of threads than rest.
constexpr absl::Duration kShortestPause = absl::Milliseconds(2);

// Of a thread that compacts, for one store after another.
struct Worker {
  bool pauses = false;
  absl::Duration at_last_pause;  // its processor time
};
thread_local Worker worker;

absl::Duration ProcessorTimeOfThisThread() {
  timespec time = {};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return absl::DurationFromTimespec(time);
}

bool NewFilesWaitFor(rocksdb::CompactionReason reason) {
  return reason == rocksdb::CompactionReason::kLevelL0FilesNum ||
         reason == rocksdb::CompactionReason::kLevelMaxLevelSize;
}

}  // namespace

absl::Duration CompactionPause(absl::Duration work) {
  const absl::Duration pause = work * (1 / kCompactionShare - 1);
  if (pause < kShortestPause) return absl::ZeroDuration();
  return std::min(pause, kLongestCompactionPause);
}

// An error of setpriority changes nothing but how soon others are answered.
void CompactionPace::OnCompactionBegin(rocksdb::DB* /*db*/,
                                       const rocksdb::CompactionJobInfo& job) {
  setpriority(PRIO_PROCESS, /*this thread*/ 0, kCompactionNiceness);
  worker.pauses = !NewFilesWaitFor(job.compaction_reason);
  worker.at_last_pause = ProcessorTimeOfThisThread();
}

void CompactionPace::Request(int64_t /*bytes*/,
                             rocksdb::Env::IOPriority priority,
                             rocksdb::Statistics* /*statistics*/) {
  if (!worker.pauses) return;
  const absl::Duration now = ProcessorTimeOfThisThread();
  if (priority == rocksdb::Env::IO_LOW) {
    const absl::Duration pause = CompactionPause(now - worker.at_last_pause);
    if (pause == absl::ZeroDuration()) return;
    absl::SleepFor(pause);
  }
  worker.at_last_pause = now;
}

}  // namespace xom::storage
