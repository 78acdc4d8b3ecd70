#include "services/core/opening_hours.h"

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <system_error>

#include "absl/container/flat_hash_set.h"
#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "services/core/field_check.h"
#include "services/core/limits.h"

namespace xom::core {
namespace {

constexpr int kMinutesPerDay = 24 * 60;
constexpr size_t kMaxZoneBytes = 64;

// Where Abseil looks.
std::filesystem::path ZoneFolder() {
  const char* folder = std::getenv("TZDIR");
  return folder == nullptr ? "/usr/share/zoneinfo" : folder;
}

bool IsZoneCharacter(char c) {
  return absl::ascii_isalnum(static_cast<unsigned char>(c)) || c == '/' ||
         c == '_' || c == '-' || c == '+';
}

// The characters of the database's names: with dots or a leading slash a name
// would be any file of the machine, with colons Abseil's `Fixed/UTC+01:00:00`.
// Abseil remembers for ever each name it was asked for, so it is asked only for
// those that are there.
bool IsTimeZone(const std::string& name) {
  absl::TimeZone zone;
  std::error_code unused;
  return !name.empty() && name.size() <= kMaxZoneBytes && name[0] != '/' &&
         std::all_of(name.begin(), name.end(), IsZoneCharacter) &&
         std::filesystem::is_regular_file(ZoneFolder() / name, unused) &&
         absl::LoadTimeZone(name, &zone);
}

absl::CivilDay ToDay(const google::type::Date& date) {
  return absl::CivilDay(date.year(), date.month(), date.day());
}

// Normalization would turn 30 February into 1 or 2 March.
bool IsDate(const google::type::Date& date) {
  const absl::CivilDay day = ToDay(date);
  return date.year() >= 1 && date.year() <= 9999 && day.year() == date.year() &&
         day.month() == date.month() && day.day() == date.day();
}

int ToIndex(google::type::DayOfWeek day) {
  return static_cast<int>(day) - static_cast<int>(google::type::MONDAY);
}

void CheckSpan(absl::string_view field, const v1::OpeningHours::Span& span,
               Violations* violations) {
  CheckInt(absl::StrCat(field, ".open_minute"), span.open_minute(),
           {0, kMinutesPerDay - 1}, violations);
  CheckInt(absl::StrCat(field, ".close_minute"), span.close_minute(),
           {1, kMinutesPerDay}, violations);
  if (span.open_minute() == span.close_minute()) {
    violations->Add(absl::StrCat(field, ".close_minute"),
                    "must differ from open_minute; a whole day is 0 to 1440");
  }
}

void CheckWeek(absl::string_view field, const v1::OpeningHours& hours,
               Violations* violations) {
  if (!CheckInt(field, hours.weekly_spans_size(), {0, kMaxWeeklySpans},
                violations)) {
    return;
  }
  int i = 0;
  for (const auto& weekly : hours.weekly_spans()) {
    const std::string path = absl::StrCat(field, "[", i++, "]");
    CheckEnum(
        absl::StrCat(path, ".day"), weekly.day(),
        {google::type::DayOfWeek_IsValid(weekly.day()), Presence::kRequired},
        violations);
    CheckSpan(absl::StrCat(path, ".span"), weekly.span(), violations);
  }
}

void CheckSpecialDays(absl::string_view field, const v1::OpeningHours& hours,
                      Violations* violations) {
  if (!CheckInt(field, hours.special_days_size(), {0, kMaxSpecialDays},
                violations)) {
    return;
  }
  absl::flat_hash_set<absl::CivilDay> seen;
  int i = 0;
  for (const auto& special : hours.special_days()) {
    const std::string path = absl::StrCat(field, "[", i++, "]");
    if (!IsDate(special.date())) {
      violations->Add(absl::StrCat(path, ".date"), "is not a day");
    } else if (!seen.insert(ToDay(special.date())).second) {
      violations->Add(absl::StrCat(path, ".date"), "stands there twice");
    }
    if (!CheckInt(absl::StrCat(path, ".spans"), special.spans_size(),
                  {0, kMaxSpansPerDay}, violations)) {
      continue;
    }
    int j = 0;
    for (const auto& span : special.spans()) {
      CheckSpan(absl::StrCat(path, ".spans[", j++, "]"), span, violations);
    }
  }
}

}  // namespace

void CheckOpeningHours(absl::string_view field, const v1::OpeningHours& hours,
                       Violations* violations) {
  if (!IsTimeZone(hours.time_zone())) {
    violations->Add(absl::StrCat(field, ".time_zone"),
                    "must be an IANA time zone such as Asia/Ho_Chi_Minh");
  }
  CheckWeek(absl::StrCat(field, ".weekly_spans"), hours, violations);
  CheckSpecialDays(absl::StrCat(field, ".special_days"), hours, violations);
}

OpeningCalendar::Span OpeningCalendar::ToSpan(
    const v1::OpeningHours::Span& span) {
  const bool passes_midnight = span.close_minute() < span.open_minute();
  return {span.open_minute(),
          span.close_minute() + (passes_midnight ? kMinutesPerDay : 0)};
}

OpeningCalendar::OpeningCalendar(const v1::OpeningHours& hours) {
  absl::LoadTimeZone(hours.time_zone(), &zone_);
  for (const auto& weekly : hours.weekly_spans()) {
    week_[ToIndex(weekly.day())].push_back(ToSpan(weekly.span()));
  }
  for (const auto& special : hours.special_days()) {
    std::vector<Span>& spans = special_[ToDay(special.date())];
    for (const auto& span : special.spans()) spans.push_back(ToSpan(span));
  }
}

const std::vector<OpeningCalendar::Span>& OpeningCalendar::SpansOn(
    absl::CivilDay day) const {
  const auto special = special_.find(day);
  if (special != special_.end()) return special->second;
  return week_[static_cast<int>(absl::GetWeekday(day))];
}

std::vector<OpeningCalendar::Interval> OpeningCalendar::IntervalsFrom(
    absl::CivilDay first, absl::CivilDay last) const {
  std::vector<Interval> intervals;
  for (absl::CivilDay day = first; day <= last; ++day) {
    const absl::CivilMinute midnight(day);
    for (const Span& span : SpansOn(day)) {
      const auto open =
          zone_.At(absl::CivilSecond(midnight + span.open_minute));
      const auto close =
          zone_.At(absl::CivilSecond(midnight + span.close_minute));
      using Kind = absl::TimeZone::TimeInfo::CivilKind;
      intervals.push_back(
          {open.kind == Kind::SKIPPED ? open.trans : open.pre,
           close.kind == Kind::SKIPPED ? close.trans : close.post});
    }
  }
  std::sort(
      intervals.begin(), intervals.end(),
      [](const Interval& a, const Interval& b) { return a.open < b.open; });
  return intervals;
}

bool OpeningCalendar::IsOpen(absl::Time time) const {
  const absl::CivilDay today = absl::ToCivilDay(time, zone_);
  const auto intervals = IntervalsFrom(today - 1, today);
  return std::any_of(intervals.begin(), intervals.end(),
                     [time](const Interval& interval) {
                       return interval.open <= time && time < interval.close;
                     });
}

std::optional<absl::Time> OpeningCalendar::NextChange(absl::Time time) const {
  const absl::CivilDay today = absl::ToCivilDay(time, zone_);
  const absl::Time horizon = time + kNextChangeHorizon;
  const bool open = IsOpen(time);
  // While open: the end of the intervals that overlap or meet one after the
  // other. While closed: the first opening.
  absl::Time end = time;
  for (const Interval& interval :
       IntervalsFrom(today - 1, absl::ToCivilDay(horizon, zone_))) {
    if (interval.close <= time || interval.open >= interval.close) continue;
    if (!open) {
      return interval.open <= horizon ? std::make_optional(interval.open)
                                      : std::nullopt;
    }
    if (interval.open > end) break;
    end = std::max(end, interval.close);
  }
  if (!open || end > horizon) return std::nullopt;
  return end;
}

}  // namespace xom::core
