#include "services/edge/offer_service.h"

#include "services/edge/unary_call.h"
#include "xom/v1/offer_service.grpc.pb.h"

namespace xom::edge {
namespace {

using Service = v1::OfferService;

using With1 = Service::WithRawCallbackMethod_CreateOffer<Service::Service>;
using With2 = Service::WithRawCallbackMethod_GetOffer<With1>;
using With3 = Service::WithRawCallbackMethod_ListOffers<With2>;
using With4 = Service::WithRawCallbackMethod_UpdateOffer<With3>;
using With5 = Service::WithRawCallbackMethod_PauseOffer<With4>;
using With6 = Service::WithRawCallbackMethod_ResumeOffer<With5>;
using WithAll = Service::WithRawCallbackMethod_CloseOffer<With6>;

class Edge final : public WithAll {
 public:
  Edge(core::OfferService* core, const Gate* gate)
      : core_(*core), gate_(gate) {}

  grpc::ServerUnaryReactor* CreateOffer(grpc::CallbackServerContext* context,
                                        const grpc::ByteBuffer* request,
                                        grpc::ByteBuffer* response) override {
    return Write<v1::CreateOfferRequest>(
        {gate_, "OfferService/CreateOffer", context, request, response},
        [this](const v1::CreateOfferRequest& r, const core::Caller& caller,
               core::ReplyDone done) {
          core_.Create(r, caller, std::move(done));
        });
  }

  grpc::ServerUnaryReactor* GetOffer(grpc::CallbackServerContext* context,
                                     const grpc::ByteBuffer* request,
                                     grpc::ByteBuffer* response) override {
    return Read<v1::GetOfferRequest, v1::Offer>(
        {gate_, "OfferService/GetOffer", context, request, response},
        [this](const v1::GetOfferRequest& r, const core::Caller&) {
          return core_.Get(r);
        });
  }

  grpc::ServerUnaryReactor* ListOffers(grpc::CallbackServerContext* context,
                                       const grpc::ByteBuffer* request,
                                       grpc::ByteBuffer* response) override {
    return Read<v1::ListOffersRequest, v1::ListOffersResponse>(
        {gate_, "OfferService/ListOffers", context, request, response},
        [this](const v1::ListOffersRequest& r, const core::Caller&) {
          return core_.List(r);
        });
  }

  grpc::ServerUnaryReactor* UpdateOffer(grpc::CallbackServerContext* context,
                                        const grpc::ByteBuffer* request,
                                        grpc::ByteBuffer* response) override {
    return Write<v1::UpdateOfferRequest>(
        {gate_, "OfferService/UpdateOffer", context, request, response},
        [this](const v1::UpdateOfferRequest& r, const core::Caller& caller,
               core::ReplyDone done) {
          core_.Update(r, caller, std::move(done));
        });
  }

  grpc::ServerUnaryReactor* PauseOffer(grpc::CallbackServerContext* context,
                                       const grpc::ByteBuffer* request,
                                       grpc::ByteBuffer* response) override {
    return Write<v1::PauseOfferRequest>(
        {gate_, "OfferService/PauseOffer", context, request, response},
        [this](const v1::PauseOfferRequest& r, const core::Caller& caller,
               core::ReplyDone done) {
          core_.Pause(r, caller, std::move(done));
        });
  }

  grpc::ServerUnaryReactor* ResumeOffer(grpc::CallbackServerContext* context,
                                        const grpc::ByteBuffer* request,
                                        grpc::ByteBuffer* response) override {
    return Write<v1::ResumeOfferRequest>(
        {gate_, "OfferService/ResumeOffer", context, request, response},
        [this](const v1::ResumeOfferRequest& r, const core::Caller& caller,
               core::ReplyDone done) {
          core_.Resume(r, caller, std::move(done));
        });
  }

  grpc::ServerUnaryReactor* CloseOffer(grpc::CallbackServerContext* context,
                                       const grpc::ByteBuffer* request,
                                       grpc::ByteBuffer* response) override {
    return Write<v1::CloseOfferRequest>(
        {gate_, "OfferService/CloseOffer", context, request, response},
        [this](const v1::CloseOfferRequest& r, const core::Caller& caller,
               core::ReplyDone done) {
          core_.Close(r, caller, std::move(done));
        });
  }

 private:
  core::OfferService& core_;
  const Gate* const gate_;
};

}  // namespace

std::unique_ptr<grpc::Service> MakeOfferService(core::OfferService* core,
                                                const Gate* gate) {
  return std::make_unique<Edge>(core, gate);
}

}  // namespace xom::edge
