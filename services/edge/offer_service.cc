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
  Edge(core::OfferService* core, CallLog* log) : core_(*core), log_(log) {}

  grpc::ServerUnaryReactor* CreateOffer(grpc::CallbackServerContext* context,
                                        const grpc::ByteBuffer* request,
                                        grpc::ByteBuffer* response) override {
    return Write<v1::CreateOfferRequest>(
        {log_, "OfferService/CreateOffer", context, request, response},
        [this](const v1::CreateOfferRequest& r, core::ReplyDone done) {
          core_.Create(r, std::move(done));
        });
  }

  grpc::ServerUnaryReactor* GetOffer(grpc::CallbackServerContext* context,
                                     const grpc::ByteBuffer* request,
                                     grpc::ByteBuffer* response) override {
    return Read<v1::GetOfferRequest, v1::Offer>(
        {log_, "OfferService/GetOffer", context, request, response},
        [this](const v1::GetOfferRequest& r) { return core_.Get(r); });
  }

  grpc::ServerUnaryReactor* ListOffers(grpc::CallbackServerContext* context,
                                       const grpc::ByteBuffer* request,
                                       grpc::ByteBuffer* response) override {
    return Read<v1::ListOffersRequest, v1::ListOffersResponse>(
        {log_, "OfferService/ListOffers", context, request, response},
        [this](const v1::ListOffersRequest& r) { return core_.List(r); });
  }

  grpc::ServerUnaryReactor* UpdateOffer(grpc::CallbackServerContext* context,
                                        const grpc::ByteBuffer* request,
                                        grpc::ByteBuffer* response) override {
    return Write<v1::UpdateOfferRequest>(
        {log_, "OfferService/UpdateOffer", context, request, response},
        [this](const v1::UpdateOfferRequest& r, core::ReplyDone done) {
          core_.Update(r, std::move(done));
        });
  }

  grpc::ServerUnaryReactor* PauseOffer(grpc::CallbackServerContext* context,
                                       const grpc::ByteBuffer* request,
                                       grpc::ByteBuffer* response) override {
    return Write<v1::PauseOfferRequest>(
        {log_, "OfferService/PauseOffer", context, request, response},
        [this](const v1::PauseOfferRequest& r, core::ReplyDone done) {
          core_.Pause(r, std::move(done));
        });
  }

  grpc::ServerUnaryReactor* ResumeOffer(grpc::CallbackServerContext* context,
                                        const grpc::ByteBuffer* request,
                                        grpc::ByteBuffer* response) override {
    return Write<v1::ResumeOfferRequest>(
        {log_, "OfferService/ResumeOffer", context, request, response},
        [this](const v1::ResumeOfferRequest& r, core::ReplyDone done) {
          core_.Resume(r, std::move(done));
        });
  }

  grpc::ServerUnaryReactor* CloseOffer(grpc::CallbackServerContext* context,
                                       const grpc::ByteBuffer* request,
                                       grpc::ByteBuffer* response) override {
    return Write<v1::CloseOfferRequest>(
        {log_, "OfferService/CloseOffer", context, request, response},
        [this](const v1::CloseOfferRequest& r, core::ReplyDone done) {
          core_.Close(r, std::move(done));
        });
  }

 private:
  core::OfferService& core_;
  CallLog* const log_;
};

}  // namespace

std::unique_ptr<grpc::Service> MakeOfferService(core::OfferService* core,
                                                CallLog* log) {
  return std::make_unique<Edge>(core, log);
}

}  // namespace xom::edge
