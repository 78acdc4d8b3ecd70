// The part of ClaimService that gives claims to others, and many at once.
#include <algorithm>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "services/core/claim_batch.h"
#include "services/core/claim_decisions.h"
#include "services/core/claim_service.h"
#include "services/core/error.h"
#include "services/core/field_check.h"
#include "services/core/handover_decisions.h"
#include "services/core/limits.h"
#include "services/core/need_service.h"
#include "services/core/resource_calls.h"
#include "services/core/resource_name.h"

namespace xom::core {
namespace {

using internal::v1::StoredNeed;

void CheckAssignee(const std::string& assignee, Violations* violations) {
  if (assignee.empty()) return;
  CheckName("assignee", assignee, kUsers, violations);
}

// To who asks for the claim: not the token of who holds it, nor who that is.
std::string ToAsker(v1::Claim claim) {
  claim.clear_fencing_token();
  claim.clear_offer();
  claim.clear_assignee();
  claim.mutable_handover()->clear_fencing_token();
  return claim.SerializeAsString();
}

}  // namespace

void ClaimService::RequestHandover(const v1::RequestHandoverRequest& request,
                                   const Caller& caller, ReplyDone done) {
  writer_.Run(
      KeyOf(request, caller),
      [this, request, caller](absl::Time now) {
        return DecideHandover(request, caller, now);
      },
      std::move(done));
}

absl::StatusOr<Write> ClaimService::DecideHandover(
    const v1::RequestHandoverRequest& request, const Caller& caller,
    absl::Time now) const {
  Violations violations;
  if (!IsClaimName(request.name()) && !IsAnyClaim(request.name())) {
    violations.Add("name",
                   "must be a name such as needs/x7k2/claims/x3m5, or "
                   "needs/x7k2/claims/-");
  }
  CheckName("offer", request.offer(), kOffers, &violations);
  CheckRequestId(request.request_id(), &violations);
  if (!violations.empty()) return violations.ToStatus();
  const std::string need_name = NeedOfClaim(request.name());
  const auto need = FindNeed(need_name, caller);
  if (!need.ok()) return NotFoundError(request.name());
  const auto taker = FindTaker(request.offer(), caller, now);
  if (!taker.ok()) return taker.status();
  if (const auto room = RoomOf(*taker); !room.ok()) return room.status();
  const StoredNeed stored = (*need)->stored();
  const ClaimIdentity identity{
      absl::StrCat(need_name, kClaims, RandomResourceId()),
      (*need)->mod_revision, taker->goer.name(),
      lease_rules_.DefaultLease(stored.need())};
  const auto asked = core::RequestHandover(stored, request, identity, now);
  if (!asked.ok()) return asked.status();
  if (absl::Status status =
          CheckOpenTo(stored.need(), VerificationOf(taker->goer, caller));
      !status.ok()) {
    return status;
  }
  Write write = WriteNeed(*asked, need->get());
  Guard(*taker, identity.name, &write);
  write.reply = ToAsker(*FindAskedFor(*asked, identity.name));
  return write;
}

void ClaimService::Reassign(const v1::ReassignClaimRequest& request,
                            const Caller& caller, ReplyDone done) {
  writer_.Run(
      KeyOf(request, caller),
      [this, request, caller](absl::Time now) {
        return DecideReassign(request, caller, now);
      },
      std::move(done));
}

absl::StatusOr<Write> ClaimService::DecideReassign(
    const v1::ReassignClaimRequest& request, const Caller& caller,
    absl::Time now) const {
  Violations violations;
  if (!IsClaimName(request.name())) {
    violations.Add("name", "must be a name such as needs/x7k2/claims/x3m5");
  }
  CheckAssignee(request.assignee(), &violations);
  CheckRequestId(request.request_id(), &violations);
  if (!violations.empty()) return violations.ToStatus();
  const EntryPtr found = view_.Find(NeedOfClaim(request.name()));
  if (found == nullptr) return NotFoundError(request.name());
  const auto& need = static_cast<const NeedEntry&>(*found);
  const StoredNeed stored = need.stored();
  const auto changed = ReassignClaim(stored, request, need.mod_revision, now);
  if (!changed.ok()) return changed.status();
  // As time has made it: a claim may have come of a handover meanwhile.
  const StoredNeed current = Advance(stored, now);
  const v1::Claim& before = *FindClaim(current, request.name());
  const v1::Claim& after = *FindClaim(*changed, request.name());

  Goer goer;
  if (!request.assignee().empty()) {
    auto member = FindMember(view_, request.assignee(),
                             OrganizationOf(view_, before.offer()), now);
    if (!member.ok()) return member.status();
    goer = *std::move(member);
  }
  // What somebody holds already, or brought, is not one more to them.
  const bool one_more = after.state() == v1::Claim::STATE_ACTIVE &&
                        after.assignee() != before.assignee();
  absl::Status status = one_more ? CheckMayGo(goer) : absl::OkStatus();
  const auto verification = VerificationOf(goer, caller);
  if (status.ok() && verification.has_value()) {
    status = CheckVerified(changed->need(), *verification);
  }
  if (!status.ok()) return status;
  Write write = WriteNeed(*changed, &need);
  Guard(goer, request.name(), &write);
  write.reply = Shown(after, caller).SerializeAsString();
  return write;
}

void ClaimService::Batch(const v1::BatchClaimRequest& request,
                         const Caller& caller, ReplyDone done) {
  writer_.Run(
      KeyOf(request, caller),
      [this, request, caller](absl::Time now) {
        return DecideBatch(request, caller, now);
      },
      std::move(done));
}

absl::StatusOr<Write> ClaimService::DecideBatch(
    const v1::BatchClaimRequest& request, const Caller& caller,
    absl::Time now) const {
  Violations violations;
  CheckName("offer", request.offer(), kOffers, &violations);
  CheckAssignee(request.assignee(), &violations);
  CheckRequestId(request.request_id(), &violations);
  BatchQuery query = CheckBatch(request, &violations);
  if (!violations.empty()) return violations.ToStatus();
  auto taker = FindTaker(request.offer(), caller, now);
  if (!taker.ok()) return taker.status();
  const v1::Offer& offer = taker->offer->stored.offer();
  auto goer = FindSent(view_, offer, {caller, request.assignee()}, now);
  if (!goer.ok()) return goer.status();
  taker->goer = *std::move(goer);
  const auto room = RoomOf(*taker);
  if (!room.ok()) return room.status();

  query.offer = taker->offer.get();
  query.limit = std::min(query.limit, static_cast<size_t>(*room));
  if (!request.has_max_distance_meters() && offer.has_service_radius_meters()) {
    query.max_distance_meters = offer.service_radius_meters();
  }
  query.verification = VerificationOf(taker->goer, caller);
  const auto needs = FindBatch(view_, query, now);
  if (!needs.ok()) return needs.status();
  return WriteBatch(request, *taker, *needs, now);
}

Write ClaimService::WriteBatch(const v1::BatchClaimRequest& request,
                               const Taker& taker,
                               const std::vector<NeedPtr>& needs,
                               absl::Time now) const {
  Write write;
  v1::BatchClaimResponse response;
  size_t bytes = 0;
  for (const NeedPtr& need : needs) {
    const StoredNeed stored = need->stored();
    v1::ClaimNeedRequest one;
    one.set_name(stored.need().name());
    one.set_offer(request.offer());
    if (request.has_lease_duration()) {
      *one.mutable_lease_duration() = request.lease_duration();
    }
    const ClaimIdentity identity{
        absl::StrCat(need->name(), kClaims, RandomResourceId()),
        need->mod_revision, taker.goer.name(),
        lease_rules_.DefaultLease(stored.need())};
    const auto claimed = ClaimNeed(stored, one, identity, now);
    if (!claimed.ok()) continue;
    bytes += claimed->ByteSizeLong();
    if (bytes > kMaxBatchBytes) break;
    Append(WriteNeed(*claimed, need.get()), &write);
    *response.add_claims() = *claimed->claims().rbegin();
  }
  // Also of none, so that a retry gets that answer.
  const std::string last =
      response.claims().empty() ? "" : response.claims().rbegin()->name();
  Guard(taker, last, &write);
  write.reply = response.SerializeAsString();
  return write;
}

}  // namespace xom::core
