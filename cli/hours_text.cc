#include "cli/hours_text.h"

#include <set>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "absl/time/civil_time.h"

namespace xom::cli {
namespace {

constexpr int kMinutesPerDay = 24 * 60;
constexpr const char* kDays[] = {"monday", "tuesday",  "wednesday", "thursday",
                                 "friday", "saturday", "sunday"};

absl::Status Unreadable(const char* what, const std::string& text) {
  return absl::InvalidArgumentError(
      absl::StrCat("cannot read ", what, " `", text, "`"));
}

std::vector<std::string> Parts(const std::string& text, char separator) {
  std::vector<std::string> parts;
  for (absl::string_view part : absl::StrSplit(text, separator)) {
    parts.emplace_back(absl::StripAsciiWhitespace(part));
  }
  return parts;
}

// "8", "08:30" or "24:00" to minutes; -1 when it is none of them.
int ParseMinute(const std::string& text) {
  const std::vector<std::string> parts = Parts(text, ':');
  int hour = 0;
  int minute = 0;
  if (parts.size() > 2 || !absl::SimpleAtoi(parts[0], &hour)) return -1;
  if (parts.size() == 2 && !absl::SimpleAtoi(parts[1], &minute)) return -1;
  if (hour < 0 || hour > 24 || minute < 0 || minute > 59) return -1;
  const int total = hour * 60 + minute;
  return total > kMinutesPerDay ? -1 : total;
}

absl::Status ParseSpans(const std::string& text,
                        std::vector<v1::OpeningHours::Span>* spans) {
  for (const std::string& part : Parts(text, ',')) {
    const std::vector<std::string> ends = Parts(part, '-');
    if (ends.size() != 2) return Unreadable("the hours", part);
    const int open = ParseMinute(ends[0]);
    int close = ParseMinute(ends[1]);
    if (close == 0) close = kMinutesPerDay;  // "22:00-00:00"
    if (open < 0 || open == kMinutesPerDay || close < 0 || open == close) {
      return Unreadable("the hours", part);
    }
    v1::OpeningHours::Span span;
    span.set_open_minute(open);
    span.set_close_minute(close);
    spans->push_back(span);
  }
  return absl::OkStatus();
}

// 0 (Monday) to 6, or -1.
int ParseDay(const std::string& text) {
  if (text.size() < 2) return -1;
  for (int day = 0; day < 7; ++day) {
    if (absl::StartsWith(kDays[day], absl::AsciiStrToLower(text))) return day;
  }
  return -1;
}

absl::Status ParseDays(const std::string& text, std::set<int>* days) {
  for (const std::string& part : Parts(text, ',')) {
    const std::vector<std::string> ends = Parts(part, '-');
    const int first = ParseDay(ends.front());
    const int last = ParseDay(ends.back());
    if (ends.size() > 2 || first < 0 || last < 0) {
      return Unreadable("the days", part);
    }
    for (int day = first;; day = (day + 1) % 7) {
      days->insert(day);
      if (day == last) break;
    }
  }
  return absl::OkStatus();
}

absl::Status ParseRule(const std::string& rule, v1::OpeningHours* hours) {
  if (rule == "24/7") return ParseRule("daily 00:00-24:00", hours);
  // Days have letters and hours have none, so the hours begin at the first
  // digit.
  const size_t digit = rule.find_first_of("0123456789");
  if (digit == std::string::npos) return Unreadable("the hours", rule);
  const std::string days_text(
      absl::StripAsciiWhitespace(rule.substr(0, digit)));
  std::set<int> days;
  absl::Status status = ParseDays(
      days_text.empty() || days_text == "daily" ? "mo-su" : days_text, &days);
  if (!status.ok()) return status;
  std::vector<v1::OpeningHours::Span> spans;
  status = ParseSpans(rule.substr(digit), &spans);
  if (!status.ok()) return status;
  for (const int day : days) {
    for (const v1::OpeningHours::Span& span : spans) {
      v1::OpeningHours::WeeklySpan* weekly = hours->add_weekly_spans();
      weekly->set_day(static_cast<google::type::DayOfWeek>(day + 1));
      *weekly->mutable_span() = span;
    }
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status ParseWeeklyHours(const std::string& text,
                              v1::OpeningHours* hours) {
  for (const std::string& rule : Parts(text, ';')) {
    absl::Status status = ParseRule(rule, hours);
    if (!status.ok()) return status;
  }
  return absl::OkStatus();
}

absl::Status ParseSpecialDay(const std::string& text, v1::OpeningHours* hours) {
  const std::string trimmed(absl::StripAsciiWhitespace(text));
  const size_t blank = trimmed.find(' ');
  absl::CivilDay day;
  if (blank == std::string::npos ||
      !absl::ParseCivilTime(trimmed.substr(0, blank), &day)) {
    return absl::InvalidArgumentError(
        absl::StrCat("`", text,
                     "` is not a day and its hours, such as `2026-02-17 closed`"
                     " or `2026-02-18 09:00-12:00`"));
  }
  const std::string rest(absl::StripAsciiWhitespace(trimmed.substr(blank)));
  std::vector<v1::OpeningHours::Span> spans;
  if (rest != "closed") {
    absl::Status status = ParseSpans(rest, &spans);
    if (!status.ok()) return status;
  }
  v1::OpeningHours::SpecialDay* special = hours->add_special_days();
  special->mutable_date()->set_year(static_cast<int32_t>(day.year()));
  special->mutable_date()->set_month(day.month());
  special->mutable_date()->set_day(day.day());
  special->mutable_spans()->Assign(spans.begin(), spans.end());
  return absl::OkStatus();
}

}  // namespace xom::cli
