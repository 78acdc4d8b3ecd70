#ifndef XOM_TESTS_FILE_SEARCH_H_
#define XOM_TESTS_FILE_SEARCH_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "storage/ledger.h"

namespace xom::tests {

// A text that must stand nowhere, and what it is.
struct Canary {
  std::string what;
  std::string bytes;
};

// What stands in `bytes`, each as "`what` in `where`".
std::vector<std::string> Found(const std::vector<Canary>& canaries,
                               absl::string_view where,
                               absl::string_view bytes);

// In all files of a folder and of those in it, as they lie on the disk.
std::vector<std::string> FoundInFiles(const std::vector<Canary>& canaries,
                                      const std::string& folder);

// In all that a ledger gives: keys and values of records, and of each change
// that it still has. RocksDB compresses what lies in its files, so that a
// search of the files alone would miss some.
std::vector<std::string> FoundInLedger(const std::vector<Canary>& canaries,
                                       const storage::Ledger& ledger);

}  // namespace xom::tests

#endif  // XOM_TESTS_FILE_SEARCH_H_
