#ifndef XOM_TRUST_GUARDED_FILE_H_
#define XOM_TRUST_GUARDED_FILE_H_

#include <sys/types.h>

#include <functional>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace xom::trust {

// Files whose reader or writer matters. Every error begins with the path and
// never holds what the file says.

struct GuardedFile {
  std::string path;
  // A longer file is INVALID_ARGUMENT.
  size_t max_bytes = 0;
  // Bits of the mode that may not be set, e.g. 077: nobody but the owner. A
  // file that has one of them is FAILED_PRECONDITION, and so is what is no
  // file.
  mode_t forbidden_mode = 0;
};

// All of it. NOT_FOUND when it is not there; the code of errno when it cannot
// be read.
absl::StatusOr<std::string> ReadGuardedFile(const GuardedFile& file);

// Makes a file of mode 0600, whole or not at all; when this returns OK, it is
// on the disk. ALREADY_EXISTS when the path is taken.
absl::Status CreateGuardedFile(const std::string& path,
                               absl::string_view bytes);

// Replaces what the file says by what `change` makes of it, whole or not at
// all; when this returns OK, that is on the disk. The owner stays. Two that
// change a file at once do so one after the other. Errors as of reading, and
// what `change` returns.
absl::Status ChangeGuardedFile(
    const GuardedFile& file,
    const std::function<absl::StatusOr<std::string>(absl::string_view)>&
        change);

}  // namespace xom::trust

#endif  // XOM_TRUST_GUARDED_FILE_H_
