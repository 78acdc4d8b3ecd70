#include "trust/guarded_file.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>

#include "absl/cleanup/cleanup.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "trust/secret.h"

namespace xom::trust {
namespace {

constexpr mode_t kOwnerOnly = 0600;

// Closes what it holds.
class Descriptor {
 public:
  explicit Descriptor(int fd) : fd_(fd) {}
  ~Descriptor() {
    if (fd_ >= 0) close(fd_);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;

  bool ok() const { return fd_ >= 0; }
  int get() const { return fd_; }

 private:
  const int fd_;
};

absl::Status Failure(const std::string& path) {
  return absl::ErrnoToStatus(errno, path);
}

absl::Status CheckMode(const GuardedFile& file, const struct stat& found) {
  if (!S_ISREG(found.st_mode)) {
    return absl::FailedPreconditionError(
        absl::StrCat(file.path, ": is not a file"));
  }
  const mode_t excess = found.st_mode & file.forbidden_mode;
  if (excess != 0) {
    return absl::FailedPreconditionError(absl::StrFormat(
        "%s: its mode is %04o, which lets others at it: chmod %04o", file.path,
        found.st_mode & 07777, found.st_mode & 07777 & ~file.forbidden_mode));
  }
  return absl::OkStatus();
}

absl::Status ReadAll(const Descriptor& from, std::string* bytes) {
  size_t size = 0;
  while (size < bytes->size()) {
    const ssize_t n =
        read(from.get(), bytes->data() + size, bytes->size() - size);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return Failure("");
    if (n == 0) break;
    size += static_cast<size_t>(n);
  }
  bytes->resize(size);
  return absl::OkStatus();
}

bool WriteAll(const Descriptor& to, absl::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t n = write(to.get(), bytes.data(), bytes.size());
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return false;
    bytes.remove_prefix(static_cast<size_t>(n));
  }
  return true;
}

// The folder of a file, locked against others that change files in it this way.
class LockedFolder {
 public:
  explicit LockedFolder(const std::string& path)
      : folder_(Open(path)),
        locked_(folder_.ok() && flock(folder_.get(), LOCK_EX) == 0) {}

  bool ok() const { return locked_; }
  bool Sync() const { return fsync(folder_.get()) == 0; }

 private:
  static int Open(const std::string& path) {
    const std::filesystem::path folder =
        std::filesystem::path(path).parent_path();
    return open(folder.empty() ? "." : folder.c_str(),
                O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  }

  const Descriptor folder_;
  const bool locked_;
};

std::string NewName(const std::string& path) { return path + ".new"; }

// Writes the new file beside the old one. REQUIRES: the folder is locked, so
// that what stands there is of one who died.
absl::Status WriteNew(const std::string& path, absl::string_view bytes,
                      const struct stat* like) {
  const std::string name = NewName(path);
  unlink(name.c_str());
  const Descriptor file(
      open(name.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, kOwnerOnly));
  if (!file.ok()) return Failure(name);
  // A mask may have taken the owner's bits too.
  if (fchmod(file.get(), kOwnerOnly) != 0) return Failure(name);
  // An administrator who changes a file of the service leaves it readable to
  // it.
  if (like != nullptr &&
      (like->st_uid != geteuid() || like->st_gid != getegid()) &&
      fchown(file.get(), like->st_uid, like->st_gid) != 0) {
    return Failure(name);
  }
  if (!WriteAll(file, bytes) || fsync(file.get()) != 0) return Failure(name);
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<std::string> ReadGuardedFile(const GuardedFile& file) {
  // Without O_NONBLOCK a pipe would wait for its writer for ever.
  const Descriptor from(
      open(file.path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  if (!from.ok()) return Failure(file.path);
  struct stat found;
  if (fstat(from.get(), &found) != 0) return Failure(file.path);
  if (absl::Status s = CheckMode(file, found); !s.ok()) return s;
  std::string bytes(file.max_bytes + 1, '\0');
  if (absl::Status s = ReadAll(from, &bytes); !s.ok()) {
    return absl::Status(s.code(), absl::StrCat(file.path, s.message()));
  }
  if (bytes.size() > file.max_bytes) {
    Wipe(&bytes);
    return absl::InvalidArgumentError(
        absl::StrCat(file.path, ": is longer than ", file.max_bytes, " bytes"));
  }
  return bytes;
}

absl::Status CreateGuardedFile(const std::string& path,
                               absl::string_view bytes) {
  const LockedFolder folder(path);
  if (!folder.ok()) return Failure(path);
  const std::string name = NewName(path);
  const absl::Cleanup remove = [&] { unlink(name.c_str()); };
  if (absl::Status s = WriteNew(path, bytes, nullptr); !s.ok()) return s;
  // Unlike rename, link refuses a name that is taken.
  if (link(name.c_str(), path.c_str()) != 0) return Failure(path);
  if (!folder.Sync()) return Failure(path);
  return absl::OkStatus();
}

absl::Status ChangeGuardedFile(
    const GuardedFile& file,
    const std::function<absl::StatusOr<std::string>(absl::string_view)>&
        change) {
  // A link stays a link.
  std::error_code unresolved;
  GuardedFile real = file;
  real.path = std::filesystem::canonical(file.path, unresolved).string();
  if (unresolved) {
    return absl::ErrnoToStatus(unresolved.value(), file.path);
  }
  const LockedFolder folder(real.path);
  if (!folder.ok()) return Failure(real.path);
  struct stat found;
  if (stat(real.path.c_str(), &found) != 0) return Failure(real.path);
  auto old_bytes = ReadGuardedFile(real);
  if (!old_bytes.ok()) return old_bytes.status();
  auto bytes = change(*old_bytes);
  Wipe(&*old_bytes);
  if (!bytes.ok()) {
    return absl::Status(
        bytes.status().code(),
        absl::StrCat(file.path, ": ", bytes.status().message()));
  }
  const absl::Cleanup wipe = [&] { Wipe(&*bytes); };
  const std::string name = NewName(real.path);
  if (absl::Status s = WriteNew(real.path, *bytes, &found); !s.ok()) {
    unlink(name.c_str());
    return s;
  }
  if (rename(name.c_str(), real.path.c_str()) != 0) return Failure(real.path);
  if (!folder.Sync()) return Failure(real.path);
  return absl::OkStatus();
}

}  // namespace xom::trust
