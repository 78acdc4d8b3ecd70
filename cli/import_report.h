#ifndef XOM_CLI_IMPORT_REPORT_H_
#define XOM_CLI_IMPORT_REPORT_H_

#include <cstdint>
#include <fstream>
#include <iosfwd>
#include <string>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "cli/csv_reader.h"

namespace xom::cli {

// What became of the rows of an import.
struct ImportCounts {
  int64_t rows = 0;
  int64_t imported = 0;
  int64_t already_there = 0;
  int64_t skipped = 0;
  int64_t refused = 0;
};

// Counts rows and tells a person how it goes on `err`: refused rows as they
// come, up to a bound, a progress line on a terminal and one every few seconds
// elsewhere, at the end the summary. All refused rows go to a file if one is
// named: line, error, then the row itself, so that it can be mended and
// imported again.
class ImportReport {
 public:
  struct Options {
    std::string file_name;    // as the messages name it
    std::string errors_file;  // "": none
    int64_t file_bytes = 0;   // 0: not known
    int32_t max_errors_shown = 20;
    bool quiet = false;     // neither progress nor summary
    bool terminal = false;  // `err` is one
  };

  ImportReport(Options options, std::ostream* err);

  // Opens the errors file, with the header of the file that is imported.
  absl::Status Begin(const CsvRow& header);

  ImportCounts& counts() { return counts_; }
  const ImportCounts& counts() const { return counts_; }
  void Refused(const CsvRow& row, const std::string& why);

  // Now and then, with how far the file is read.
  void Progress(int64_t bytes_read);

  // "2,474 rows: 1,840 imported, 0 already there, 634 skipped by filter, 0
  // refused, in 1.9 s". `verb` is "imported", or "would be imported".
  std::string Summary(const std::string& verb) const;
  // The same as a JSON object.
  std::string SummaryJson() const;

  // Takes the progress line from the terminal, before other text.
  void Clear();

 private:
  std::string ProgressText(int64_t bytes_read, absl::Duration elapsed) const;

  const Options options_;
  std::ostream& err_;
  std::ofstream errors_;
  ImportCounts counts_;
  int64_t shown_ = 0;
  bool line_open_ = false;  // a progress line stands on the terminal
  const absl::Time begin_;
  absl::Time next_progress_;
};

}  // namespace xom::cli

#endif  // XOM_CLI_IMPORT_REPORT_H_
