#ifndef XOM_STORAGE_COMPACTION_PACE_H_
#define XOM_STORAGE_COMPACTION_PACE_H_

#include <rocksdb/listener.h>
#include <rocksdb/rate_limiter.h>

#include <cstdint>
#include <limits>

#include "absl/time/time.h"

namespace xom::storage {

// Of compactions (nice(2); the kernel derives from it what the disk gives
// them): a tenth of what who waits for an answer gets. RocksDB knows the 19
// alone, which is next to nothing beside busy cores: new files pile up there
// until it lets nobody write.
inline constexpr int kCompactionNiceness = 10;

// Of one core, what a compaction takes at most that no write waits for. On two
// cores that answer people it takes more than half of one otherwise, however
// nice its thread is: to the scheduler a core that works for it alone is not
// idle, and who waits for the other core does not come (docs/adr/0018).
inline constexpr double kCompactionShare = 0.2;

// A store that closes may wait for one of them.
inline constexpr absl::Duration kLongestCompactionPause =
    absl::Milliseconds(50);

// How long a compaction pauses after `work` (processor time since its last
// pause), so that its share is kCompactionShare. Zero while that is too short
// to be worth it.
absl::Duration CompactionPause(absl::Duration work);

// Has the compactions of one store give way to who waits for an answer. To be
// both a listener of the store, told when a compaction begins, and its rate
// limiter, asked before each write to a file of a flush or a compaction. Counts
// processor time where other limiters count bytes: that is what compactions
// take from others, and what a byte costs of it differs from family to family
// and from machine to machine. Thread-safe.
class CompactionPace final : public rocksdb::EventListener,
                             public rocksdb::RateLimiter {
 public:
  // Sets the niceness of this thread, which compacts, and whether it pauses: it
  // does in a rewriting for its own sake (Store::Compact, or for the age of a
  // file), not when new files wait for it, as writes would soon.
  void OnCompactionBegin(rocksdb::DB* db,
                         const rocksdb::CompactionJobInfo& job) override;

  // Pauses, when it is time. But not for a flush (IO_HIGH), nor for files that
  // are begun while too many new ones have RocksDB slow writes down (IO_USER).
  void Request(int64_t bytes, rocksdb::Env::IOPriority priority,
               rocksdb::Statistics* statistics) override;

  // There may be any number of bytes at any time, and none is counted.
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
};

}  // namespace xom::storage

#endif  // XOM_STORAGE_COMPACTION_PACE_H_
