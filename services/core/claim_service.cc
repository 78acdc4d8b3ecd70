#include "services/core/claim_service.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "services/core/claim_decisions.h"
#include "services/core/claim_list.h"
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

constexpr char kNotAClaim[] = "must be a name such as needs/x7k2/claims/x3m5";

void CheckClaimName(const std::string& name, Violations* violations) {
  if (!IsClaimName(name)) violations->Add("name", kNotAClaim);
}

// As it was given away, when a full need had no room for it any more.
v1::Claim GivenAway(v1::Claim claim) {
  claim.set_state(v1::Claim::STATE_RELEASED);
  claim.set_release_reason(v1::Claim::RELEASE_REASON_HANDED_OVER);
  claim.clear_handover();
  return claim;
}

v1::Claim AfterChange(const StoredNeed& before, const StoredNeed& after,
                      const std::string& name) {
  const v1::Claim* claim = FindClaim(after, name);
  return claim != nullptr ? *claim : GivenAway(*FindClaim(before, name));
}

}  // namespace

v1::Claim ClaimService::Shown(v1::Claim claim, const Caller& caller) const {
  if (claim.has_handover()) claim.mutable_handover()->clear_fencing_token();
  if (!authorizer_.Is(kOwner | kDispatcher, caller, claim.name())) {
    claim.clear_fencing_token();
  }
  return claim;
}

absl::StatusOr<v1::Claim> ClaimService::Get(const v1::GetClaimRequest& request,
                                            const Caller& caller) const {
  Violations violations;
  CheckClaimName(request.name(), &violations);
  if (!violations.empty()) return violations.ToStatus();
  const EntryPtr need = view_.Find(NeedOfClaim(request.name()));
  if (need == nullptr) return NotFoundError(request.name());
  const StoredNeed stored = static_cast<const NeedEntry&>(*need).stored();
  const v1::Claim* claim = FindClaim(stored, request.name());
  if (claim == nullptr) return NotFoundError(request.name());
  return Shown(*claim, caller);
}

absl::StatusOr<v1::ListClaimsResponse> ClaimService::List(
    const v1::ListClaimsRequest& request, const Caller& caller) const {
  auto response = ListClaims(view_, request);
  if (!response.ok()) return response;
  for (v1::Claim& claim : *response->mutable_claims()) {
    claim = Shown(std::move(claim), caller);
  }
  return response;
}

absl::StatusOr<NeedPtr> ClaimService::FindNeed(const std::string& name,
                                               const Caller& caller) const {
  EntryPtr entry = view_.Find(name);
  if (entry == nullptr) return NotFoundError(name);
  if (absl::Status status = authorizer_.CheckVisible(caller, name);
      !status.ok()) {
    return status;
  }
  return boost::static_pointer_cast<const NeedEntry>(std::move(entry));
}

absl::StatusOr<Taker> ClaimService::FindTaker(const std::string& offer,
                                              const Caller& caller,
                                              absl::Time now) const {
  EntryPtr entry = view_.Find(offer);
  if (entry == nullptr) return NotFoundError(offer);
  return Taker{boost::static_pointer_cast<const OfferEntry>(std::move(entry)),
               view_.FindClaimant(offer, now), FindCaller(view_, caller, now)};
}

std::optional<v1::Verification> ClaimService::VerificationOf(
    const Goer& goer, const Caller& caller) const {
  if (authorizer_.access() == Access::kOpen) return std::nullopt;
  if (goer.user != nullptr) return goer.user->verification();
  return caller.user == nullptr ? v1::VERIFICATION_UNVERIFIED
                                : caller.user->verification();
}

absl::Status ClaimService::CheckOpenTo(
    const v1::Need& need, std::optional<v1::Verification> verification) const {
  if (need.quarantined()) {
    return MakeError(Reason::kStateMismatch,
                     absl::StrCat(need.name(), " waits for a moderator"),
                     {{"resource", need.name()},
                      {"state", v1::Need::State_Name(need.state())}});
  }
  if (!verification.has_value()) return absl::OkStatus();
  return CheckVerified(need, *verification);
}

void ClaimService::Claim(const v1::ClaimNeedRequest& request,
                         const Caller& caller, ReplyDone done) {
  writer_.Run(
      KeyOf(request, caller),
      [this, request, caller](absl::Time now) {
        return DecideClaim(request, caller, now);
      },
      std::move(done));
}

absl::StatusOr<Write> ClaimService::DecideClaim(
    const v1::ClaimNeedRequest& request, const Caller& caller,
    absl::Time now) const {
  Violations violations;
  CheckName("name", request.name(), kNeeds, &violations);
  CheckName("offer", request.offer(), kOffers, &violations);
  CheckRequestId(request.request_id(), &violations);
  if (!violations.empty()) return violations.ToStatus();
  const auto need = FindNeed(request.name(), caller);
  if (!need.ok()) return need.status();
  const auto taker = FindTaker(request.offer(), caller, now);
  if (!taker.ok()) return taker.status();
  if (const auto room = RoomOf(*taker); !room.ok()) return room.status();

  const auto verification = VerificationOf(taker->goer, caller);
  const StoredNeed stored = (*need)->stored();
  const ClaimIdentity identity{
      absl::StrCat(request.name(), kClaims, RandomResourceId()),
      (*need)->mod_revision, taker->goer.name(),
      lease_rules_.DefaultLease(stored.need())};
  absl::StatusOr<StoredNeed> claimed =
      ClaimNeed(stored, request, identity, now);
  if (claimed.ok()) {
    absl::Status open = CheckOpenTo(stored.need(), verification);
    if (!open.ok()) claimed = std::move(open);
  }
  if (!claimed.ok()) {
    absl::Status error = claimed.status();
    if (error.code() == absl::StatusCode::kFailedPrecondition) {
      const std::string next =
          NextNeed(*taker->offer, request.name(), verification);
      if (!next.empty()) AddMetadata("next_need", next, &error);
    }
    return error;
  }
  Write write = WriteNeed(*claimed, need->get());
  Guard(*taker, identity.name, &write);
  write.reply = claimed->claims().rbegin()->SerializeAsString();
  return write;
}

std::string ClaimService::NextNeed(
    const OfferEntry& offer, const std::string& except,
    std::optional<v1::Verification> verification) const {
  geo::NearestQuery query{.center = offer.point(),
                          .limit = 1,
                          .max_distance_meters = kMaxNextNeedMeters};
  if (offer.stored.offer().has_service_radius_meters()) {
    query.max_distance_meters =
        std::min(query.max_distance_meters,
                 offer.stored.offer().service_radius_meters());
  }
  query.any_category = offer.categories;
  query.accept = [&](const geo::IndexedItem& item) {
    return item.name() != except &&
           (!verification.has_value() ||
            IsVerifiedFor(static_cast<const NeedEntry&>(item), *verification));
  };
  const View::Reader reader = view_.Read();
  const auto nearest = reader.needs().live().Nearest(query);
  return nearest.empty() ? "" : std::string(nearest.front().item->name());
}

template <typename Request, typename Decide>
void ClaimService::Change(const Request& request, const Caller& caller,
                          Decide decide, ReplyDone done) {
  writer_.Run(
      KeyOf(request, caller),
      [this, request, caller, decide](absl::Time now) -> absl::StatusOr<Write> {
        Violations violations;
        CheckClaimName(request.name(), &violations);
        CheckRequestId(request.request_id(), &violations);
        if (!violations.empty()) return violations.ToStatus();
        const EntryPtr found = view_.Find(NeedOfClaim(request.name()));
        if (found == nullptr) return NotFoundError(request.name());
        const auto& need = static_cast<const NeedEntry&>(*found);
        const StoredNeed stored = need.stored();
        const absl::StatusOr<StoredNeed> changed = decide(stored, request, now);
        if (!changed.ok()) return changed.status();
        Write write = WriteNeed(*changed, &need);
        write.reply =
            Shown(AfterChange(stored, *changed, request.name()), caller)
                .SerializeAsString();
        return write;
      },
      std::move(done));
}

void ClaimService::Renew(const v1::RenewClaimRequest& request,
                         const Caller& caller, ReplyDone done) {
  Change(
      request, caller,
      [this](const StoredNeed& stored, const auto& renew, absl::Time now) {
        return RenewClaim(stored, renew,
                          lease_rules_.DefaultLease(stored.need()), now);
      },
      std::move(done));
}

void ClaimService::Release(const v1::ReleaseClaimRequest& request,
                           const Caller& caller, ReplyDone done) {
  Change(request, caller, ReleaseClaim, std::move(done));
}

void ClaimService::MarkDelivered(const v1::MarkDeliveredRequest& request,
                                 const Caller& caller, ReplyDone done) {
  Change(request, caller, core::MarkDelivered, std::move(done));
}

void ClaimService::Confirm(const v1::ConfirmDeliveryRequest& request,
                           const Caller& caller, ReplyDone done) {
  Change(request, caller, ConfirmDelivery, std::move(done));
}

void ClaimService::AnswerHandover(const v1::AnswerHandoverRequest& request,
                                  const Caller& caller, ReplyDone done) {
  Change(request, caller, core::AnswerHandover, std::move(done));
}

}  // namespace xom::core
