#ifndef XOM_LOADTEST_PEERS_TEMPORARY_DIRECTORY_H_
#define XOM_LOADTEST_PEERS_TEMPORARY_DIRECTORY_H_

#include <sys/types.h>

#include <memory>
#include <string>

#include "absl/status/statusor.h"

namespace xom::loadtest {

// A directory that ends with its object, and also with this process, however
// that ends: a small process waits for it and then removes the directory.
//
//   absl::StatusOr<std::unique_ptr<TemporaryDirectory>> directory =
//       TemporaryDirectory::Create();
//   Write((*directory)->path() + "/data");
//
// Thread-safe: it is immutable.
class TemporaryDirectory {
 public:
  // Makes a directory in $TMPDIR, or else /tmp, that only its owner can read.
  // `user` shall own it; "" and, unless we are root, any user is ourselves.
  // NOT_FOUND when there is no such user, else the code of the errno.
  static absl::StatusOr<std::unique_ptr<TemporaryDirectory>> Create(
      const std::string& user = "");

  // Removes it with all that is in it. Programs that write there must have
  // ended.
  ~TemporaryDirectory();
  TemporaryDirectory(const TemporaryDirectory&) = delete;
  TemporaryDirectory& operator=(const TemporaryDirectory&) = delete;

  // Absolute, without a slash at the end.
  const std::string& path() const { return path_; }

 private:
  explicit TemporaryDirectory(std::string path) : path_(std::move(path)) {}

  // Starts the process that removes the directory once our end of the pipe is
  // closed.
  absl::Status StartRemover();

  const std::string path_;
  pid_t remover_ = -1;
  int pipe_ = -1;
};

}  // namespace xom::loadtest

#endif  // XOM_LOADTEST_PEERS_TEMPORARY_DIRECTORY_H_
