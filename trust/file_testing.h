#ifndef XOM_TRUST_FILE_TESTING_H_
#define XOM_TRUST_FILE_TESTING_H_

#include <string>

#include "absl/strings/string_view.h"

namespace xom::trust {

// A folder that goes with all that is in it.
class TemporaryFolder {
 public:
  TemporaryFolder();
  ~TemporaryFolder();
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;

  std::string Path(absl::string_view name) const;

 private:
  std::string path_;
};

// Writes in place, with this mode.
void WriteFile(const std::string& path, absl::string_view text,
               unsigned mode = 0644);
std::string ReadFile(const std::string& path);

}  // namespace xom::trust

#endif  // XOM_TRUST_FILE_TESTING_H_
