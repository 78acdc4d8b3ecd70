#include "services/core/claim_steps.h"

#include <algorithm>

#include "services/core/coverage.h"
#include "services/core/limits.h"
#include "services/core/resource_check.h"
#include "services/core/time_proto.h"

namespace xom::core {
namespace {

using internal::v1::StoredNeed;
using v1::Claim;

// Whether the claim counts in no line of the need, and never will again.
bool HoldsNothing(const Claim& claim) {
  return !IsUnfinished(claim) &&
         std::all_of(
             claim.lines().begin(), claim.lines().end(),
             [](const auto& line) { return line.received_quantity() == 0; });
}

// Keeps of a confirmed claim what came, before the claim goes.
void Fold(const Claim& claim, StoredNeed* stored) {
  auto& received = *stored->mutable_received_before();
  received.Resize(std::max(stored->need().lines_size(), 1), 0);
  for (const v1::ClaimedLine& line : claim.lines()) {
    if (line.line_index() >= received.size()) continue;
    received[line.line_index()] += line.received_quantity();
  }
}

}  // namespace

bool IsUnfinished(const Claim& claim) {
  return claim.state() == Claim::STATE_ACTIVE ||
         claim.state() == Claim::STATE_DELIVERED;
}

void StampClaim(absl::Time now, Claim* claim) {
  *claim->mutable_update_time() =
      ToProto(NextUpdateTime(now, FromProto(claim->update_time())));
}

void EndClaim(Claim::State state, absl::Time now, Claim* claim) {
  claim->clear_handover();
  claim->set_state(state);
  *claim->mutable_end_time() = ToProto(now);
  StampClaim(now, claim);
}

void ReleaseAs(Claim::ReleaseReason reason, absl::Time now, Claim* claim) {
  claim->set_release_reason(reason);
  EndClaim(Claim::STATE_RELEASED, now, claim);
}

void ConfirmAs(Claim::Outcome outcome, absl::Time now, Claim* claim) {
  const bool all = outcome == Claim::OUTCOME_RECEIVED ||
                   outcome == Claim::OUTCOME_ASSUMED_RECEIVED;
  for (v1::ClaimedLine& line : *claim->mutable_lines()) {
    line.set_received_quantity(all ? line.quantity() : 0);
  }
  claim->set_outcome(outcome);
  EndClaim(Claim::STATE_CONFIRMED, now, claim);
}

Claim HandOver(absl::Time now, Claim* claim) {
  const v1::Handover asked = claim->handover();
  Claim next;
  next.set_name(asked.claim());
  next.set_offer(asked.offer());
  next.set_assignee(asked.assignee());
  next.set_fencing_token(asked.fencing_token());
  *next.mutable_lines() = claim->lines();
  next.set_state(Claim::STATE_ACTIVE);
  *next.mutable_lease_expire_time() =
      ToProto(now + absl::Seconds(asked.lease_duration().seconds()));
  // It goes round only so often, whoever holds it.
  next.set_handover_count(claim->handover_count());
  *next.mutable_create_time() = ToProto(now);
  StampClaim(now, &next);
  ReleaseAs(Claim::RELEASE_REASON_HANDED_OVER, now, claim);
  return next;
}

bool MakeRoom(StoredNeed* stored) {
  auto& claims = *stored->mutable_claims();
  if (claims.size() < kMaxClaimsPerNeed) return true;
  auto gone = std::find_if(claims.begin(), claims.end(), HoldsNothing);
  if (gone == claims.end()) {
    gone = std::find_if_not(claims.begin(), claims.end(), IsUnfinished);
  }
  if (gone == claims.end()) return false;
  Fold(*gone, stored);
  claims.erase(gone);
  return true;
}

void Settle(absl::Time now, StoredNeed* stored) {
  const std::string before = stored->need().SerializeAsString();
  v1::Need* need = stored->mutable_need();
  const bool had_ended = HasEnded(*need);
  UpdateCoverage(stored);
  // Its own time had come, and waited for the last claim.
  if (need->state() == v1::Need::STATE_OPEN &&
      FromProto(need->expire_time()) <= now &&
      std::none_of(stored->claims().begin(), stored->claims().end(),
                   IsUnfinished)) {
    need->set_state(v1::Need::STATE_EXPIRED);
  }
  if (HasEnded(*need) && !had_ended) *need->mutable_end_time() = ToProto(now);
  if (need->SerializeAsString() != before) Stamp(now, need);
}

void CheckLease(bool has_lease, const google::protobuf::Duration& lease,
                Violations* violations) {
  if (!has_lease) return;
  if (lease.nanos() != 0 ||
      lease.seconds() < absl::ToInt64Seconds(kMinClaimLease) ||
      lease.seconds() > absl::ToInt64Seconds(kMaxClaimLease)) {
    violations->Add("lease_duration",
                    "must be 1 minute to 48 hours, in whole seconds");
  }
}

void CheckFencingToken(int64_t token, Violations* violations) {
  if (token <= 0) {
    violations->Add("fencing_token", "must be the claim's: a positive number");
  }
}

absl::StatusOr<Claim*> FindInState(const std::string& name, Claim::State state,
                                   StoredNeed* stored) {
  for (Claim& claim : *stored->mutable_claims()) {
    if (claim.name() != name) continue;
    if (claim.state() == state) return &claim;
    return StateError(name, Claim::State_Name(claim.state()));
  }
  return NotFoundError(name);
}

}  // namespace xom::core
