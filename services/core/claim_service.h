#ifndef XOM_SERVICES_CORE_CLAIM_SERVICE_H_
#define XOM_SERVICES_CORE_CLAIM_SERVICE_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "services/core/caller.h"
#include "services/core/entry.h"
#include "services/core/view.h"
#include "services/core/writer.h"
#include "xom/internal/v1/stored.pb.h"
#include "xom/v1/claim_service.pb.h"

namespace xom::core {

// The calls of xom.v1.ClaimService, as its proto describes them. Reads answer
// at once from the view; mutations answer a serialized Claim through `done`.
// Each mutation is one write of the need, which holds its claims. A new claim
// also writes a small record of its offer, where claims of one offer that are
// decided at the same time meet.
// Thread-safe.
class ClaimService {
 public:
  // Both outlive the service and every call in flight.
  ClaimService(const View* view, Writer* writer)
      : view_(*view), writer_(*writer) {}

  absl::StatusOr<v1::Claim> Get(const v1::GetClaimRequest& request) const;
  absl::StatusOr<v1::ListClaimsResponse> List(
      const v1::ListClaimsRequest& request) const;

  void Claim(const v1::ClaimNeedRequest& request, const Caller& caller,
             ReplyDone done);
  void Renew(const v1::RenewClaimRequest& request, const Caller& caller,
             ReplyDone done);
  void Release(const v1::ReleaseClaimRequest& request, const Caller& caller,
               ReplyDone done);
  void MarkDelivered(const v1::MarkDeliveredRequest& request,
                     const Caller& caller, ReplyDone done);
  void Confirm(const v1::ConfirmDeliveryRequest& request, const Caller& caller,
               ReplyDone done);

 private:
  absl::StatusOr<Write> DecideClaim(const v1::ClaimNeedRequest& request,
                                    const Caller& caller, absl::Time now) const;
  // Writes what `decide` makes of the claim that the request names.
  template <auto decide, typename Request>
  void Change(const Request& request, const Caller& caller, ReplyDone done);
  // The name of the open need nearest to the offer that it can serve; empty:
  // there is none but `except`.
  std::string NextNeed(const OfferEntry& offer,
                       const std::string& except) const;

  const View& view_;
  Writer& writer_;
};

}  // namespace xom::core

#endif  // XOM_SERVICES_CORE_CLAIM_SERVICE_H_
