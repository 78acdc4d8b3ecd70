#ifndef XOM_SERVICES_CORE_OFFER_SERVICE_H_
#define XOM_SERVICES_CORE_OFFER_SERVICE_H_

#include "absl/status/statusor.h"
#include "services/core/authorizer.h"
#include "services/core/caller.h"
#include "services/core/details_vault.h"
#include "services/core/entry.h"
#include "services/core/resource_calls.h"
#include "services/core/view.h"
#include "services/core/writer.h"
#include "xom/v1/offer_service.pb.h"

namespace xom::core {

// The calls of xom.v1.OfferService, as its proto describes them. Reads answer
// at once from the view; mutations answer a serialized Offer through `done`.
// Thread-safe.
class OfferService {
 public:
  // All outlive the service and every call in flight.
  OfferService(const View* view, Writer* writer, const DetailsVault* vault,
               Access access)
      : view_(*view),
        vault_(*vault),
        access_(access),
        calls_(view, writer, kOffers) {}

  absl::StatusOr<v1::Offer> Get(const v1::GetOfferRequest& request) const;
  absl::StatusOr<v1::ListOffersResponse> List(
      const v1::ListOffersRequest& request) const;

  void Create(const v1::CreateOfferRequest& request, const Caller& caller,
              ReplyDone done);
  void Update(const v1::UpdateOfferRequest& request, const Caller& caller,
              ReplyDone done);
  void Pause(const v1::PauseOfferRequest& request, const Caller& caller,
             ReplyDone done);
  void Resume(const v1::ResumeOfferRequest& request, const Caller& caller,
              ReplyDone done);
  void Close(const v1::CloseOfferRequest& request, const Caller& caller,
             ReplyDone done);

 private:
  template <v1::Offer::State state, typename Request>
  void Move(const Request& request, const Caller& caller, ReplyDone done);

  // Whether the caller may post in the name of the organization, and what the
  // offer says of who posts it.
  absl::Status Attribute(const Caller& caller,
                         internal::v1::StoredOffer* stored) const;
  absl::StatusOr<Write> DecideUpdate(const OfferEntry& entry,
                                     const v1::UpdateOfferRequest& request,
                                     absl::Time now) const;

  const View& view_;
  const DetailsVault& vault_;
  const Access access_;
  ResourceCalls<OfferEntry> calls_;
};

}  // namespace xom::core

#endif  // XOM_SERVICES_CORE_OFFER_SERVICE_H_
