#include "services/core/claim_service.h"

#include <algorithm>
#include <limits>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "services/core/claim_decisions.h"
#include "services/core/error.h"
#include "services/core/field_check.h"
#include "services/core/fingerprint.h"
#include "services/core/limits.h"
#include "services/core/need_service.h"
#include "services/core/resource_calls.h"
#include "services/core/resource_name.h"
#include "services/core/token.h"

namespace xom::core {
namespace {

using internal::v1::PageToken;
using internal::v1::StoredNeed;

// In a parent: of all needs.
constexpr absl::string_view kAllNeeds = "needs/-";

void CheckClaimName(const std::string& name, Violations* violations) {
  if (IsClaimName(name)) return;
  violations->Add("name", "must be a name such as needs/x7k2/claims/x3m5");
}

// The entry of that name, whose collection tells that it is an EntryType.
template <typename EntryType>
absl::StatusOr<std::shared_ptr<const EntryType>> Find(const View& view,
                                                      const std::string& name) {
  EntryPtr entry = view.Find(name);
  if (entry == nullptr) return NotFoundError(name);
  return std::static_pointer_cast<const EntryType>(std::move(entry));
}

// The write of a need with a new claim, which is its last: only as long as the
// offer is what was read, and has made no other claim since.
Write WriteClaim(const NeedEntry& need, const OfferEntry& offer,
                 const Claimant& claimant, const StoredNeed& claimed) {
  const v1::Claim& claim = *claimed.claims().rbegin();
  Write write = WriteNeed(claimed, need.mod_revision);
  write.preconditions.push_back({offer.name, offer.mod_revision});
  const std::string key = ClaimantKey(offer.name);
  internal::v1::StoredClaimant stored;
  stored.set_last_claim(claim.name());
  write.preconditions.push_back({key, claimant.mod_revision});
  write.mutations.push_back({key, 0, stored.SerializeAsString()});
  write.reply = claim.SerializeAsString();
  return write;
}

// A page of claims that fills up.
class ClaimPage {
 public:
  ClaimPage(const v1::ListClaimsRequest& request, uint32_t states)
      : offer_(request.offer()),
        states_(states),
        size_(request.page_size() == 0
                  ? kDefaultPageSize
                  : std::min(request.page_size(), kMaxPageSize)) {}

  bool full() const {
    return response_.claims_size() == size_ || scanned_ >= kMaxScannedPerPage ||
           bytes_ > kMaxPageBytes;
  }

  // Adds the offer's claims of the need, by name, from behind `after` on, until
  // the page is full.
  void AddNeed(const StoredNeed& stored, absl::string_view after) {
    std::vector<const v1::Claim*> claims;
    for (const v1::Claim& claim : stored.claims()) {
      if (claim.offer() == offer_ && claim.name() > after) {
        claims.push_back(&claim);
      }
    }
    std::sort(claims.begin(), claims.end(),
              [](const v1::Claim* a, const v1::Claim* b) {
                return a->name() < b->name();
              });
    for (const v1::Claim* claim : claims) {
      if (full()) return;
      Add(*claim);
    }
    scanned_ += static_cast<size_t>(stored.claims_size());
  }

  // The name of the last claim looked at.
  const std::string& last() const { return last_; }
  v1::ListClaimsResponse& response() { return response_; }

 private:
  void Add(const v1::Claim& claim) {
    last_ = claim.name();
    if ((states_ >> claim.state() & 1) == 0) return;
    bytes_ += claim.ByteSizeLong();
    *response_.add_claims() = claim;
  }

  const std::string& offer_;
  const uint32_t states_;
  const int size_;
  size_t scanned_ = 0;
  size_t bytes_ = 0;
  std::string last_;
  v1::ListClaimsResponse response_;
};

uint64_t FingerprintUnpaged(v1::ListClaimsRequest request) {
  request.clear_page_token();
  request.clear_page_size();
  return Fingerprint64(request.GetDescriptor()->full_name(), request);
}

// Checks the request; returns its states.
uint32_t CheckList(const v1::ListClaimsRequest& request,
                   Violations* violations) {
  if (request.parent() != kAllNeeds) {
    CheckName("parent", request.parent(), kNeeds, violations);
  }
  CheckName("offer", request.offer(), kOffers, violations);
  CheckInt("page_size", request.page_size(),
           {0, std::numeric_limits<int32_t>::max()}, violations);
  return CheckStates(request.states(), v1::Claim::State_ARRAYSIZE, violations);
}

}  // namespace

absl::StatusOr<v1::Claim> ClaimService::Get(
    const v1::GetClaimRequest& request) const {
  Violations violations;
  CheckClaimName(request.name(), &violations);
  if (!violations.empty()) return violations.ToStatus();
  const EntryPtr need = view_.Find(NeedOfClaim(request.name()));
  if (need == nullptr) return NotFoundError(request.name());
  const v1::Claim* claim =
      FindClaim(static_cast<const NeedEntry&>(*need).stored, request.name());
  if (claim == nullptr) return NotFoundError(request.name());
  return *claim;
}

absl::StatusOr<v1::ListClaimsResponse> ClaimService::List(
    const v1::ListClaimsRequest& request) const {
  Violations violations;
  const uint32_t states = CheckList(request, &violations);
  if (!violations.empty()) return violations.ToStatus();
  const uint64_t fingerprint = FingerprintUnpaged(request);
  const auto token =
      DecodePageToken(request.page_token(), fingerprint, PageToken::kByName);
  if (!token.ok()) return token.status();
  const std::string& after = token->by_name().name();
  const std::string first_need = !after.empty() ? NeedOfClaim(after)
                                 : request.parent() == kAllNeeds
                                     ? std::string()
                                     : request.parent();

  ClaimPage page(request, states);
  const View::Reader reader = view_.Read();
  const auto& claimed = reader.claimed_needs();
  auto next = claimed.lower_bound({request.offer(), first_need});
  const auto is_listed = [&] {
    return next != claimed.end() && next->first == request.offer() &&
           (request.parent() == kAllNeeds || next->second == request.parent());
  };
  for (; is_listed() && !page.full(); ++next) {
    const EntryPtr need = reader.needs().Find(next->second);
    page.AddNeed(static_cast<const NeedEntry&>(*need).stored,
                 next->second == first_need ? after : "");
  }
  if (page.full()) {
    PageToken next_page;
    next_page.set_filter_fingerprint(fingerprint);
    next_page.mutable_by_name()->set_name(page.last());
    page.response().set_next_page_token(EncodeToken(next_page));
  }
  return std::move(page.response());
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
  const auto need = Find<NeedEntry>(view_, request.name());
  if (!need.ok()) return need.status();
  const auto offer = Find<OfferEntry>(view_, request.offer());
  if (!offer.ok()) return offer.status();

  const Claimant claimant = view_.FindClaimant(request.offer(), now);
  if (absl::Status status =
          CheckMayClaim((*offer)->stored.offer(), claimant.active_claims);
      !status.ok()) {
    return status;
  }
  const ClaimIdentity identity{
      absl::StrCat(request.name(), kClaims, RandomResourceId()),
      (*need)->mod_revision, caller.name()};
  const auto claimed = ClaimNeed((*need)->stored, request, identity, now);
  if (!claimed.ok()) {
    absl::Status error = claimed.status();
    if (error.code() == absl::StatusCode::kFailedPrecondition) {
      const std::string next = NextNeed(**offer, request.name());
      if (!next.empty()) AddMetadata("next_need", next, &error);
    }
    return error;
  }
  return WriteClaim(**need, **offer, claimant, *claimed);
}

std::string ClaimService::NextNeed(const OfferEntry& offer,
                                   const std::string& except) const {
  geo::NearestQuery query{.center = offer.point,
                          .limit = 1,
                          .max_distance_meters = kMaxNextNeedMeters};
  if (offer.stored.offer().has_service_radius_meters()) {
    query.max_distance_meters =
        std::min(query.max_distance_meters,
                 offer.stored.offer().service_radius_meters());
  }
  query.any_category = offer.categories;
  query.accept = [&except](const geo::IndexedItem& item) {
    return item.name != except;
  };
  const View::Reader reader = view_.Read();
  const auto nearest = reader.needs().live().Nearest(query);
  return nearest.empty() ? std::string() : nearest.front().item->name;
}

template <auto decide, typename Request>
void ClaimService::Change(const Request& request, const Caller& caller,
                          ReplyDone done) {
  writer_.Run(
      KeyOf(request, caller),
      [this, request](absl::Time now) -> absl::StatusOr<Write> {
        Violations violations;
        CheckClaimName(request.name(), &violations);
        CheckRequestId(request.request_id(), &violations);
        if (!violations.empty()) return violations.ToStatus();
        const EntryPtr found = view_.Find(NeedOfClaim(request.name()));
        if (found == nullptr) return NotFoundError(request.name());
        const auto& need = static_cast<const NeedEntry&>(*found);
        const auto changed = decide(need.stored, request, now);
        if (!changed.ok()) return changed.status();
        Write write = WriteNeed(*changed, need.mod_revision);
        write.reply = FindClaim(*changed, request.name())->SerializeAsString();
        return write;
      },
      std::move(done));
}

void ClaimService::Renew(const v1::RenewClaimRequest& request,
                         const Caller& caller, ReplyDone done) {
  Change<RenewClaim>(request, caller, std::move(done));
}

void ClaimService::Release(const v1::ReleaseClaimRequest& request,
                           const Caller& caller, ReplyDone done) {
  Change<ReleaseClaim>(request, caller, std::move(done));
}

void ClaimService::MarkDelivered(const v1::MarkDeliveredRequest& request,
                                 const Caller& caller, ReplyDone done) {
  Change<core::MarkDelivered>(request, caller, std::move(done));
}

void ClaimService::Confirm(const v1::ConfirmDeliveryRequest& request,
                           const Caller& caller, ReplyDone done) {
  Change<ConfirmDelivery>(request, caller, std::move(done));
}

}  // namespace xom::core
