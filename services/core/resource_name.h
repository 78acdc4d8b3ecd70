#ifndef XOM_SERVICES_CORE_RESOURCE_NAME_H_
#define XOM_SERVICES_CORE_RESOURCE_NAME_H_

#include <string>

#include "absl/strings/string_view.h"

namespace xom::core {

// The collections of resource names. A name is also the key of its record.
inline constexpr absl::string_view kNeeds = "needs/";
inline constexpr absl::string_view kOffers = "offers/";
inline constexpr absl::string_view kSupplyPoints = "supplyPoints/";
inline constexpr absl::string_view kCategories = "categories/";
inline constexpr absl::string_view kUsers = "users/";
inline constexpr absl::string_view kOrganizations = "organizations/";
inline constexpr absl::string_view kModerationCases = "moderationCases/";
inline constexpr absl::string_view kReports = "reports/";
// Records that guard how much an offer or a user claims; not resources.
inline constexpr absl::string_view kClaimants = "claimants/";
// Records that no view holds: decisions read them from the ledger. What follows
// is said in stored.proto.
inline constexpr absl::string_view kDetails = "details/";
inline constexpr absl::string_view kOfferDetails = "offerDetails/";
inline constexpr absl::string_view kReveals = "reveals/";
inline constexpr absl::string_view kRevealers = "revealers/";
inline constexpr absl::string_view kPhones = "phones/";
inline constexpr absl::string_view kPhoneChecks = "phoneChecks/";
inline constexpr absl::string_view kKeyring = "keyring/";
bool IsUnviewed(absl::string_view key);
// Between the name of a need and the id of a claim of it.
inline constexpr absl::string_view kClaims = "/claims/";

// Whether `id` is `[a-z]([a-z0-9-]{0,61}[a-z0-9])?`.
bool IsResourceId(absl::string_view id);

// Whether `name` is `collection` and then a resource id.
bool IsResourceName(absl::string_view collection, absl::string_view name);

// Whether `name` is `needs/{need}/claims/{claim}`.
bool IsClaimName(absl::string_view name);

// The key of the record that guards how much an offer claims, or a user.
std::string ClaimantKey(absl::string_view party);

// The need that a claim belongs to. REQUIRES: IsClaimName(claim_name).
std::string NeedOfClaim(absl::string_view claim_name);

// An id that nobody has: 80 random bits, as a letter and 16 characters.
std::string RandomResourceId();

}  // namespace xom::core

#endif  // XOM_SERVICES_CORE_RESOURCE_NAME_H_
