#include "cli/flag_value.h"

#include <cmath>

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

}  // namespace xom::cli
