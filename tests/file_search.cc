#include "tests/file_search.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <sstream>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

namespace xom::tests {

std::vector<std::string> Found(const std::vector<Canary>& canaries,
                               absl::string_view where,
                               absl::string_view bytes) {
  std::vector<std::string> found;
  for (const Canary& canary : canaries) {
    if (absl::StrContains(bytes, canary.bytes)) {
      found.push_back(absl::StrCat(canary.what, " in ", where));
    }
  }
  return found;
}

std::vector<std::string> FoundInFiles(const std::vector<Canary>& canaries,
                                      const std::string& folder) {
  std::vector<std::string> found;
  int files = 0;
  for (const auto& file :
       std::filesystem::recursive_directory_iterator(folder)) {
    if (!file.is_regular_file()) continue;
    ++files;
    std::ifstream stream(file.path(), std::ios::binary);
    std::stringstream bytes;
    bytes << stream.rdbuf();
    const auto here =
        Found(canaries, file.path().filename().string(), bytes.str());
    found.insert(found.end(), here.begin(), here.end());
  }
  EXPECT_GT(files, 0) << "nothing was searched";
  return found;
}

std::vector<std::string> FoundInLedger(const std::vector<Canary>& canaries,
                                       const storage::Ledger& ledger) {
  std::vector<std::string> found;
  const auto look = [&](const std::string& where, absl::string_view bytes) {
    const auto here = Found(canaries, where, bytes);
    found.insert(found.end(), here.begin(), here.end());
  };
  const auto scanned = ledger.Scan([&](const storage::Record& record) {
    look(absl::StrCat("record ", record.key),
         absl::StrCat(record.key, " ", record.value));
  });
  EXPECT_TRUE(scanned.ok()) << scanned.status();
  storage::Revision after = ledger.oldest_revision();
  while (after < ledger.revision()) {
    const auto changes = ledger.ReadChanges(after, storage::kMaxChangesPerRead);
    if (!changes.ok() || changes->empty()) {
      ADD_FAILURE() << "no change after " << after << changes.status();
      break;
    }
    for (const storage::Change& change : *changes) {
      for (const storage::ChangedRecord& record : change.records) {
        look(absl::StrCat("change ", change.revision, " of ", record.key),
             absl::StrCat(record.key, " ", record.before.value_or(""), " ",
                          record.after.value_or("")));
      }
    }
    after = changes->back().revision;
  }
  return found;
}

}  // namespace xom::tests
