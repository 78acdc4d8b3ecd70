#include "cli/import_report.h"

#include <nlohmann/json.hpp>
#include <ostream>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "cli/csv_writer.h"
#include "cli/display_width.h"
#include "cli/measure_text.h"

namespace xom::cli {
namespace {

constexpr absl::Duration kTerminalInterval = absl::Milliseconds(200);
constexpr absl::Duration kLogInterval = absl::Seconds(5);
constexpr int kBarWidth = 20;

}  // namespace

ImportReport::ImportReport(Options options, std::ostream* err)
    : options_(std::move(options)),
      err_(*err),
      begin_(absl::Now()),
      next_progress_(begin_ +
                     (options_.terminal ? kTerminalInterval : kLogInterval)) {}

absl::Status ImportReport::Begin(const CsvRow& header) {
  if (options_.errors_file.empty()) return absl::OkStatus();
  errors_.open(options_.errors_file, std::ios::binary | std::ios::trunc);
  std::vector<std::string> columns = {"line", "error"};
  columns.insert(columns.end(), header.fields.begin(), header.fields.end());
  errors_ << CsvLine(columns) << std::flush;
  return errors_ ? absl::OkStatus()
                 : absl::NotFoundError(
                       absl::StrCat("cannot write ", options_.errors_file));
}

void ImportReport::Refused(const CsvRow& row, const std::string& why) {
  ++counts_.refused;
  if (errors_.is_open()) {
    std::vector<std::string> fields = {absl::StrCat(row.line), SafeCell(why)};
    fields.insert(fields.end(), row.fields.begin(), row.fields.end());
    errors_ << CsvLine(fields) << std::flush;
  }
  if (shown_ > options_.max_errors_shown) return;
  Clear();
  if (shown_++ < options_.max_errors_shown) {
    err_ << options_.file_name << ":" << row.line << ": " << OneLine(why)
         << "\n";
  } else {
    err_ << "more refused rows are not shown; --errors FILE keeps them all\n";
  }
}

std::string ImportReport::ProgressText(int64_t bytes_read,
                                       absl::Duration elapsed) const {
  const double seconds = std::max(absl::ToDoubleSeconds(elapsed), 0.001);
  std::string text = absl::StrCat(
      CountText(counts_.rows), " rows, ",
      CountText(
          static_cast<int64_t>(static_cast<double>(counts_.rows) / seconds)),
      " rows/s, ", CountText(counts_.refused), " refused");
  if (options_.file_bytes <= 0 || bytes_read <= 0) return text;
  const double share =
      std::min(1.0, static_cast<double>(bytes_read) /
                        static_cast<double>(options_.file_bytes));
  if (options_.terminal) {
    const auto filled = static_cast<size_t>(share * kBarWidth);
    text = absl::StrCat("[", std::string(filled, '#'),
                        std::string(kBarWidth - filled, '.'), "] ", text);
  }
  return absl::StrCat(text, ", ", ElapsedText(elapsed * (1 / share - 1)),
                      " left");
}

void ImportReport::Progress(int64_t bytes_read) {
  const absl::Time now = absl::Now();
  if (options_.quiet || now < next_progress_) return;
  next_progress_ = now + (options_.terminal ? kTerminalInterval : kLogInterval);
  Clear();
  err_ << ProgressText(bytes_read, now - begin_)
       << (options_.terminal ? "" : "\n") << std::flush;
  line_open_ = options_.terminal;
}

void ImportReport::Clear() {
  if (line_open_) err_ << "\r\x1b[K";
  line_open_ = false;
}

std::string ImportReport::Summary(const std::string& verb) const {
  return absl::StrCat(CountText(counts_.rows),
                      " rows: ", CountText(counts_.imported), " ", verb, ", ",
                      CountText(counts_.already_there), " already there, ",
                      CountText(counts_.skipped), " skipped by filter, ",
                      CountText(counts_.refused), " refused, in ",
                      ElapsedText(absl::Now() - begin_));
}

std::string ImportReport::SummaryJson() const {
  return nlohmann::ordered_json{
      {"rows", counts_.rows},
      {"imported", counts_.imported},
      {"alreadyThere", counts_.already_there},
      {"skipped", counts_.skipped},
      {"refused", counts_.refused},
      {"seconds", absl::ToDoubleSeconds(absl::Now() - begin_)},
  }
      .dump();
}

}  // namespace xom::cli
