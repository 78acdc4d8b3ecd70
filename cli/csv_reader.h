#ifndef XOM_CLI_CSV_READER_H_
#define XOM_CLI_CSV_READER_H_

#include <cstdint>
#include <deque>
#include <istream>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

struct csv_parser;

namespace xom::cli {

struct CsvRow {
  int64_t line = 0;  // on which it begins, from 1
  std::vector<std::string> fields;
};

// Reads rows of a CSV file as they come, in bounded memory: RFC 4180, and what
// spreadsheets make of it (a byte order mark, CRLF or LF, blank lines, quoted
// line breaks). The header is the first row, like any other.
//
//   CsvReader reader(&file);
//   CsvRow row;
//   for (;;) {
//     absl::StatusOr<bool> more = reader.Next(&row);
//     if (!more.ok() || !*more) break;
//   }
class CsvReader {
 public:
  static constexpr size_t kMaxFieldBytes = 64 << 10;
  static constexpr size_t kMaxRowBytes = 1 << 20;

  // `in` must outlive it.
  explicit CsvReader(std::istream* in);
  ~CsvReader();
  CsvReader(const CsvReader&) = delete;
  CsvReader& operator=(const CsvReader&) = delete;

  // False at the end. INVALID_ARGUMENT, naming the line, for a row or field
  // that is too long and for a quote that never closes; nothing can be read
  // after it.
  absl::StatusOr<bool> Next(CsvRow* row);

  // Of the input, for progress.
  int64_t bytes_read() const { return bytes_read_; }

 private:
  struct Callbacks;

  absl::Status ReadChunk();
  absl::Status ParsePiece(const char* data, size_t size);
  absl::Status Finish();

  std::istream& in_;
  std::unique_ptr<csv_parser> parser_;
  std::deque<CsvRow> rows_;  // parsed, not yet given
  CsvRow open_row_;
  bool in_row_ = false;
  bool field_too_long_ = false;
  bool at_end_ = false;
  size_t row_bytes_ = 0;
  int64_t line_ = 1;  // of the piece that is parsed
  int64_t bytes_read_ = 0;
};

}  // namespace xom::cli

#endif  // XOM_CLI_CSV_READER_H_
