// What becomes of needs that a moderator found to be one: a function without
// I/O, as in need_decisions.h.
#ifndef XOM_SERVICES_CORE_MERGE_DECISIONS_H_
#define XOM_SERVICES_CORE_MERGE_DECISIONS_H_

#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "xom/internal/v1/stored.pb.h"
#include "xom/v1/moderation_service.pb.h"

namespace xom::core {

// INVALID_ARGUMENT: names that are none, or that stand there twice.
absl::Status CheckMerge(const v1::MergeNeedsRequest& request);

// The first is kept. The others become MERGED into it; their claims go on, and
// who has their access codes has the kept one's too, as has who had codes of
// needs that were merged into them before. FAILED_PRECONDITION when one of them
// has ended, or when the kept one would stand for more than kMaxMergedIntoNeed.
// REQUIRES: at least two, all of different names.
absl::StatusOr<std::vector<internal::v1::StoredNeed>> MergeNeeds(
    const std::vector<internal::v1::StoredNeed>& needs, absl::Time now);

}  // namespace xom::core

#endif  // XOM_SERVICES_CORE_MERGE_DECISIONS_H_
