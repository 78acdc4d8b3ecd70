#include "cli/csv_reader.h"

#include <csv.h>

#include <cstring>

#include "absl/strings/str_cat.h"

namespace xom::cli {
namespace {

constexpr size_t kChunkBytes = 64 << 10;
constexpr char kByteOrderMark[] = "\xEF\xBB\xBF";

bool IsBlank(const char* data, size_t size) {
  for (size_t i = 0; i < size; ++i) {
    if (std::strchr(" \t\r\n", data[i]) == nullptr || data[i] == '\0') {
      return false;
    }
  }
  return true;
}

}  // namespace

// What libcsv calls.
struct CsvReader::Callbacks {
  static void Field(void* data, size_t size, void* self) {
    auto& reader = *static_cast<CsvReader*>(self);
    reader.field_too_long_ |= size > kMaxFieldBytes;
    reader.open_row_.fields.emplace_back(static_cast<const char*>(data), size);
  }
  static void Row(int, void* self) {
    auto& reader = *static_cast<CsvReader*>(self);
    reader.rows_.push_back(std::move(reader.open_row_));
    reader.open_row_ = CsvRow();
    reader.in_row_ = false;
    reader.row_bytes_ = 0;
  }
};

CsvReader::CsvReader(std::istream* in)
    : in_(*in), parser_(std::make_unique<csv_parser>()) {
  // Lenient about quotes within a field, as spreadsheets are.
  csv_init(parser_.get(), 0);
}

CsvReader::~CsvReader() { csv_free(parser_.get()); }

absl::StatusOr<bool> CsvReader::Next(CsvRow* row) {
  while (rows_.empty()) {
    if (at_end_) return false;
    absl::Status status = ReadChunk();
    if (!status.ok()) {
      at_end_ = true;
      return status;
    }
  }
  *row = std::move(rows_.front());
  rows_.pop_front();
  return true;
}

absl::Status CsvReader::ReadChunk() {
  std::string chunk(kChunkBytes, '\0');
  in_.read(chunk.data(), static_cast<std::streamsize>(chunk.size()));
  chunk.resize(static_cast<size_t>(in_.gcount()));
  if (chunk.empty()) return Finish();
  size_t at = 0;
  if (bytes_read_ == 0 && chunk.compare(0, 3, kByteOrderMark) == 0) at = 3;
  bytes_read_ += static_cast<int64_t>(chunk.size());
  // Line by line, because libcsv does not count lines.
  while (at < chunk.size()) {
    const size_t line_break = chunk.find('\n', at);
    const bool whole = line_break != std::string::npos;
    const size_t end = whole ? line_break + 1 : chunk.size();
    absl::Status status = ParsePiece(chunk.data() + at, end - at);
    if (!status.ok()) return status;
    if (whole) ++line_;
    at = end;
  }
  return absl::OkStatus();
}

absl::Status CsvReader::ParsePiece(const char* data, size_t size) {
  if (!in_row_ && !IsBlank(data, size)) {
    in_row_ = true;
    open_row_.line = line_;
  }
  const int64_t line = open_row_.line;
  row_bytes_ = in_row_ ? row_bytes_ + size : 0;
  if (row_bytes_ > kMaxRowBytes) {
    return absl::InvalidArgumentError(
        absl::StrCat("line ", line, ": the row is longer than ", kMaxRowBytes,
                     " bytes; is a quote open?"));
  }
  if (csv_parse(parser_.get(), data, size, Callbacks::Field, Callbacks::Row,
                this) != size) {
    return absl::InvalidArgumentError(absl::StrCat(
        "line ", line, ": ", csv_strerror(csv_error(parser_.get()))));
  }
  if (field_too_long_) {
    return absl::InvalidArgumentError(absl::StrCat(
        "line ", line, ": a field is longer than ", kMaxFieldBytes, " bytes"));
  }
  return absl::OkStatus();
}

absl::Status CsvReader::Finish() {
  at_end_ = true;
  if (in_.bad()) return absl::DataLossError("the file cannot be read on");
  // The last line may lack its break, and a break ends a row unless it stands
  // within quotes: then the open quote has swallowed all rows from here on.
  absl::Status status = in_row_ ? ParsePiece("\n", 1) : absl::OkStatus();
  if (status.ok() && in_row_) {
    status = absl::InvalidArgumentError(
        absl::StrCat("line ", open_row_.line, ": a quote never closes"));
  }
  return status;
}

}  // namespace xom::cli
