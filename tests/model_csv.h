#ifndef XOM_TESTS_MODEL_CSV_H_
#define XOM_TESTS_MODEL_CSV_H_

#include <map>
#include <string>
#include <vector>

namespace xom::tests {

using CsvRecord = std::map<std::string, std::string>;

// The rows of a file in SharedDataFolder(), by the names of their columns;
// none when the file is not there. A row that cannot be read fails the test.
std::vector<CsvRecord> ReadSharedCsv(const std::string& path);

}  // namespace xom::tests

#endif  // XOM_TESTS_MODEL_CSV_H_
