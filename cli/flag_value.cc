#include "cli/flag_value.h"

#include <algorithm>
#include <cmath>
#include <fstream>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "cli/claim_text.h"
#include "cli/line_text.h"

namespace xom::cli {
namespace {

absl::Status NotA(const char* what, const std::string& text) {
  return absl::InvalidArgumentError(absl::StrCat("`", text, "` is not ", what));
}

template <typename Int>
absl::Status ParseWhole(const std::string& text, Int* value) {
  Int number = 0;
  if (!absl::SimpleAtoi(text, &number)) return NotA("a whole number", text);
  *value = number;
  return absl::OkStatus();
}

}  // namespace

absl::Status ParseValue(const std::string& text, std::string* value) {
  *value = text;
  return absl::OkStatus();
}

absl::Status ParseValue(const std::string& text, double* value) {
  double number = 0;
  if (!absl::SimpleAtod(text, &number) || !std::isfinite(number)) {
    return NotA("a number", text);
  }
  *value = number;
  return absl::OkStatus();
}

absl::Status ParseValue(const std::string& text, int32_t* value) {
  return ParseWhole(text, value);
}

absl::Status ParseValue(const std::string& text, int64_t* value) {
  return ParseWhole(text, value);
}

absl::Status ParseValue(const std::string& text, absl::Duration* value) {
  absl::Duration duration;
  int64_t days = 0;
  double seconds = 0;
  if (absl::SimpleAtod(text, &seconds)) {
    duration = absl::Seconds(seconds);
  } else if (absl::EndsWith(text, "d") &&
             absl::SimpleAtoi(text.substr(0, text.size() - 1), &days)) {
    duration = absl::Hours(24) * days;  // absl knows no days
  } else if (!absl::ParseDuration(text, &duration)) {
    return NotA("a time span such as 90s, 48h or 7d", text);
  }
  if (duration <= absl::ZeroDuration()) {
    return NotA("a time span of more than 0", text);
  }
  *value = duration;
  return absl::OkStatus();
}

absl::Status ParseValue(const std::string& text, absl::Time* value) {
  absl::Time time;
  std::string error;
  if (!absl::ParseTime(absl::RFC3339_full, text, &time, &error)) {
    return NotA("a time such as 2026-02-17T09:30:00+07:00", text);
  }
  *value = time;
  return absl::OkStatus();
}

absl::Status ParseValue(const std::string& text, v1::Line* value) {
  *value = ParseLine(text);
  return absl::OkStatus();
}

absl::Status ParseValue(const std::string& text, v1::ClaimedLine* value) {
  const absl::StatusOr<v1::ClaimedLine> line = ParseClaimedLine(text);
  if (line.ok()) *value = *line;
  return line.status();
}

absl::Status ParseValue(const std::string& text, FileText* value) {
  constexpr size_t kMaxFileBytes = 64 << 10;
  std::ifstream file(text, std::ios::binary);
  std::string read(kMaxFileBytes + 1, '\0');
  file.read(read.data(), static_cast<std::streamsize>(read.size()));
  read.resize(static_cast<size_t>(file.gcount()));
  if (file.bad() || read.empty()) {
    return absl::InvalidArgumentError(
        absl::StrCat("cannot read the file ", text));
  }
  if (read.size() > kMaxFileBytes) {
    return absl::InvalidArgumentError(absl::StrCat(text, " is too long"));
  }
  value->text = std::move(read);
  return absl::OkStatus();
}

absl::Status ParseValue(const std::string& text, HeaderText* value) {
  const bool printable =
      std::all_of(text.begin(), text.end(),
                  [](unsigned char c) { return c >= ' ' && c <= '~'; });
  if (!printable) return absl::InvalidArgumentError("is no plain ASCII text");
  value->text = text;
  return absl::OkStatus();
}

}  // namespace xom::cli
