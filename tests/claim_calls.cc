#include "tests/claim_calls.h"

#include "absl/strings/str_cat.h"

namespace xom::tests {
namespace {

std::string Named(const std::string& name) {
  return absl::StrCat("name: '", name, "'");
}

}  // namespace

v1::Need ClaimTest::CreateRice(const std::string& id) {
  v1::Need need = NeedAt(10, 106);
  MergeText(
      "lines { item: 'rice' quantity: 10 unit: 'kg' } lines { item: 'milk' }",
      &need);
  return server_.CreateNeed(need, id);
}

v1::Offer ClaimTest::CreateHelper(const std::string& id, int capacity) {
  v1::Offer offer = OfferAt(10, 106);
  offer.set_capacity(capacity);
  return server_.CreateOffer(offer, id);
}

v1::ClaimNeedRequest ClaimTest::ClaimRequest(const std::string& need,
                                             const std::string& offer,
                                             const std::string& text) {
  auto request = FromText<v1::ClaimNeedRequest>(text);
  request.set_name(need);
  request.set_offer(offer);
  return request;
}

v1::ConfirmDeliveryRequest ClaimTest::ConfirmRequest(const v1::Claim& claim,
                                                     const std::string& text) {
  auto request = FromText<v1::ConfirmDeliveryRequest>(text);
  request.set_name(claim.name());
  return request;
}

v1::Claim ClaimTest::Claim(const std::string& need, const std::string& offer,
                           const std::string& text) {
  return Must<v1::Claim>(ClaimRequest(need, offer, text));
}

grpc::Status ClaimTest::TryClaim(const std::string& need,
                                 const std::string& offer,
                                 const std::string& text) {
  return Call(ClaimRequest(need, offer, text));
}

v1::Claim ClaimTest::Renew(const v1::Claim& claim, const std::string& text) {
  return Must<v1::Claim>(Holding<v1::RenewClaimRequest>(claim, text));
}

v1::Claim ClaimTest::Release(const v1::Claim& claim, const std::string& text) {
  return Must<v1::Claim>(Holding<v1::ReleaseClaimRequest>(claim, text));
}

v1::Claim ClaimTest::Deliver(const v1::Claim& claim) {
  return Must<v1::Claim>(Holding<v1::MarkDeliveredRequest>(claim));
}

v1::Claim ClaimTest::Confirm(const v1::Claim& claim, const std::string& text) {
  return Must<v1::Claim>(ConfirmRequest(claim, text));
}

v1::Claim ClaimTest::GetClaim(const std::string& name) {
  return Must<v1::Claim>(FromText<v1::GetClaimRequest>(Named(name)));
}

v1::Need ClaimTest::GetNeed(const std::string& name) {
  return Must<v1::Need>(FromText<v1::GetNeedRequest>(Named(name)));
}

v1::Offer ClaimTest::GetOffer(const std::string& name) {
  return Must<v1::Offer>(FromText<v1::GetOfferRequest>(Named(name)));
}

int ClaimTest::ActiveClaims(const std::string& offer) {
  return Must<v1::ListClaimsResponse>(
             FromText<v1::ListClaimsRequest>(
                 absl::StrCat("parent: 'needs/-' page_size: 1000 "
                              "states: STATE_ACTIVE offer: '",
                              offer, "'")))
      .claims_size();
}

std::string ClaimTest::CoverageOf(const std::string& need) {
  const v1::Need read = GetNeed(need);
  std::string text;
  for (const v1::LineCoverage& line : read.coverage()) {
    EXPECT_EQ(line.asked(), line.promised() + line.delivered() +
                                line.confirmed() + line.open())
        << need << " { " << line.ShortDebugString() << " }";
    absl::StrAppend(&text, text.empty() ? "" : " ", line.asked(), "=",
                    line.promised(), "+", line.delivered(), "+",
                    line.confirmed(), "+", line.open());
  }
  return text;
}

std::vector<std::string> ClaimTest::Nearest() {
  std::vector<std::string> names;
  for (const auto found = Must<v1::FindNearestNeedsResponse>(
           FromText<v1::FindNearestNeedsRequest>(
               "point { latitude: 10 longitude: 106 } k: 100"));
       const auto& nearest : found.needs()) {
    names.push_back(nearest.need().name());
  }
  return names;
}

}  // namespace xom::tests
