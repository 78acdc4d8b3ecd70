#ifndef XOM_CLI_WATCH_TEXT_H_
#define XOM_CLI_WATCH_TEXT_H_

#include <string>

#include "absl/time/time.h"
#include "cli/nearest_list.h"
#include "cli/region_set.h"
#include "xom/v1/watch_service.pb.h"

// What a watch shows.

namespace xom::cli {

// The edits of a message, a line each:
//
//   = new list
//   + 1  320 m  high  groceries  10 kg rice  2 h ago  needs/7f3k
//   ~ 2  ...     changed or moved: its rank now
//   - 3  needs/9k2p
std::string EventsText(const v1::WatchNearestNeedsResponse& message,
                       absl::Time now);

// Likewise, without ranks:
//
//   = new set
//   + need  high  groceries  ...  needs/7f3k
//   - offers/9k2p
std::string EventsText(const v1::WatchRegionResponse& message, absl::Time now);

// The whole list as a table with a line above it, `width` columns wide and at
// most `height` lines high.
std::string ListText(const NearestList& list, int width, int height,
                     absl::Time now);

// A block of lines at the end of a terminal that is drawn again in place.
class LiveBlock {
 public:
  // What to print so that `text` stands where the text before stood.
  std::string Replace(const std::string& text);

  // Leaves what stands there: something else was printed below it.
  void Leave() { lines_ = 0; }

 private:
  int lines_ = 0;
};

}  // namespace xom::cli

#endif  // XOM_CLI_WATCH_TEXT_H_
