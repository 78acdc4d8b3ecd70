// Who may look at what is private of a need, how often, and what is kept of
// each look: functions without I/O, as in need_decisions.h.
#ifndef XOM_SERVICES_CORE_REVEAL_DECISIONS_H_
#define XOM_SERVICES_CORE_REVEAL_DECISIONS_H_

#include <cstdint>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "xom/internal/v1/stored.pb.h"
#include "xom/v1/claim_service.pb.h"
#include "xom/v1/need_service.pb.h"

namespace xom::core {

// Whether the holder of the claim may look now. INVALID_ARGUMENT; NOT_FOUND;
// ABORTED with FENCING_TOKEN_STALE; FAILED_PRECONDITION with STATE_MISMATCH
// unless the claim is ACTIVE, or DELIVERED not longer than kRevealAfterDelivery
// ago, or with ERASED.
absl::Status CheckMayReveal(const internal::v1::StoredNeed& current,
                            const v1::RevealClaimRequest& request,
                            absl::Time now);

// FAILED_PRECONDITION with ERASED when there is nothing to look at any more.
absl::Status CheckNotErased(const v1::Need& need);

// The error of that.
absl::Status ErasedError(absl::string_view need);

// Sets the time of the look and adds it; times in a log always grow. The oldest
// goes when there are kMaxKeptReveals.
void AddReveal(absl::Time now, v1::Reveal* look,
               internal::v1::StoredReveals* log);

// Counts a helper's look at a need: at most `limit` needs in any kRevealDay,
// one that was looked at again counting once. RESOURCE_EXHAUSTED with
// REVEAL_LIMIT_REACHED, and when a look at another need will be allowed.
absl::Status CountLook(const std::string& need, int limit, absl::Time now,
                       internal::v1::StoredRevealer* revealer);

// Adds a page of the log, newest first: at most `page_size` looks that are
// older than `before_micros`. The time of the last look added when older ones
// follow, else 0.
int64_t AddPage(const internal::v1::StoredReveals& log, int64_t before_micros,
                int page_size, v1::ListRevealsResponse* response);

}  // namespace xom::core

#endif  // XOM_SERVICES_CORE_REVEAL_DECISIONS_H_
