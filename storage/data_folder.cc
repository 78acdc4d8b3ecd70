#include "storage/data_folder.h"

#include <algorithm>

namespace xom::storage {

namespace fs = std::filesystem;

fs::path CanonicalPath(const std::string& path) {
  std::error_code failed;
  fs::path absolute = fs::absolute(path, failed);
  if (failed) absolute = path;
  fs::path canonical = fs::weakly_canonical(absolute, failed);
  if (failed) canonical = absolute.lexically_normal();
  return canonical.has_filename() ? canonical : canonical.parent_path();
}

bool IsInDataFolder(const std::string& path, const std::string& data_folder) {
  const fs::path folder = CanonicalPath(data_folder);
  const fs::path inner = CanonicalPath(path);
  return std::mismatch(folder.begin(), folder.end(), inner.begin(), inner.end())
             .first == folder.end();
}

}  // namespace xom::storage
