#include "storage/file_lock.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "absl/strings/str_cat.h"
#include "storage/ledger_error.h"

namespace xom::storage {

absl::StatusOr<std::unique_ptr<FileLock>> FileLock::OfFolder(
    const std::string& path) {
  return Take(path, O_RDONLY | O_DIRECTORY);
}

absl::StatusOr<std::unique_ptr<FileLock>> FileLock::OfFile(
    const std::string& path) {
  return Take(path, O_RDWR | O_CREAT);
}

absl::StatusOr<std::unique_ptr<FileLock>> FileLock::Take(
    const std::string& path, int flags) {
  const int fd = open(path.c_str(), flags | O_CLOEXEC, S_IRUSR | S_IWUSR);
  if (fd < 0) {
    return MakeLedgerError(
        LedgerError::kNotWritable,
        absl::StrCat("opening ", path, ": ", std::strerror(errno)));
  }
  auto lock = std::unique_ptr<FileLock>(new FileLock(fd));
  if (flock(fd, LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK) {
    return MakeLedgerError(LedgerError::kInUse,
                           absl::StrCat(path, " is locked by another one"));
  }
  return lock;
}

FileLock::~FileLock() { close(fd_); }

}  // namespace xom::storage
