#ifndef XOM_LOADTEST_SYNCED_LOG_H_
#define XOM_LOADTEST_SYNCED_LOG_H_

#include <grpcpp/support/byte_buffer.h>

#include <condition_variable>
#include <functional>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace xom::loadtest {

// The least that makes bytes durable: one file, one thread, and one fsync for
// all that wait. Thread-safe.
class SyncedLog {
 public:
  // The file has no name, so that it is gone with us; it is begun anew when it
  // holds so many bytes.
  static constexpr off_t kMaxBytes = off_t{64} << 20;

  // Where the directory refuses a file, all that is appended is refused.
  explicit SyncedLog(const std::string& directory);

  // What was appended is told first.
  ~SyncedLog();
  SyncedLog(const SyncedLog&) = delete;
  SyncedLog& operator=(const SyncedLog&) = delete;

  // Calls `done` once, on the thread of the log, with whether the bytes are on
  // the disk.
  void Append(const grpc::ByteBuffer& bytes, std::function<void(bool)> done);

 private:
  struct Entry {
    grpc::ByteBuffer bytes;
    std::function<void(bool)> done;
  };

  void Run();
  bool Write(const std::vector<Entry>& entries);

  const int file_;
  std::mutex mu_;
  std::condition_variable changed_;
  std::vector<Entry> waiting_;  // guarded by mu_
  bool ending_ = false;         // guarded by mu_
  std::thread thread_;
};

}  // namespace xom::loadtest

#endif  // XOM_LOADTEST_SYNCED_LOG_H_
