// The steps that decisions on claims are made of: internal to
// claim_decisions.cc and handover_decisions.cc.
#ifndef XOM_SERVICES_CORE_CLAIM_STEPS_H_
#define XOM_SERVICES_CORE_CLAIM_STEPS_H_

#include <cstdint>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "services/core/claim_decisions.h"
#include "services/core/error.h"
#include "xom/internal/v1/stored.pb.h"
#include "xom/v1/claim.pb.h"

namespace xom::core {

// Whether it holds something of the need that has yet to come: ACTIVE or
// DELIVERED.
bool IsUnfinished(const v1::Claim& claim);

// Marks the claim as changed now.
void StampClaim(absl::Time now, v1::Claim* claim);

// Each ends the claim, and with it what somebody else asks for.
void EndClaim(v1::Claim::State state, absl::Time now, v1::Claim* claim);
void ReleaseAs(v1::Claim::ReleaseReason reason, absl::Time now,
               v1::Claim* claim);
// All of it came, or nothing; what came of a part is the caller's to add.
void ConfirmAs(v1::Claim::Outcome outcome, absl::Time now, v1::Claim* claim);

// The claim is that of who asks for it: it is released, and the one that it
// becomes is returned, for the caller to add. REQUIRES: somebody asks.
v1::Claim HandOver(absl::Time now, v1::Claim* claim);

// Room for one claim more: the oldest that holds nothing goes, or the oldest
// that is finished. False, changing nothing: all are unfinished.
bool MakeRoom(internal::v1::StoredNeed* stored);

// Brings the need up to date with its claims; it is stamped when something of
// it that people see changed.
void Settle(absl::Time now, internal::v1::StoredNeed* stored);

// A lease that a request asks for, when it does, and a claim's fencing token.
void CheckLease(bool has_lease, const google::protobuf::Duration& lease,
                Violations* violations);
void CheckFencingToken(int64_t token, Violations* violations);

// The lease that the request asks for, or the default.
template <typename Request>
absl::Duration LeaseOf(const Request& request, absl::Duration default_lease) {
  return request.has_lease_duration()
             ? absl::Seconds(request.lease_duration().seconds())
             : default_lease;
}

// NOT_FOUND; FAILED_PRECONDITION when it is in another state.
absl::StatusOr<v1::Claim*> FindInState(const std::string& name,
                                       v1::Claim::State state,
                                       internal::v1::StoredNeed* stored);

// The ACTIVE claim that a helper's request is about: as FindInState, and
// ABORTED when the request has another token than the claim.
template <typename Request>
absl::StatusOr<v1::Claim*> FindHeld(const Request& request,
                                    internal::v1::StoredNeed* stored) {
  const v1::Claim* claim = FindClaim(*stored, request.name());
  if (claim != nullptr && claim->fencing_token() != request.fencing_token()) {
    return MakeError(
        Reason::kFencingTokenStale,
        absl::StrCat(claim->name(), " has another fencing token than ",
                     request.fencing_token()));
  }
  return FindInState(request.name(), v1::Claim::STATE_ACTIVE, stored);
}

}  // namespace xom::core

#endif  // XOM_SERVICES_CORE_CLAIM_STEPS_H_
