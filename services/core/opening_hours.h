// When a place is open: right over midnight, on days when clocks change, and on
// holidays.
//
// A span belongs to the day on which it opens, and a special day replaces the
// spans of its date only. So what opened on Friday at 22:00 closes on Saturday
// at 2:00 even when Saturday is a holiday. A minute that the clocks skip opens
// or closes at the moment of the skip; of a minute that comes twice, the first
// opens and the second closes.
#ifndef XOM_SERVICES_CORE_OPENING_HOURS_H_
#define XOM_SERVICES_CORE_OPENING_HOURS_H_

#include <optional>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/string_view.h"
#include "absl/time/civil_time.h"
#include "absl/time/time.h"
#include "services/core/error.h"
#include "xom/v1/opening_hours.pb.h"

namespace xom::core {

void CheckOpeningHours(absl::string_view field, const v1::OpeningHours& hours,
                       Violations* violations);

// Opening hours ready to be asked; immutable.
class OpeningCalendar {
 public:
  // REQUIRES: `hours` passed CheckOpeningHours.
  explicit OpeningCalendar(const v1::OpeningHours& hours);

  // Whether `time` is at or after an opening and before its closing.
  bool IsOpen(absl::Time time) const;

  // When IsOpen next changes after `time`; nullopt when it does not within
  // kNextChangeHorizon.
  std::optional<absl::Time> NextChange(absl::Time time) const;

 private:
  struct Span {
    int open_minute;
    int close_minute;  // above 1440: of the next day
  };
  struct Interval {
    absl::Time open;
    absl::Time close;
  };

  static Span ToSpan(const v1::OpeningHours::Span& span);
  const std::vector<Span>& SpansOn(absl::CivilDay day) const;
  // The intervals that open on the local days from `first` to `last`, in order
  // of opening.
  std::vector<Interval> IntervalsFrom(absl::CivilDay first,
                                      absl::CivilDay last) const;

  absl::TimeZone zone_;
  std::vector<Span> week_[7];  // by absl::Weekday
  absl::flat_hash_map<absl::CivilDay, std::vector<Span>> special_;
};

}  // namespace xom::core

#endif  // XOM_SERVICES_CORE_OPENING_HOURS_H_
