#include "services/core/claim_decisions.h"

#include <algorithm>
#include <set>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "services/core/claim_steps.h"
#include "services/core/coverage.h"
#include "services/core/error.h"
#include "services/core/field_check.h"
#include "services/core/limits.h"
#include "services/core/resource_check.h"
#include "services/core/time_proto.h"

namespace xom::core {
namespace {

using internal::v1::StoredNeed;
using v1::Claim;
using ClaimedLines = google::protobuf::RepeatedPtrField<v1::ClaimedLine>;

// Of claimed or received lines: indices in range, each once, and quantities
// from `min_quantity` on.
template <typename Lines>
void CheckLineParts(absl::string_view field, const Lines& lines, int line_count,
                    int min_quantity, Violations* violations) {
  if (!CheckInt(field, lines.size(), {0, kMaxLines}, violations)) return;
  std::set<int> seen;
  for (int i = 0; i < lines.size(); ++i) {
    const std::string path = absl::StrCat(field, "[", i, "]");
    const auto& line = lines[i];
    CheckInt(absl::StrCat(path, ".line_index"), line.line_index(),
             {0, line_count - 1}, violations);
    CheckInt(absl::StrCat(path, ".quantity"), line.quantity(),
             {min_quantity, kMaxQuantity}, violations);
    if (!seen.insert(line.line_index()).second) {
      violations->Add(absl::StrCat(path, ".line_index"),
                      "stands in the list twice");
    }
  }
}

absl::Status AlreadyClaimed(const v1::Need& need, absl::string_view how) {
  return MakeError(Reason::kAlreadyClaimed,
                   absl::StrCat(need.name(), ": ", how),
                   {{"resource", need.name()},
                    {"state", v1::Need::State_Name(need.state())}});
}

// What is asked for, or all that is open. ALREADY_CLAIMED when it is not there.
absl::StatusOr<ClaimedLines> Take(const StoredNeed& stored,
                                  const ClaimedLines& asked) {
  const std::vector<v1::LineCoverage> coverage = CoverageOf(stored);
  if (stored.need().state() == v1::Need::STATE_CLAIMED) {
    return AlreadyClaimed(stored.need(), "all of it is promised or delivered");
  }
  ClaimedLines taken;
  for (const v1::ClaimedLine& line : asked) {
    const int open = coverage[static_cast<size_t>(line.line_index())].open();
    if (line.quantity() > open) {
      return AlreadyClaimed(stored.need(),
                            absl::StrCat("lines[", line.line_index(),
                                         "] has only ", open, " open"));
    }
    v1::ClaimedLine* copy = taken.Add();
    copy->set_line_index(line.line_index());
    copy->set_quantity(line.quantity());
  }
  for (size_t i = 0; asked.empty() && i < coverage.size(); ++i) {
    if (coverage[i].open() == 0) continue;
    v1::ClaimedLine* line = taken.Add();
    line->set_line_index(static_cast<int>(i));
    line->set_quantity(coverage[i].open());
  }
  return taken;
}

absl::Status CheckClaimRequest(const v1::ClaimNeedRequest& request,
                               const v1::Need& need) {
  Violations violations;
  CheckLineParts("lines", request.lines(), std::max(need.lines_size(), 1), 1,
                 &violations);
  CheckLease(request.has_lease_duration(), request.lease_duration(),
             &violations);
  return violations.ToStatus();
}

// What came of each claimed line. INVALID_ARGUMENT when it is not a part of
// what was claimed.
absl::Status FillReceived(const v1::ConfirmDeliveryRequest& request,
                          Claim* claim) {
  for (int i = 0; i < request.received_size(); ++i) {
    const v1::ReceivedLine& received = request.received(i);
    auto& lines = *claim->mutable_lines();
    const auto line =
        std::find_if(lines.begin(), lines.end(), [&](const auto& claimed) {
          return claimed.line_index() == received.line_index();
        });
    if (line == lines.end()) {
      return FieldError(absl::StrCat("received[", i, "].line_index"),
                        "is not a line of the claim");
    }
    if (received.quantity() > line->quantity()) {
      return FieldError(absl::StrCat("received[", i, "].quantity"),
                        absl::StrCat("must be at most the ", line->quantity(),
                                     " that were claimed"));
    }
    line->set_received_quantity(received.quantity());
  }
  return absl::OkStatus();
}

absl::Status CheckConfirmRequest(const v1::ConfirmDeliveryRequest& request) {
  Violations violations;
  CheckEnum("outcome", request.outcome(),
            {Claim::Outcome_IsValid(request.outcome()) &&
                 request.outcome() != Claim::OUTCOME_ASSUMED_RECEIVED,
             Presence::kRequired},
            &violations);
  CheckLineParts("received", request.received(), kMaxLines, 0, &violations);
  const bool partly = request.outcome() == Claim::OUTCOME_PARTLY_RECEIVED;
  if (partly && request.received().empty()) {
    violations.Add("received", "is required with OUTCOME_PARTLY_RECEIVED");
  } else if (!partly && !request.received().empty()) {
    violations.Add("received", "is only for OUTCOME_PARTLY_RECEIVED");
  }
  return violations.ToStatus();
}

// Of an ACTIVE claim, whether it moves when it is due, and does not run out.
bool Moves(const Claim& claim) {
  return claim.has_handover() &&
         FromProto(claim.handover().answer_before_time()) <=
             FromProto(claim.lease_expire_time());
}

absl::Time DueOf(const Claim& claim) {
  if (claim.state() == Claim::STATE_DELIVERED) {
    return FromProto(claim.deliver_time()) + kConfirmWithin;
  }
  return FromProto(Moves(claim) ? claim.handover().answer_before_time()
                                : claim.lease_expire_time());
}

}  // namespace

absl::StatusOr<StoredNeed> ClaimNeed(const StoredNeed& current,
                                     const v1::ClaimNeedRequest& request,
                                     const ClaimIdentity& identity,
                                     absl::Time now) {
  if (absl::Status status = CheckClaimRequest(request, current.need());
      !status.ok()) {
    return status;
  }
  StoredNeed stored = Advance(current, now);
  const v1::Need& need = stored.need();
  if (need.quarantined()) return NotFoundError(need.name());
  if (HasEnded(need)) {
    return StateError(need.name(), v1::Need::State_Name(need.state()));
  }
  if (FromProto(need.expire_time()) <= now) {
    return StateError(need.name(),
                      v1::Need::State_Name(v1::Need::STATE_EXPIRED));
  }
  auto lines = Take(stored, request.lines());
  if (!lines.ok()) return lines.status();
  if (!MakeRoom(&stored)) {
    return MakeError(Reason::kClaimLimitReached,
                     absl::StrCat(need.name(), " holds ", kMaxClaimsPerNeed,
                                  " claims, the most it can"));
  }
  Claim& claim = *stored.add_claims();
  claim.set_name(identity.name);
  claim.set_fencing_token(identity.fencing_token);
  claim.set_assignee(identity.assignee);
  claim.set_offer(request.offer());
  *claim.mutable_lines() = *std::move(lines);
  claim.set_state(Claim::STATE_ACTIVE);
  *claim.mutable_lease_expire_time() =
      ToProto(now + LeaseOf(request, identity.default_lease));
  *claim.mutable_create_time() = ToProto(now);
  StampClaim(now, &claim);
  Settle(now, &stored);
  return stored;
}

absl::Status CheckMayClaim(const v1::Offer& offer, int active_claims) {
  if (offer.state() != v1::Offer::STATE_ACTIVE) {
    return StateError(offer.name(), v1::Offer::State_Name(offer.state()));
  }
  if (offer.quarantined()) {
    return MakeError(Reason::kHelperQuarantined,
                     absl::StrCat(offer.name(), " waits for a moderator"));
  }
  if (active_claims >= offer.capacity()) {
    return MakeError(Reason::kCapacityReached,
                     absl::StrCat(offer.name(), " holds ", active_claims,
                                  " of its ", offer.capacity(), " claims"));
  }
  return absl::OkStatus();
}

absl::StatusOr<StoredNeed> RenewClaim(const StoredNeed& current,
                                      const v1::RenewClaimRequest& request,
                                      absl::Duration default_lease,
                                      absl::Time now) {
  Violations violations;
  CheckFencingToken(request.fencing_token(), &violations);
  CheckLease(request.has_lease_duration(), request.lease_duration(),
             &violations);
  if (!violations.empty()) return violations.ToStatus();
  StoredNeed stored = Advance(current, now);
  const auto claim = FindHeld(request, &stored);
  if (!claim.ok()) return claim.status();
  const int renewals = (*claim)->renewal_count();
  if (renewals >= kMaxClaimRenewals) {
    return MakeError(
        Reason::kRenewalLimitReached,
        absl::StrCat(request.name(), " was renewed ", renewals, " times"));
  }
  (*claim)->set_renewal_count(renewals + 1);
  *(*claim)->mutable_lease_expire_time() =
      ToProto(now + LeaseOf(request, default_lease));
  StampClaim(now, *claim);
  Settle(now, &stored);
  return stored;
}

absl::StatusOr<StoredNeed> ReleaseClaim(const StoredNeed& current,
                                        const v1::ReleaseClaimRequest& request,
                                        absl::Time now) {
  Violations violations;
  CheckFencingToken(request.fencing_token(), &violations);
  CheckEnum("reason", request.reason(),
            {Claim::ReleaseReason_IsValid(request.reason()) &&
             request.reason() != Claim::RELEASE_REASON_NEED_ENDED &&
             request.reason() != Claim::RELEASE_REASON_HANDED_OVER},
            &violations);
  if (!violations.empty()) return violations.ToStatus();
  StoredNeed stored = Advance(current, now);
  const auto claim = FindHeld(request, &stored);
  if (!claim.ok()) return claim.status();
  ReleaseAs(request.reason(), now, *claim);
  Settle(now, &stored);
  return stored;
}

absl::StatusOr<StoredNeed> MarkDelivered(
    const StoredNeed& current, const v1::MarkDeliveredRequest& request,
    absl::Time now) {
  Violations violations;
  CheckFencingToken(request.fencing_token(), &violations);
  if (!violations.empty()) return violations.ToStatus();
  StoredNeed stored = Advance(current, now);
  const auto claim = FindHeld(request, &stored);
  if (!claim.ok()) return claim.status();
  (*claim)->set_state(Claim::STATE_DELIVERED);
  (*claim)->clear_handover();
  *(*claim)->mutable_deliver_time() = ToProto(now);
  StampClaim(now, *claim);
  Settle(now, &stored);
  return stored;
}

absl::StatusOr<StoredNeed> ConfirmDelivery(
    const StoredNeed& current, const v1::ConfirmDeliveryRequest& request,
    absl::Time now) {
  if (absl::Status status = CheckConfirmRequest(request); !status.ok()) {
    return status;
  }
  StoredNeed stored = Advance(current, now);
  const auto claim =
      FindInState(request.name(), Claim::STATE_DELIVERED, &stored);
  if (!claim.ok()) return claim.status();
  ConfirmAs(request.outcome(), now, *claim);
  if (absl::Status status = FillReceived(request, *claim); !status.ok()) {
    return status;
  }
  Settle(now, &stored);
  return stored;
}

void EndClaims(Claim::Outcome outcome, absl::Time now, StoredNeed* stored) {
  for (Claim& claim : *stored->mutable_claims()) {
    if (claim.state() == Claim::STATE_ACTIVE) {
      ReleaseAs(Claim::RELEASE_REASON_NEED_ENDED, now, &claim);
    } else if (claim.state() == Claim::STATE_DELIVERED) {
      ConfirmAs(outcome, now, &claim);
    }
  }
  UpdateCoverage(stored);
}

StoredNeed Advance(const StoredNeed& current, absl::Time now) {
  if (NextDue(current) > now) return current;
  StoredNeed stored = current;
  std::vector<Claim> moved;
  for (Claim& claim : *stored.mutable_claims()) {
    if (!IsUnfinished(claim) || DueOf(claim) > now) continue;
    if (claim.state() == Claim::STATE_DELIVERED) {
      ConfirmAs(Claim::OUTCOME_ASSUMED_RECEIVED, now, &claim);
    } else if (Moves(claim)) {
      moved.push_back(HandOver(now, &claim));
    } else {
      EndClaim(Claim::STATE_EXPIRED, now, &claim);
    }
  }
  for (Claim& claim : moved) {
    MakeRoom(&stored);  // the one that it was is finished
    *stored.add_claims() = std::move(claim);
  }
  Settle(now, &stored);
  return stored;
}

bool HasEnded(const v1::Need& need) {
  return need.state() != v1::Need::STATE_OPEN &&
         need.state() != v1::Need::STATE_CLAIMED;
}

absl::Time NextDue(const StoredNeed& stored) {
  absl::Time due = absl::InfiniteFuture();
  for (const Claim& claim : stored.claims()) {
    if (IsUnfinished(claim)) due = std::min(due, DueOf(claim));
  }
  if (due != absl::InfiniteFuture() || HasEnded(stored.need())) return due;
  return FromProto(stored.need().expire_time());
}

const Claim* FindClaim(const StoredNeed& stored, absl::string_view name) {
  for (const Claim& claim : stored.claims()) {
    if (claim.name() == name) return &claim;
  }
  return nullptr;
}

}  // namespace xom::core
