#ifndef XOM_STORAGE_FILE_LOCK_H_
#define XOM_STORAGE_FILE_LOCK_H_

#include <memory>
#include <string>

#include "absl/status/statusor.h"

namespace xom::storage {

// Keeps others, in this process too, away from a file or a folder while it
// lives; all have to ask for it. It ends with the process, however that ends.
class FileLock {
 public:
  // UNAVAILABLE/kNotWritable when it cannot be opened,
  // FAILED_PRECONDITION/kInUse when another one has it. On a file system that
  // has no such locks (flock) everybody gets it: there the operator keeps
  // others away.
  static absl::StatusOr<std::unique_ptr<FileLock>> OfFolder(
      const std::string& path);
  // Makes the file when it is absent, for this user alone.
  static absl::StatusOr<std::unique_ptr<FileLock>> OfFile(
      const std::string& path);

  ~FileLock();
  FileLock(const FileLock&) = delete;
  FileLock& operator=(const FileLock&) = delete;

  int fd() const { return fd_; }

 private:
  explicit FileLock(int fd) : fd_(fd) {}
  static absl::StatusOr<std::unique_ptr<FileLock>> Take(const std::string& path,
                                                        int flags);

  const int fd_;
};

}  // namespace xom::storage

#endif  // XOM_STORAGE_FILE_LOCK_H_
