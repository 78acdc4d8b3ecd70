#include "services/core/handover_decisions.h"

#include <algorithm>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "services/core/claim_steps.h"
#include "services/core/error.h"
#include "services/core/field_check.h"
#include "services/core/limits.h"
#include "services/core/resource_name.h"
#include "services/core/time_proto.h"

namespace xom::core {
namespace {

using internal::v1::StoredNeed;
using v1::Claim;

absl::Status CheckAskable(const Claim& claim, const std::string& offer) {
  if (claim.state() != Claim::STATE_ACTIVE) {
    return StateError(claim.name(), Claim::State_Name(claim.state()));
  }
  if (claim.offer() == offer) {
    return MakeError(Reason::kStateMismatch,
                     absl::StrCat(claim.name(), " is the offer's own"),
                     {{"resource", claim.name()},
                      {"state", Claim::State_Name(claim.state())}});
  }
  if (claim.has_handover()) {
    return MakeError(Reason::kHandoverPending,
                     absl::StrCat(claim.name(), " is asked for already"));
  }
  if (claim.handover_count() >= kMaxClaimHandovers) {
    return MakeError(Reason::kHandoverLimitReached,
                     absl::StrCat(claim.name(), " was asked for ",
                                  claim.handover_count(), " times"));
  }
  return absl::OkStatus();
}

// The oldest claim that can be asked for; else why the oldest ACTIVE one
// cannot.
absl::StatusOr<Claim*> FindAnyAskable(const std::string& offer,
                                      StoredNeed* stored) {
  const v1::Need& need = stored->need();
  absl::Status why =
      StateError(need.name(), v1::Need::State_Name(need.state()));
  bool first = true;
  for (Claim& claim : *stored->mutable_claims()) {
    if (claim.state() != Claim::STATE_ACTIVE) continue;
    absl::Status status = CheckAskable(claim, offer);
    if (status.ok()) return &claim;
    if (std::exchange(first, false)) why = std::move(status);
  }
  return why;
}

absl::StatusOr<Claim*> FindAskable(const v1::RequestHandoverRequest& request,
                                   StoredNeed* stored) {
  if (IsAnyClaim(request.name())) {
    return FindAnyAskable(request.offer(), stored);
  }
  for (Claim& claim : *stored->mutable_claims()) {
    if (claim.name() != request.name()) continue;
    if (absl::Status status = CheckAskable(claim, request.offer());
        !status.ok()) {
      return status;
    }
    return &claim;
  }
  return NotFoundError(request.name());
}

}  // namespace

bool IsAnyClaim(absl::string_view name) {
  return absl::ConsumeSuffix(&name, "/claims/-") &&
         IsResourceName(kNeeds, name);
}

absl::StatusOr<StoredNeed> RequestHandover(
    const StoredNeed& current, const v1::RequestHandoverRequest& request,
    const ClaimIdentity& identity, absl::Time now) {
  StoredNeed stored = Advance(current, now);
  const auto claim = FindAskable(request, &stored);
  if (!claim.ok()) return claim.status();
  if (FromProto(stored.need().expire_time()) <= now) {
    return StateError(stored.need().name(),
                      v1::Need::State_Name(v1::Need::STATE_EXPIRED));
  }
  const absl::Duration left = FromProto((*claim)->lease_expire_time()) - now;
  v1::Handover& handover = *(*claim)->mutable_handover();
  handover.set_offer(request.offer());
  handover.set_claim(identity.name);
  handover.set_assignee(identity.assignee);
  handover.set_fencing_token(identity.fencing_token);
  handover.mutable_lease_duration()->set_seconds(
      absl::ToInt64Seconds(identity.default_lease));
  *handover.mutable_request_time() = ToProto(now);
  *handover.mutable_answer_before_time() =
      ToProto(now + std::min(kMaxHandoverWait,
                             absl::Trunc(left / 4, absl::Microseconds(1))));
  (*claim)->set_handover_count((*claim)->handover_count() + 1);
  StampClaim(now, *claim);
  return stored;
}

const Claim* FindAskedFor(const StoredNeed& stored,
                          absl::string_view next_claim) {
  for (const Claim& claim : stored.claims()) {
    if (claim.handover().claim() == next_claim) return &claim;
  }
  return nullptr;
}

absl::StatusOr<StoredNeed> AnswerHandover(
    const StoredNeed& current, const v1::AnswerHandoverRequest& request,
    absl::Time now) {
  Violations violations;
  CheckFencingToken(request.fencing_token(), &violations);
  CheckEnum("answer", request.answer(),
            {v1::AnswerHandoverRequest::Answer_IsValid(request.answer()),
             Presence::kRequired},
            &violations);
  if (!violations.empty()) return violations.ToStatus();
  StoredNeed stored = Advance(current, now);
  const auto claim = FindHeld(request, &stored);
  if (!claim.ok()) return claim.status();
  if (!(*claim)->has_handover()) {
    return MakeError(Reason::kHandoverMissing,
                     absl::StrCat("nobody asks for ", request.name()));
  }
  if (request.answer() == v1::AnswerHandoverRequest::ANSWER_KEEP) {
    (*claim)->clear_handover();
    StampClaim(now, *claim);
    return stored;
  }
  Claim next = HandOver(now, *claim);
  MakeRoom(&stored);  // the one that it was is finished
  *stored.add_claims() = std::move(next);
  Settle(now, &stored);
  return stored;
}

absl::StatusOr<StoredNeed> ReassignClaim(
    const StoredNeed& current, const v1::ReassignClaimRequest& request,
    int64_t fencing_token, absl::Time now) {
  StoredNeed stored = Advance(current, now);
  for (Claim& claim : *stored.mutable_claims()) {
    if (claim.name() != request.name()) continue;
    if (!IsUnfinished(claim)) {
      return StateError(claim.name(), Claim::State_Name(claim.state()));
    }
    claim.set_assignee(request.assignee());
    // What the claim becomes has to have a larger token than the claim: they
    // take the next two, one of which nobody was told yet.
    if (claim.has_handover()) {
      claim.set_fencing_token(claim.handover().fencing_token());
      claim.mutable_handover()->set_fencing_token(fencing_token);
    } else {
      claim.set_fencing_token(fencing_token);
    }
    StampClaim(now, &claim);
    return stored;
  }
  return NotFoundError(request.name());
}

}  // namespace xom::core
