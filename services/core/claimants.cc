#include "services/core/claimants.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "services/core/claim_decisions.h"
#include "services/core/claim_rules.h"
#include "services/core/error.h"
#include "services/core/resource_name.h"

namespace xom::core {
namespace {

absl::Status NotAMember(const std::string& user) {
  return MakeError(Reason::kNotAMember,
                   absl::StrCat(user, " does not go for this offer"));
}

Goer FindGoer(const View& view, const std::string& name, absl::Time now) {
  Goer goer;
  const auto entry = view.FindUser(name);
  if (entry != nullptr) {
    goer.user = std::shared_ptr<const v1::User>(entry, &entry->stored.user());
    goer.mod_revision = entry->mod_revision;
  }
  goer.claimant = view.FindClaimant(name, now);
  return goer;
}

void GuardClaimant(const std::string& party, const Claimant& claimant,
                   const std::string& last_claim, Write* write) {
  const std::string key = ClaimantKey(party);
  internal::v1::StoredClaimant stored;
  stored.set_last_claim(last_claim);
  write->preconditions.push_back({key, claimant.mod_revision});
  write->mutations.push_back({key, 0, stored.SerializeAsString()});
}

}  // namespace

Goer FindCaller(const View& view, const Caller& caller, absl::Time now) {
  if (caller.user == nullptr) return {};
  Goer goer = FindGoer(view, caller.name(), now);
  // Who signs in elsewhere needs no record here.
  if (goer.user == nullptr) goer.user = caller.user;
  return goer;
}

absl::StatusOr<Goer> FindMember(const View& view, const std::string& user,
                                absl::string_view organization,
                                absl::Time now) {
  Goer goer = FindGoer(view, user, now);
  Caller member;
  member.user = goer.user;
  if (member.RankIn(organization) == v1::Membership::RANK_UNSPECIFIED ||
      goer.user->state() == v1::User::STATE_REVOKED) {
    return NotAMember(user);
  }
  return goer;
}

absl::StatusOr<Goer> FindSent(const View& view, const v1::Offer& offer,
                              const Sending& sending, absl::Time now) {
  if (!offer.organization().empty()) {
    if (sending.assignee.empty()) return Goer();
    return FindMember(view, sending.assignee, offer.organization(), now);
  }
  if (!sending.assignee.empty() && sending.assignee != sending.caller.name()) {
    return NotAMember(sending.assignee);
  }
  return FindCaller(view, sending.caller, now);
}

absl::Status CheckMayGo(const Goer& goer) {
  if (goer.user == nullptr) return absl::OkStatus();
  if (goer.user->quarantined()) {
    return MakeError(Reason::kHelperQuarantined,
                     absl::StrCat(goer.name(), " waits for a moderator"));
  }
  const int cap = ClaimCap(goer.claimant.record);
  if (goer.claimant.active_claims < cap) return absl::OkStatus();
  return MakeError(
      Reason::kHelperCapReached,
      absl::StrCat(goer.name(), " holds ", goer.claimant.active_claims, " of ",
                   cap, " claims"),
      {{"cap", absl::StrCat(cap)}});
}

absl::StatusOr<int> RoomOf(const Taker& taker) {
  const v1::Offer& offer = taker.offer->stored.offer();
  if (absl::Status status = CheckMayClaim(offer, taker.claimant.active_claims);
      !status.ok()) {
    return status;
  }
  if (absl::Status status = CheckMayGo(taker.goer); !status.ok()) return status;
  const int room = offer.capacity() - taker.claimant.active_claims;
  if (taker.goer.user == nullptr) return room;
  return std::min(room, ClaimCap(taker.goer.claimant.record) -
                            taker.goer.claimant.active_claims);
}

absl::Status CheckVerified(const v1::Need& need,
                           v1::Verification verification) {
  const auto asked = need.min_helper_verification();
  if (std::max(verification, v1::VERIFICATION_UNVERIFIED) >= asked) {
    return absl::OkStatus();
  }
  return MakeError(
      Reason::kHelperNotVerified,
      absl::StrCat(need.name(), " is for helpers who are better known"),
      {{"resource", need.name()},
       {"min_helper_verification", v1::Verification_Name(asked)}});
}

bool IsVerifiedFor(const NeedEntry& need, v1::Verification verification) {
  return std::max(+verification, +v1::VERIFICATION_UNVERIFIED) >=
         need.min_helper_verification;
}

void Guard(const Goer& goer, const std::string& last_claim, Write* write) {
  if (goer.user == nullptr) return;
  write->preconditions.push_back({goer.name(), goer.mod_revision});
  GuardClaimant(goer.name(), goer.claimant, last_claim, write);
}

void Guard(const Taker& taker, const std::string& last_claim, Write* write) {
  write->preconditions.push_back(
      {std::string(taker.offer->name()), taker.offer->mod_revision});
  GuardClaimant(std::string(taker.offer->name()), taker.claimant, last_claim,
                write);
  Guard(taker.goer, last_claim, write);
}

}  // namespace xom::core
