#ifndef XOM_CLI_HOURS_TEXT_H_
#define XOM_CLI_HOURS_TEXT_H_

#include <string>

#include "absl/status/status.h"
#include "xom/v1/opening_hours.pb.h"

// Opening hours as people, and most places of OpenStreetMap, write them.

namespace xom::cli {

// Adds weekly spans. One or more rules with `;` between:
//
//   Mon-Fri 08:00-17:30            days by name or its beginning, from two
//   Mo,We,Sa-Su 7:00-11:30,13-17   letters on; ranges may pass the week's end
//   Sat 22:00-02:00                ends on the day after
//   daily 00:00-24:00   24/7   07:00-19:00     without days: every day
//
// INVALID_ARGUMENT names the part that cannot be read.
absl::Status ParseWeeklyHours(const std::string& text, v1::OpeningHours* hours);

// Adds a special day: "2026-02-17 closed" or "2026-02-18 09:00-12:00,14-16".
// INVALID_ARGUMENT likewise.
absl::Status ParseSpecialDay(const std::string& text, v1::OpeningHours* hours);

}  // namespace xom::cli

#endif  // XOM_CLI_HOURS_TEXT_H_
