#ifndef XOM_LOADTEST_PLAIN_COMMITTER_H_
#define XOM_LOADTEST_PLAIN_COMMITTER_H_

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace xom::storage {
class PlainStore;
}  // namespace xom::storage

namespace xom::loadtest {

// The least that keeps what a post keeps: its keys and values in a RocksDB
// store with RocksDB's own defaults, put there by one thread, with one fsync
// for all that wait. Thread-safe.
class PlainCommitter {
 public:
  // The store is made in `directory` by the first Commit. It ends the program
  // when the disk refuses.
  explicit PlainCommitter(std::string directory);

  // What was given to it is told first.
  ~PlainCommitter();
  PlainCommitter(const PlainCommitter&) = delete;
  PlainCommitter& operator=(const PlainCommitter&) = delete;

  // Keeps the next post; calls `done` once, on the committer's thread, when it
  // is on the disk.
  void Commit(std::function<void()> done);

 private:
  using Pairs = std::vector<std::pair<std::string, std::string>>;

  // What posts keep. More than a few thousand would only take memory.
  static constexpr uint64_t kSamples = 4'096;

  void Run();

  const std::string directory_;
  std::once_flag opened_;
  std::unique_ptr<storage::PlainStore> store_;
  std::vector<Pairs> samples_;
  std::atomic<uint64_t> next_ = 0;

  std::mutex mu_;
  std::condition_variable changed_;
  std::vector<Pairs> pairs_;                 // that wait; guarded by mu_
  std::vector<std::function<void()>> done_;  // of them; guarded by mu_
  bool ending_ = false;                      // guarded by mu_
  std::thread thread_;
};

}  // namespace xom::loadtest

#endif  // XOM_LOADTEST_PLAIN_COMMITTER_H_
