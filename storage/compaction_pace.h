#ifndef XOM_STORAGE_COMPACTION_PACE_H_
#define XOM_STORAGE_COMPACTION_PACE_H_

#include <rocksdb/listener.h>
#include <rocksdb/rate_limiter.h>

#include <atomic>
#include <cstdint>
#include <limits>

#include "absl/time/time.h"

namespace xom::storage {

// Of compactions (nice(2); the kernel derives from it what the disk gives
// them): a tenth of what who waits for an answer gets. RocksDB knows the 19
// alone, which is next to nothing beside busy cores: new files pile up there
// until it lets nobody write.
inline constexpr int kCompactionNiceness = 10;

// Of one core, about what a compaction takes that keeps up. On two cores that
// answer people it takes more than half of one otherwise, however nice its
// thread is: to the scheduler a core that works for it alone is not idle, and
// who waits for the other core does not come (docs/adr/0018).
inline constexpr double kCompactionShare = 0.2;

// Who ends the pauses waits for one of them at most.
inline constexpr absl::Duration kLongestCompactionPause =
    absl::Milliseconds(50);

// New files of a family that begin a compaction of it. The more, the less often
// all of the next level is written again, and the more files a read looks into.
// One compaction runs at a time: one that begins with more of them is behind,
// and when so many more are made while one runs, a family may wait for it.
inline constexpr int kNewFilesCompacted = 8;

// How long to pause for `work`, processor time that no pause was made for yet,
// so that the share is kCompactionShare. Zero while that is too short to be
// worth it.
absl::Duration CompactionPause(absl::Duration work);

// Has the compactions of one store give way to who waits for an answer. To be
// both a listener of the store, told when a compaction begins and a flush has
// ended, and its rate limiter, asked before each write to a file of one. Counts
// processor time where other limiters count bytes: that is what compactions
// take from others, and what a byte costs of it differs from family to family
// and from machine to machine. Thread-safe.
class CompactionPace final : public rocksdb::EventListener,
                             public rocksdb::RateLimiter {
 public:
  // While `maintenance_ends` (if any; outlives the store) is true, nothing
  // pauses.
  explicit CompactionPace(const std::atomic<bool>* maintenance_ends)
      : maintenance_ends_(maintenance_ends) {}

  // Sets the niceness of this thread, which compacts, and whether it pauses: in
  // a CompactRange, for the age of a file, and for kNewFilesCompacted new files
  // of a family at most. Not for more, or for the size of a level.
  void OnCompactionBegin(rocksdb::DB* db,
                         const rocksdb::CompactionJobInfo& job) override;
  void OnFlushCompleted(rocksdb::DB* db,
                        const rocksdb::FlushJobInfo& flush) override;

  // Pauses, when it is time. Not once kNewFilesCompacted were made, of all
  // families together, since the compaction began, nor in a file begun while
  // RocksDB slowed writes down, since too many wait (IO_USER).
  void Request(int64_t bytes, rocksdb::Env::IOPriority priority,
               rocksdb::Statistics* statistics) override;

  // It knows no bytes: there may be any number at any time.
  void SetBytesPerSecond(int64_t /*bytes_per_second*/) override {}
  int64_t GetBytesPerSecond() const override { return kAnyNumber; }
  int64_t GetSingleBurstBytes() const override { return kAnyNumber; }
  int64_t GetTotalBytesThrough(
      rocksdb::Env::IOPriority /*priority*/) const override {
    return 0;
  }
  int64_t GetTotalRequests(
      rocksdb::Env::IOPriority /*priority*/) const override {
    return 0;
  }

 private:
  static constexpr int64_t kAnyNumber = std::numeric_limits<int64_t>::max();

  const std::atomic<bool>* const maintenance_ends_;
  // Since the last compaction began.
  std::atomic<int> new_files_ = 0;
};

}  // namespace xom::storage

#endif  // XOM_STORAGE_COMPACTION_PACE_H_
