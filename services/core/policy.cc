#include "services/core/policy.h"

#include "absl/container/flat_hash_map.h"

namespace xom::core {
namespace {

// Who acts for an offer: who posted it or, of an organization, its members.
constexpr uint32_t kHelper = kOwner | kMember | kDispatcher;
// Who holds a claim.
constexpr uint32_t kHolder = kOwner | kDispatcher;

constexpr PolicyRow kPolicy[] = {
    {"NeedService/CreateNeed", "", kAnybody, Cost::kPost},
    {"NeedService/GetNeed", "name", kAnybody, Cost::kSearch},
    {"NeedService/ListNeeds", "", kAnybody, Cost::kSearch},
    {"NeedService/UpdateNeed", "need.name", kRequester | kOperator},
    {"NeedService/CancelNeed", "name", kRequester | kModerator | kOperator},
    {"NeedService/RenewNeed", "name", kRequester | kOfficial | kOperator},
    {"NeedService/CloseNeed", "name", kRequester | kModerator | kOperator},
    {"NeedService/RevealNeed", "name", kRequester | kOfficial | kOperator,
     Cost::kReveal, /*always=*/true},
    {"NeedService/ListReveals", "parent", kRequester | kModerator | kOperator,
     Cost::kSearch, /*always=*/true},
    {"NeedService/EraseNeed", "name", kRequester | kOperator},

    {"OfferService/CreateOffer", "", kUser},
    {"OfferService/GetOffer", "name", kAnybody, Cost::kSearch},
    {"OfferService/ListOffers", "", kAnybody, Cost::kSearch},
    {"OfferService/UpdateOffer", "offer.name",
     kOwner | kDispatcher | kOperator},
    {"OfferService/PauseOffer", "name", kOwner | kDispatcher | kOperator},
    {"OfferService/ResumeOffer", "name", kOwner | kDispatcher | kOperator},
    {"OfferService/CloseOffer", "name",
     kOwner | kDispatcher | kModerator | kOperator},

    {"SupplyPointService/CreateSupplyPoint", "", kUser},
    {"SupplyPointService/GetSupplyPoint", "name", kAnybody, Cost::kSearch},
    {"SupplyPointService/ListSupplyPoints", "", kAnybody, Cost::kSearch},
    {"SupplyPointService/UpdateSupplyPoint", "supply_point.name",
     kOwner | kOfficial | kOperator},
    {"SupplyPointService/DeleteSupplyPoint", "name",
     kOwner | kOfficial | kOperator},
    {"SupplyPointService/ReportAvailability", "name", kUser},

    {"CategoryService/ListCategories", "", kAnybody, Cost::kNothing},
    {"CategoryService/CreateCategory", "", kOperator},
    {"CategoryService/UpdateCategory", "", kOperator},

    {"ClaimService/ClaimNeed", "offer", kHelper, Cost::kClaim},
    {"ClaimService/GetClaim", "name",
     kRequester | kMergedRequester | kHolder | kModerator | kOperator,
     Cost::kSearch},
    {"ClaimService/ListClaims", "parent,offer",
     kRequester | kMergedRequester | kHolder | kModerator | kOperator,
     Cost::kSearch},
    {"ClaimService/RenewClaim", "name", kHolder},
    {"ClaimService/ReleaseClaim", "name", kHolder},
    {"ClaimService/MarkDelivered", "name", kHolder},
    {"ClaimService/ConfirmDelivery", "name",
     kRequester | kMergedRequester | kOfficial},
    {"ClaimService/RevealClaim", "name", kHolder, Cost::kReveal},
    {"ClaimService/RequestHandover", "offer", kHelper, Cost::kClaim},
    {"ClaimService/AnswerHandover", "name", kHolder},
    {"ClaimService/ReassignClaim", "name", kDispatcher},
    {"ClaimService/BatchClaim", "offer", kOwner | kDispatcher, Cost::kClaim},
    {"ClaimService/PlanRound", "offer", kHelper, Cost::kSearch},

    {"MatchService/FindNearestNeeds", "", kAnybody, Cost::kSearch},
    {"MatchService/FindNearestOffers", "", kAnybody, Cost::kSearch},
    {"MatchService/FindNearestSupplyPoints", "", kAnybody, Cost::kSearch},
    {"MatchService/FindMatches", "need,offer", kAnybody, Cost::kSearch},

    {"WatchService/WatchNearestNeeds", "", kAnybody, Cost::kSearch},
    {"WatchService/WatchRegion", "", kAnybody, Cost::kSearch},

    {"UserService/CreateUser", "", kOperator},
    {"UserService/GetUser", "name", kOwner | kModerator | kOperator,
     Cost::kSearch},
    {"UserService/ListUsers", "", kOperator, Cost::kSearch},
    {"UserService/UpdateUser", "user.name", kOperator},
    {"UserService/RevokeUser", "name", kOperator},
    {"UserService/RestoreUser", "name", kOperator},
    {"UserService/IssueToken", "name", kOperator},
    {"UserService/GetCaller", "", kUser, Cost::kNothing, /*always=*/true},

    {"OrganizationService/CreateOrganization", "", kOperator},
    {"OrganizationService/GetOrganization", "", kAnybody, Cost::kSearch},
    {"OrganizationService/ListOrganizations", "", kAnybody, Cost::kSearch},
    {"OrganizationService/UpdateOrganization", "", kOperator},
    {"OrganizationService/AddMember", "name", kDispatcher | kOperator},
    {"OrganizationService/RemoveMember", "name", kDispatcher | kOperator},
    {"OrganizationService/ListMembers", "parent",
     kMember | kDispatcher | kOperator, Cost::kSearch},

    {"ReportService/CreateReport", "report.subject", kAnybody, Cost::kReport},

    {"ModerationService/ListModerationCases", "", kModerator, Cost::kNothing},
    {"ModerationService/GetModerationCase", "", kModerator, Cost::kNothing},
    {"ModerationService/DecideModerationCase", "", kModerator},
    {"ModerationService/AppealModeration", "subject",
     kRequester | kOwner | kDispatcher},
    {"ModerationService/ListDuplicates", "parent", kModerator, Cost::kNothing},
    {"ModerationService/MergeNeeds", "name", kModerator},

    {"VerificationService/SendPhoneCode", "name", kRequester | kOwner,
     Cost::kVerify},
    {"VerificationService/CheckPhoneCode", "name", kRequester | kOwner,
     Cost::kVerify},
    {"VerificationService/Vouch", "name", kOfficial | kVoucher},
};

}  // namespace

absl::Span<const PolicyRow> Policy() { return kPolicy; }

const PolicyRow* FindPolicy(absl::string_view method) {
  static const auto& rows = *[] {
    auto* by_method =
        new absl::flat_hash_map<absl::string_view, const PolicyRow*>();
    for (const PolicyRow& row : kPolicy) by_method->emplace(row.method, &row);
    return by_method;
  }();
  const auto found = rows.find(method);
  return found == rows.end() ? nullptr : found->second;
}

}  // namespace xom::core
