#include "cli/measure_text.h"

#include <cmath>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"

namespace xom::cli {

std::string DistanceText(double meters) {
  // The bounds are where rounding would show the next unit or digit.
  if (meters < 999.5) return absl::StrFormat("%.0f m", meters);
  if (meters < 9'950) return absl::StrFormat("%.1f km", meters / 1000);
  return absl::StrFormat("%s km", CountText(std::llround(meters / 1000)));
}

std::string AgeText(absl::Duration age) {
  if (age < absl::Minutes(1)) return "now";
  if (age < absl::Hours(1)) {
    return absl::StrCat(absl::ToInt64Minutes(age), " min ago");
  }
  if (age < absl::Hours(48)) {
    return absl::StrCat(absl::ToInt64Hours(age), " h ago");
  }
  return absl::StrCat(absl::ToInt64Hours(age) / 24, " d ago");
}

std::string CountText(int64_t count) {
  std::string text = absl::StrCat(count);
  const size_t first_digit = count < 0 ? 1 : 0;
  for (size_t at = text.size(); at > first_digit + 3;) {
    at -= 3;
    text.insert(at, ",");
  }
  return text;
}

std::string ElapsedText(absl::Duration elapsed) {
  const double seconds = absl::ToDoubleSeconds(elapsed);
  if (seconds < 60) return absl::StrFormat("%.1f s", seconds);
  const int64_t whole = std::llround(seconds);
  return absl::StrCat(whole / 60, " min ", whole % 60, " s");
}

absl::Time TimeOf(const google::protobuf::Timestamp& timestamp) {
  return absl::FromUnixSeconds(timestamp.seconds()) +
         absl::Nanoseconds(timestamp.nanos());
}

google::protobuf::Timestamp TimestampOf(absl::Time time) {
  const timespec parts = absl::ToTimespec(time);
  google::protobuf::Timestamp timestamp;
  timestamp.set_seconds(parts.tv_sec);
  timestamp.set_nanos(static_cast<int32_t>(parts.tv_nsec));
  return timestamp;
}

}  // namespace xom::cli
