#ifndef XOM_SERVICES_CORE_NEED_FILTER_H_
#define XOM_SERVICES_CORE_NEED_FILTER_H_

#include <cstdint>
#include <limits>

#include "absl/time/time.h"
#include "services/core/category_table.h"
#include "services/core/entry.h"
#include "services/core/error.h"
#include "services/core/field_check.h"
#include "xom/v1/need.pb.h"

namespace xom::core {

// Which needs a search or a watch is about, distance apart.
struct NeedFilter {
  uint64_t any_category = 0;  // a set; 0: all
  int min_urgency = 0;
  int64_t min_verify_time_micros = std::numeric_limits<int64_t>::min();
  uint64_t language = 0;  // a LanguageKey; 0: all
  int min_verification = 0;

  bool Matches(const NeedEntry& need) const {
    return need.live &&
           (any_category == 0 || (need.categories & any_category) != 0) &&
           need.urgency >= min_urgency &&
           need.verification >= min_verification &&
           (!asks_when_verified() ||
            need.verify_time_micros() >= min_verify_time_micros) &&
           (language == 0 || need.language() == language);
  }

  // Makes a query of an index of live needs find what matches. The filter
  // outlives the query.
  void ApplyTo(geo::NearestQuery* query) const {
    query->any_category = any_category;
    query->min_urgency = min_urgency;
    // Asked of each that would enter the answer, it costs a visit to the need.
    if (IndexDecides()) return;
    query->accept = [this](const geo::IndexedItem& item) {
      return Matches(static_cast<const NeedEntry&>(item));
    };
  }

 private:
  // Whether the categories and the urgency are all that it asks.
  bool IndexDecides() const {
    return !asks_when_verified() && language == 0 &&
           min_verification <= v1::VERIFICATION_UNVERIFIED;
  }
  bool asks_when_verified() const {
    return min_verify_time_micros != std::numeric_limits<int64_t>::min();
  }
};

// The filter of a request that has categories, min_urgency, min_verify_time,
// language_code and min_verification.
template <typename Request>
NeedFilter CheckNeedFilter(const Request& request,
                           const CategoryTable& categories,
                           Violations* violations) {
  NeedFilter filter;
  filter.any_category =
      CheckCategoryFilter(request.categories(), categories, violations);
  CheckEnum("min_urgency", request.min_urgency(),
            {v1::Urgency_IsValid(request.min_urgency())}, violations);
  filter.min_urgency = request.min_urgency();
  if (request.has_min_verify_time()) {
    filter.min_verify_time_micros = absl::ToUnixMicros(
        CheckTime("min_verify_time", request.min_verify_time(), violations)
            .value_or(absl::InfinitePast()));
  }
  CheckLanguage("language_code", request.language_code(), violations);
  filter.language = LanguageKey(request.language_code());
  CheckEnum("min_verification", request.min_verification(),
            {v1::Verification_IsValid(request.min_verification())}, violations);
  filter.min_verification = request.min_verification();
  return filter;
}

}  // namespace xom::core

#endif  // XOM_SERVICES_CORE_NEED_FILTER_H_
