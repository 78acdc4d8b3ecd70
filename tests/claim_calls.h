#ifndef XOM_TESTS_CLAIM_CALLS_H_
#define XOM_TESTS_CLAIM_CALLS_H_

#include <string>
#include <utility>
#include <vector>

#include "tests/api_client.h"
#include "xom/v1/claim_service.pb.h"

namespace xom::tests {

// Shorthands for tests of claims: all go through the socket, and those that
// answer with a resource fail the test when the call does.
class ClaimTest : public ApiTest {
 protected:
  explicit ClaimTest(edge::ServerOptions options = {})
      : ApiTest(std::move(options)) {}

  // `needs/{id}` at 10, 106: 10 kg of rice (line 0) and a can of milk without a
  // quantity (line 1).
  v1::Need CreateRice(const std::string& id);
  // `offers/{id}` in the same place.
  v1::Offer CreateHelper(const std::string& id, int capacity = 10);

  // Requests: `text` is what else they say.
  static v1::ClaimNeedRequest ClaimRequest(const std::string& need,
                                           const std::string& offer,
                                           const std::string& text = "");
  // Of what the holder of the claim may ask.
  template <typename Request>
  static Request Holding(const v1::Claim& claim, const std::string& text = "") {
    Request request = FromText<Request>(text);
    request.set_name(claim.name());
    request.set_fencing_token(claim.fencing_token());
    return request;
  }
  static v1::ConfirmDeliveryRequest ConfirmRequest(const v1::Claim& claim,
                                                   const std::string& text);

  v1::Claim Claim(const std::string& need, const std::string& offer,
                  const std::string& text = "");
  grpc::Status TryClaim(const std::string& need, const std::string& offer,
                        const std::string& text = "");
  v1::Claim Renew(const v1::Claim& claim, const std::string& text = "");
  v1::Claim Release(const v1::Claim& claim, const std::string& text = "");
  v1::Claim Deliver(const v1::Claim& claim);
  v1::Claim Confirm(const v1::Claim& claim, const std::string& text);

  v1::Claim GetClaim(const std::string& name);
  v1::Need GetNeed(const std::string& name);
  v1::Offer GetOffer(const std::string& name);

  // How many ACTIVE claims ListClaims lists of the offer.
  int ActiveClaims(const std::string& offer);
  v1::Need::State StateOf(const std::string& need) {
    return GetNeed(need).state();
  }
  // A line each as "asked=promised+delivered+confirmed+open", joined by a
  // space; fails the test when the sum is wrong. "" when there is none.
  std::string CoverageOf(const std::string& need);
  // The needs that FindNearestNeeds finds from 10, 106, nearest first.
  std::vector<std::string> Nearest();

  absl::Time Now() { return server_.clock().Now(); }
  void Advance(absl::Duration duration) { server_.clock().Advance(duration); }
};

}  // namespace xom::tests

#endif  // XOM_TESTS_CLAIM_CALLS_H_
