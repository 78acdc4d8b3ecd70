#ifndef XOM_STORAGE_FAULT_FILE_SYSTEM_H_
#define XOM_STORAGE_FAULT_FILE_SYSTEM_H_

#include <rocksdb/env.h>
#include <rocksdb/file_system.h>

#include <atomic>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>

#include "storage/mutex.h"

namespace xom::storage {

// A file system for tests: the real one, which can be told to fail, and which
// knows what a power cut would leave. Thread-safe.
//
//   FaultFileSystem* disk; auto env = FaultFileSystem::MakeEnv(&disk);
//   options.env = env.get();
//   disk->SetFault([](Operation op, const std::string&) {
//     return op == Operation::kSync; });
class FaultFileSystem final : public rocksdb::FileSystemWrapper {
 public:
  enum class Operation {
    kCreate,
    kAppend,
    kSync,
    kSyncDirectory,
    kRename,
    kDelete
  };
  // Whether this operation on this path fails. Called from any thread.
  using Fault = std::function<bool(Operation, const std::string& path)>;

  // The file system lives as long as the env.
  static std::unique_ptr<rocksdb::Env> MakeEnv(FaultFileSystem** disk);

  FaultFileSystem();

  void SetFault(Fault fault) XOM_EXCLUDES(mu_);
  void Heal() { SetFault(nullptr); }

  // From now on no file can have a second name, as between two disks.
  void RefuseLinks() { links_.store(false); }

  // From now on nothing reaches the disk.
  void CutPower();
  bool cut() const { return cut_.load(); }

  // Leaves of each file what was synced, and of what was not a part that
  // `keep(unsynced bytes)` says (0: nothing); removes files whose directory
  // was not synced since, or puts back what they replaced. Power is back.
  // REQUIRES: CutPower; nothing is open.
  void DropUnsynced(const std::function<uint64_t(uint64_t)>& keep)
      XOM_EXCLUDES(mu_);

  // How many operations were asked for, and how many of them failed.
  int64_t operations() const { return operations_.load(); }
  int64_t failures() const { return failures_.load(); }

  const char* Name() const override { return "xom.FaultFileSystem"; }

  rocksdb::IOStatus NewWritableFile(
      const std::string& path, const rocksdb::FileOptions& options,
      std::unique_ptr<rocksdb::FSWritableFile>* result,
      rocksdb::IODebugContext* debug) override;
  rocksdb::IOStatus NewDirectory(const std::string& path,
                                 const rocksdb::IOOptions& options,
                                 std::unique_ptr<rocksdb::FSDirectory>* result,
                                 rocksdb::IODebugContext* debug) override;
  rocksdb::IOStatus RenameFile(const std::string& from, const std::string& to,
                               const rocksdb::IOOptions& options,
                               rocksdb::IODebugContext* debug) override;
  rocksdb::IOStatus LinkFile(const std::string& from, const std::string& to,
                             const rocksdb::IOOptions& options,
                             rocksdb::IODebugContext* debug) override;
  rocksdb::IOStatus DeleteFile(const std::string& path,
                               const rocksdb::IOOptions& options,
                               rocksdb::IODebugContext* debug) override;

  // For the files and directories it hands out.
  rocksdb::IOStatus Ask(Operation operation, const std::string& path)
      XOM_EXCLUDES(mu_);
  void NoteAppended(const std::string& path, uint64_t bytes) XOM_EXCLUDES(mu_);
  void NoteSynced(const std::string& path) XOM_EXCLUDES(mu_);
  void NoteDirectorySynced() XOM_EXCLUDES(mu_);

 private:
  struct FileState {
    uint64_t written = 0;
    uint64_t synced = 0;
    bool in_directory = false;
    // What stands under the name until the directory is synced.
    std::optional<std::string> replaced = {};
  };

  // What a power cut would leave under the name, as far as it is another file
  // than the one there; else the one there.
  std::optional<std::string> Synced(const std::string& path) XOM_EXCLUDES(mu_);

  std::atomic<bool> cut_ = false;
  std::atomic<bool> links_ = true;
  std::atomic<int64_t> operations_ = 0;
  std::atomic<int64_t> failures_ = 0;
  Mutex mu_;
  Fault fault_ XOM_GUARDED_BY(mu_);
  std::map<std::string, FileState> files_ XOM_GUARDED_BY(mu_);
};

}  // namespace xom::storage

#endif  // XOM_STORAGE_FAULT_FILE_SYSTEM_H_
