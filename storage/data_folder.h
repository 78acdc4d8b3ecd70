#ifndef XOM_STORAGE_DATA_FOLDER_H_
#define XOM_STORAGE_DATA_FOLDER_H_

#include <filesystem>
#include <string>

namespace xom::storage {

// The path without links and dots as far as it is there, and without a slash at
// the end.
std::filesystem::path CanonicalPath(const std::string& path);

// Whether `path` is the data folder, or lies in it.
bool IsInDataFolder(const std::string& path, const std::string& data_folder);

}  // namespace xom::storage

#endif  // XOM_STORAGE_DATA_FOLDER_H_
