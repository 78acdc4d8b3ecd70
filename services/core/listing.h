// Pages of resources: in the order of their names, or, within a region, along
// the S2 curve.
#ifndef XOM_SERVICES_CORE_LISTING_H_
#define XOM_SERVICES_CORE_LISTING_H_

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "geo/region.h"
#include "services/core/entry.h"
#include "services/core/view.h"

namespace xom::core {

// What is hidden is on no page.
struct ListFilter {
  std::optional<geo::Region> region;
  uint64_t any_category = 0;  // a set; 0: all
  int min_urgency = 0;
  bool live = true;                          // whether to list the live ones,
  bool ended = true;                         // and the others
  std::function<bool(const Entry&)> accept;  // asked last; none: all
};

// Which page. All of it comes from the client, checked here.
struct PageRequest {
  absl::string_view page_token;
  int page_size = 0;                // 0: kDefaultPageSize
  uint64_t filter_fingerprint = 0;  // of the method and all but the page
};

struct Page {
  std::vector<const Entry*> entries;  // valid while the Reader lives
  std::string next_page_token;        // empty: the last page
};

// INVALID_ARGUMENT for a bad page_size or page_token. Looks at no more than
// kMaxScannedPerPage resources.
absl::StatusOr<Page> ListPage(const Collection& collection,
                              const ListFilter& filter,
                              const PageRequest& request);

}  // namespace xom::core

#endif  // XOM_SERVICES_CORE_LISTING_H_
