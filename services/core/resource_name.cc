#include "services/core/resource_name.h"

#include <algorithm>
#include <cstddef>
#include <iterator>

#include "absl/random/random.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"

namespace xom::core {
namespace {

constexpr size_t kMaxIdBytes = 63;

bool IsLetter(char c) { return absl::ascii_islower(static_cast<uint8_t>(c)); }
bool IsDigit(char c) { return absl::ascii_isdigit(static_cast<uint8_t>(c)); }

}  // namespace

bool IsResourceId(absl::string_view id) {
  return !id.empty() && id.size() <= kMaxIdBytes && IsLetter(id.front()) &&
         id.back() != '-' && std::all_of(id.begin(), id.end(), [](char c) {
           return IsLetter(c) || IsDigit(c) || c == '-';
         });
}

bool IsResourceName(absl::string_view collection, absl::string_view name) {
  return absl::StartsWith(name, collection) &&
         IsResourceId(name.substr(collection.size()));
}

bool IsClaimName(absl::string_view name) {
  const size_t claims = name.find(kClaims);
  return claims != absl::string_view::npos &&
         IsResourceName(kNeeds, name.substr(0, claims)) &&
         IsResourceId(name.substr(claims + kClaims.size()));
}

bool IsUnviewed(absl::string_view key) {
  static constexpr absl::string_view kUnviewed[] = {
      kDetails, kOfferDetails, kReveals, kRevealers,
      kPhones,  kPhoneChecks,  kKeyring};
  return std::any_of(std::begin(kUnviewed), std::end(kUnviewed),
                     [key](absl::string_view prefix) {
                       return absl::StartsWith(key, prefix);
                     });
}

std::string ClaimantKey(absl::string_view party) {
  // An offer's is its id alone, which cannot hold the slash in a user's.
  absl::ConsumePrefix(&party, kOffers);
  return absl::StrCat(kClaimants, party);
}

std::string NeedOfClaim(absl::string_view claim_name) {
  return std::string(claim_name.substr(0, claim_name.find(kClaims)));
}

std::string RandomResourceId() {
  static constexpr absl::string_view kAlphabet =
      "abcdefghijklmnopqrstuvwxyz234567";
  constexpr size_t kRandomCharacters = 16;
  thread_local absl::BitGen random;
  std::string id = "x";
  for (size_t i = 0; i < kRandomCharacters; ++i) {
    id.push_back(kAlphabet[absl::Uniform<size_t>(random, 0, kAlphabet.size())]);
  }
  return id;
}

}  // namespace xom::core
