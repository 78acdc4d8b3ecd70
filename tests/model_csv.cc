#include "tests/model_csv.h"

#include <gtest/gtest.h>

#include <fstream>

#include "cli/csv_reader.h"
#include "tests/test_server.h"

namespace xom::tests {

std::vector<CsvRecord> ReadSharedCsv(const std::string& path) {
  std::vector<CsvRecord> records;
  const std::string folder = SharedDataFolder();
  std::ifstream file(folder + "/" + path);
  if (folder.empty() || !file) return records;
  cli::CsvReader reader(&file);
  cli::CsvRow header;
  cli::CsvRow row;
  EXPECT_TRUE(*reader.Next(&header)) << path << " is empty";
  for (;;) {
    const auto more = reader.Next(&row);
    EXPECT_TRUE(more.ok()) << path << ": " << more.status();
    if (!more.ok() || !*more) return records;
    EXPECT_EQ(row.fields.size(), header.fields.size())
        << path << ", line " << row.line;
    CsvRecord& record = records.emplace_back();
    for (size_t i = 0; i < row.fields.size(); ++i) {
      record[header.fields[i]] = row.fields[i];
    }
  }
}

}  // namespace xom::tests
