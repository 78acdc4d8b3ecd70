#include "services/core/claim_list.h"

#include <algorithm>
#include <limits>
#include <string>
#include <utility>
#include <vector>

#include "services/core/error.h"
#include "services/core/field_check.h"
#include "services/core/fingerprint.h"
#include "services/core/limits.h"
#include "services/core/resource_name.h"
#include "services/core/token.h"

namespace xom::core {
namespace {

using internal::v1::PageToken;
using internal::v1::StoredNeed;

// In a parent: of all needs.
constexpr absl::string_view kAllNeeds = "needs/-";

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

  // Adds the offer's claims of the need, or all of them, by name, from behind
  // `after` on, until the page is full.
  void AddNeed(const StoredNeed& stored, absl::string_view after) {
    std::vector<const v1::Claim*> claims;
    for (const v1::Claim& claim : stored.claims()) {
      if ((offer_.empty() || claim.offer() == offer_) && claim.name() > after) {
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
  if (!request.offer().empty() || request.parent() == kAllNeeds) {
    CheckName("offer", request.offer(), kOffers, violations);
  }
  CheckInt("page_size", request.page_size(),
           {0, std::numeric_limits<int32_t>::max()}, violations);
  return CheckStates(request.states(), v1::Claim::State_ARRAYSIZE, violations);
}

// Fills the page with claims of the offer, from behind `after` on.
void AddClaimsOfOffer(const View::Reader& reader,
                      const v1::ListClaimsRequest& request,
                      const std::string& after, ClaimPage* page) {
  const std::string first_need = !after.empty() ? NeedOfClaim(after)
                                 : request.parent() == kAllNeeds
                                     ? std::string()
                                     : request.parent();
  const auto& claimed = reader.claimed_needs();
  auto next = claimed.lower_bound({request.offer(), first_need});
  const auto is_listed = [&] {
    return next != claimed.end() && next->first == request.offer() &&
           (request.parent() == kAllNeeds || next->second == request.parent());
  };
  for (; is_listed() && !page->full(); ++next) {
    const EntryPtr need = reader.needs().Find(next->second);
    page->AddNeed(static_cast<const NeedEntry&>(*need).stored(),
                  next->second == first_need ? after : "");
  }
}

}  // namespace

absl::StatusOr<v1::ListClaimsResponse> ListClaims(
    const View& view, const v1::ListClaimsRequest& request) {
  Violations violations;
  const uint32_t states = CheckList(request, &violations);
  if (!violations.empty()) return violations.ToStatus();
  const uint64_t fingerprint = FingerprintUnpaged(request);
  const auto token =
      DecodePageToken(request.page_token(), fingerprint, PageToken::kByName);
  if (!token.ok()) return token.status();
  const std::string& after = token->by_name().name();

  ClaimPage page(request, states);
  const View::Reader reader = view.Read();
  if (!request.offer().empty()) {
    AddClaimsOfOffer(reader, request, after, &page);
  } else if (const EntryPtr need = reader.needs().Find(request.parent());
             need != nullptr) {
    page.AddNeed(static_cast<const NeedEntry&>(*need).stored(), after);
  }
  if (page.full()) {
    PageToken next_page;
    next_page.set_filter_fingerprint(fingerprint);
    next_page.mutable_by_name()->set_name(page.last());
    page.response().set_next_page_token(EncodeToken(next_page));
  }
  return std::move(page.response());
}

}  // namespace xom::core
