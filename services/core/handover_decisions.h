// How a claim comes to another helper: functions as in claim_decisions.h.
//
// Who asks for a claim waits for the holder's answer. Without one the claim
// moves when answer_before_time has come (core::Advance): the old claim is
// RELEASED as HANDED_OVER, a new one of the same lines is ACTIVE for the lease
// that was agreed on when it was asked for, from the moment of the move. All
// that the new claim will be stands in the handover, so that time alone moves
// it. When the claim ends otherwise before (delivered, released, its lease out,
// the need ended) the handover ends with it: what is open then is everybody's.
#ifndef XOM_SERVICES_CORE_HANDOVER_DECISIONS_H_
#define XOM_SERVICES_CORE_HANDOVER_DECISIONS_H_

#include <cstdint>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "services/core/claim_decisions.h"
#include "xom/internal/v1/stored.pb.h"
#include "xom/v1/claim_service.pb.h"

namespace xom::core {

// Whether the name stands for any claim of a need: `needs/{need}/claims/-`.
bool IsAnyClaim(absl::string_view name);

// `identity` is what the claim shall become. Of IsAnyClaim, the oldest claim
// that can be asked for. NOT_FOUND; FAILED_PRECONDITION unless the claim is
// ACTIVE, of another offer, and of a need whose time has not passed, or with
// HANDOVER_PENDING or HANDOVER_LIMIT_REACHED.
absl::StatusOr<internal::v1::StoredNeed> RequestHandover(
    const internal::v1::StoredNeed& current,
    const v1::RequestHandoverRequest& request, const ClaimIdentity& identity,
    absl::Time now);

// The claim that is asked for under that name of what it becomes; nullptr: none
// is.
const v1::Claim* FindAskedFor(const internal::v1::StoredNeed& stored,
                              absl::string_view next_claim);

// INVALID_ARGUMENT; NOT_FOUND; ABORTED with FENCING_TOKEN_STALE;
// FAILED_PRECONDITION unless the claim is ACTIVE, or with HANDOVER_MISSING.
absl::StatusOr<internal::v1::StoredNeed> AnswerHandover(
    const internal::v1::StoredNeed& current,
    const v1::AnswerHandoverRequest& request, absl::Time now);

// `fencing_token`: as of a new claim; who had the claim's before can change it
// no more. NOT_FOUND; FAILED_PRECONDITION unless it is ACTIVE or DELIVERED.
// Whether the assignee may have it is the caller's to check.
absl::StatusOr<internal::v1::StoredNeed> ReassignClaim(
    const internal::v1::StoredNeed& current,
    const v1::ReassignClaimRequest& request, int64_t fencing_token,
    absl::Time now);

}  // namespace xom::core

#endif  // XOM_SERVICES_CORE_HANDOVER_DECISIONS_H_
