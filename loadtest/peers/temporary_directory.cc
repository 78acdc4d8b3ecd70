#include "loadtest/peers/temporary_directory.h"

#include <fcntl.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <system_error>

#include "absl/strings/str_cat.h"
#include "loadtest/peers/process_user.h"

namespace xom::loadtest {
namespace {

// Servers that die with us may write a last file: hence the second try.
constexpr char kRemove[] =
    "trap '' HUP INT TERM; read -r line; "
    "rm -rf -- \"$0\" 2>/dev/null || { sleep 1; rm -rf -- \"$0\"; }";

}  // namespace

absl::StatusOr<std::unique_ptr<TemporaryDirectory>> TemporaryDirectory::Create(
    const std::string& user) {
  const absl::StatusOr<ProcessUser> owner = FindUser(user);
  if (!owner.ok()) return owner.status();
  std::error_code error;
  const std::filesystem::path parent =
      std::filesystem::temp_directory_path(error);
  if (error) {
    return absl::NotFoundError(
        absl::StrCat("no directory for temporary files: ", error.message()));
  }
  std::string path =
      std::filesystem::absolute(parent / "xom-loadtest-XXXXXX").string();
  if (mkdtemp(path.data()) == nullptr) {
    return absl::ErrnoToStatus(errno, absl::StrCat("cannot make ", path));
  }
  auto directory = std::unique_ptr<TemporaryDirectory>(
      new TemporaryDirectory(std::move(path)));
  if (absl::Status s = directory->StartRemover(); !s.ok()) {
    rmdir(directory->path().c_str());
    return s;
  }
  if (owner->switch_to &&
      chown(directory->path().c_str(), owner->uid, owner->gid) != 0) {
    return absl::ErrnoToStatus(
        errno, absl::StrCat("cannot give ", directory->path(), " to ", user));
  }
  return directory;
}

absl::Status TemporaryDirectory::StartRemover() {
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) != 0) {
    return absl::ErrnoToStatus(errno, "no pipe");
  }
  pipe_ = ends[1];
  const char* const argv[] = {"sh", "-c", kRemove, path_.c_str(), nullptr};
  remover_ = fork();
  if (remover_ == 0) {  // only what is safe after fork
    // Out of reach of a Ctrl-C that is meant for us.
    setsid();
    dup2(ends[0], STDIN_FILENO);
    execv("/bin/sh", const_cast<char* const*>(argv));
    _exit(127);
  }
  const int fork_errno = errno;
  close(ends[0]);
  if (remover_ < 0) return absl::ErrnoToStatus(fork_errno, "cannot fork");
  return absl::OkStatus();
}

TemporaryDirectory::~TemporaryDirectory() {
  if (pipe_ >= 0) close(pipe_);
  if (remover_ > 0) waitpid(remover_, nullptr, 0);
}

}  // namespace xom::loadtest
