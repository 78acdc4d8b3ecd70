// What becomes of the claims of a need: functions without I/O, as in
// need_decisions.h. Each takes the need with its claims as they are and returns
// them as they shall be, or an error that changes nothing. What time has done
// meanwhile is done first: a lease that ran out binds nobody, whether or not
// somebody wrote that down.
#ifndef XOM_SERVICES_CORE_CLAIM_DECISIONS_H_
#define XOM_SERVICES_CORE_CLAIM_DECISIONS_H_

#include <cstdint>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "xom/internal/v1/stored.pb.h"
#include "xom/v1/claim_service.pb.h"
#include "xom/v1/offer.pb.h"

namespace xom::core {

// What a new claim shall be called and its fencing token: the revision of the
// need that it is decided on, which grows with each claim of the need. The
// assignee is `users/{user}`, or empty. It holds for `default_lease` unless the
// request says how long: see claim_rules.h.
struct ClaimIdentity {
  std::string name;
  int64_t fencing_token;
  std::string assignee = {};
  absl::Duration default_lease = absl::Hours(12);
};

// The new claim is the last. INVALID_ARGUMENT; NOT_FOUND when the need is
// hidden; FAILED_PRECONDITION with STATE_MISMATCH, ALREADY_CLAIMED or
// CLAIM_LIMIT_REACHED.
absl::StatusOr<internal::v1::StoredNeed> ClaimNeed(
    const internal::v1::StoredNeed& current,
    const v1::ClaimNeedRequest& request, const ClaimIdentity& identity,
    absl::Time now);

// Whether an offer that holds so many ACTIVE claims may take one more.
// FAILED_PRECONDITION with STATE_MISMATCH, HELPER_QUARANTINED or
// CAPACITY_REACHED.
absl::Status CheckMayClaim(const v1::Offer& offer, int active_claims);

// INVALID_ARGUMENT; NOT_FOUND; ABORTED with FENCING_TOKEN_STALE;
// FAILED_PRECONDITION unless the claim is ACTIVE, or with
// RENEWAL_LIMIT_REACHED. Who asks for the claim still asks after a renewal, and
// no more once it is released or delivered.
absl::StatusOr<internal::v1::StoredNeed> RenewClaim(
    const internal::v1::StoredNeed& current,
    const v1::RenewClaimRequest& request, absl::Duration default_lease,
    absl::Time now);
absl::StatusOr<internal::v1::StoredNeed> ReleaseClaim(
    const internal::v1::StoredNeed& current,
    const v1::ReleaseClaimRequest& request, absl::Time now);
absl::StatusOr<internal::v1::StoredNeed> MarkDelivered(
    const internal::v1::StoredNeed& current,
    const v1::MarkDeliveredRequest& request, absl::Time now);

// FAILED_PRECONDITION unless the claim is DELIVERED.
absl::StatusOr<internal::v1::StoredNeed> ConfirmDelivery(
    const internal::v1::StoredNeed& current,
    const v1::ConfirmDeliveryRequest& request, absl::Time now);

// What the need's end makes of its claims: ACTIVE ones are released, DELIVERED
// ones are confirmed with that outcome. All of it counts as received.
void EndClaims(v1::Claim::Outcome outcome, absl::Time now,
               internal::v1::StoredNeed* stored);

// What time makes of a need: leases run out, claims move to who asked for them
// in time, deliveries are confirmed, and, once no claim holds it, one that has
// not ended expires. Nothing when nothing is due. Of those that have ended only
// MERGED ones still have claims that run.
internal::v1::StoredNeed Advance(const internal::v1::StoredNeed& current,
                                 absl::Time now);

// Whether it takes no new claims any more, and cannot be changed.
bool HasEnded(const v1::Need& need);

// When Advance has something to do; infinite when nothing but its deletion is
// to come.
absl::Time NextDue(const internal::v1::StoredNeed& stored);

// nullptr when the need has no claim of that name.
const v1::Claim* FindClaim(const internal::v1::StoredNeed& stored,
                           absl::string_view name);

}  // namespace xom::core

#endif  // XOM_SERVICES_CORE_CLAIM_DECISIONS_H_
