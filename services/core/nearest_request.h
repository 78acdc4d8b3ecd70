#ifndef XOM_SERVICES_CORE_NEAREST_REQUEST_H_
#define XOM_SERVICES_CORE_NEAREST_REQUEST_H_

#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "geo/cell_index.h"
#include "services/core/error.h"
#include "services/core/field_check.h"
#include "services/core/limits.h"

namespace xom::core {

// From where, how many, how far: what all searches of the nearest ask.
struct Nearness {
  geo::Point center;
  size_t k = 0;
  double max_distance_meters = std::numeric_limits<double>::infinity();
};

// The nearness of a request that has point, k and max_distance_meters.
template <typename Request>
Nearness CheckNearness(const Request& request, Violations* violations) {
  Nearness nearness;
  nearness.center =
      CheckPoint("point", request.has_point(), request.point(), violations)
          .value_or(geo::Point());
  CheckInt("k", request.k(), {1, kMaxNearest}, violations);
  nearness.k = static_cast<size_t>(request.k());
  if (request.has_max_distance_meters()) {
    CheckDouble("max_distance_meters", request.max_distance_meters(),
                {0, geo::kMaxRadiusMeters}, violations);
    nearness.max_distance_meters = request.max_distance_meters();
  }
  return nearness;
}

// Where the page of that token begins; nullopt: at the nearest.
absl::StatusOr<std::optional<geo::RankKey>> DecodeRank(
    absl::string_view page_token, uint64_t fingerprint);

// The token of the page that follows `last`.
std::string EncodeRank(const geo::RankKey& last, uint64_t fingerprint);

}  // namespace xom::core

#endif  // XOM_SERVICES_CORE_NEAREST_REQUEST_H_
