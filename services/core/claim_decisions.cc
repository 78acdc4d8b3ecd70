#include "services/core/claim_decisions.h"

#include <algorithm>
#include <set>
#include <vector>

#include "absl/strings/str_cat.h"
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

bool IsUnfinished(const Claim& claim) {
  return claim.state() == Claim::STATE_ACTIVE ||
         claim.state() == Claim::STATE_DELIVERED;
}

absl::Duration DefaultLease(v1::Urgency urgency) {
  switch (urgency) {
    case v1::URGENCY_CRITICAL:
      return absl::Hours(1);
    case v1::URGENCY_HIGH:
      return absl::Hours(4);
    case v1::URGENCY_LOW:
      return absl::Hours(24);
    default:
      return absl::Hours(12);
  }
}

// The lease that the request asks for, or the default for that need.
template <typename Request>
absl::Duration LeaseOf(const Request& request, const v1::Need& need) {
  return request.has_lease_duration()
             ? absl::Seconds(request.lease_duration().seconds())
             : DefaultLease(need.urgency());
}

template <typename Request>
void CheckLease(const Request& request, Violations* violations) {
  const google::protobuf::Duration& lease = request.lease_duration();
  if (!request.has_lease_duration()) return;
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

void StampClaim(absl::Time now, Claim* claim) {
  *claim->mutable_update_time() =
      ToProto(NextUpdateTime(now, FromProto(claim->update_time())));
}

void EndClaim(Claim::State state, absl::Time now, Claim* claim) {
  claim->set_state(state);
  *claim->mutable_end_time() = ToProto(now);
  StampClaim(now, claim);
}

void ReleaseAs(Claim::ReleaseReason reason, absl::Time now, Claim* claim) {
  claim->set_release_reason(reason);
  EndClaim(Claim::STATE_RELEASED, now, claim);
}

// All of it came, or nothing; what came of a part is the caller's to add.
void ConfirmAs(Claim::Outcome outcome, absl::Time now, Claim* claim) {
  const bool all = outcome == Claim::OUTCOME_RECEIVED ||
                   outcome == Claim::OUTCOME_ASSUMED_RECEIVED;
  for (v1::ClaimedLine& line : *claim->mutable_lines()) {
    line.set_received_quantity(all ? line.quantity() : 0);
  }
  claim->set_outcome(outcome);
  EndClaim(Claim::STATE_CONFIRMED, now, claim);
}

// Brings the need up to date with its claims; it is stamped when something of
// it that people see changed.
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

absl::StatusOr<Claim*> FindInState(const std::string& name, Claim::State state,
                                   StoredNeed* stored) {
  for (Claim& claim : *stored->mutable_claims()) {
    if (claim.name() != name) continue;
    if (claim.state() == state) return &claim;
    return StateError(name, Claim::State_Name(claim.state()));
  }
  return NotFoundError(name);
}

// The ACTIVE claim that a helper's request is about.
template <typename Request>
absl::StatusOr<Claim*> FindHeld(const Request& request, StoredNeed* stored) {
  const Claim* claim = FindClaim(*stored, request.name());
  if (claim != nullptr && claim->fencing_token() != request.fencing_token()) {
    return MakeError(
        Reason::kFencingTokenStale,
        absl::StrCat(claim->name(), " has another fencing token than ",
                     request.fencing_token()));
  }
  return FindInState(request.name(), Claim::STATE_ACTIVE, stored);
}

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

// Room for one more: the oldest claim that holds nothing goes, or the oldest
// that is finished.
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
  CheckLease(request, &violations);
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

absl::Time DueOf(const Claim& claim) {
  return claim.state() == Claim::STATE_ACTIVE
             ? FromProto(claim.lease_expire_time())
             : FromProto(claim.deliver_time()) + kConfirmWithin;
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
  *claim.mutable_lease_expire_time() = ToProto(now + LeaseOf(request, need));
  *claim.mutable_create_time() = ToProto(now);
  StampClaim(now, &claim);
  Settle(now, &stored);
  return stored;
}

absl::Status CheckMayClaim(const v1::Offer& offer, int active_claims) {
  if (offer.state() != v1::Offer::STATE_ACTIVE) {
    return StateError(offer.name(), v1::Offer::State_Name(offer.state()));
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
                                      absl::Time now) {
  Violations violations;
  CheckFencingToken(request.fencing_token(), &violations);
  CheckLease(request, &violations);
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
      ToProto(now + LeaseOf(request, stored.need()));
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
             request.reason() != Claim::RELEASE_REASON_NEED_ENDED},
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
  for (Claim& claim : *stored.mutable_claims()) {
    if (!IsUnfinished(claim) || DueOf(claim) > now) continue;
    if (claim.state() == Claim::STATE_ACTIVE) {
      EndClaim(Claim::STATE_EXPIRED, now, &claim);
    } else {
      ConfirmAs(Claim::OUTCOME_ASSUMED_RECEIVED, now, &claim);
    }
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
