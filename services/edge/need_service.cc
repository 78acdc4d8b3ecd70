#include "services/edge/need_service.h"

#include "services/edge/unary_call.h"
#include "xom/v1/need_service.grpc.pb.h"

namespace xom::edge {
namespace {

using Service = v1::NeedService;

using With1 = Service::WithRawCallbackMethod_CreateNeed<Service::Service>;
using With2 = Service::WithRawCallbackMethod_GetNeed<With1>;
using With3 = Service::WithRawCallbackMethod_ListNeeds<With2>;
using With4 = Service::WithRawCallbackMethod_UpdateNeed<With3>;
using With5 = Service::WithRawCallbackMethod_CancelNeed<With4>;
using With6 = Service::WithRawCallbackMethod_RenewNeed<With5>;
using With7 = Service::WithRawCallbackMethod_CloseNeed<With6>;
using With8 = Service::WithRawCallbackMethod_RevealNeed<With7>;
using With9 = Service::WithRawCallbackMethod_ListReveals<With8>;
using WithAll = Service::WithRawCallbackMethod_EraseNeed<With9>;

class Edge final : public WithAll {
 public:
  Edge(core::NeedService* core, core::RevealService* reveals, const Gate* gate)
      : core_(*core), reveals_(*reveals), gate_(gate) {}

  grpc::ServerUnaryReactor* CreateNeed(grpc::CallbackServerContext* context,
                                       const grpc::ByteBuffer* request,
                                       grpc::ByteBuffer* response) override {
    return Write<v1::CreateNeedRequest>(
        {gate_, "NeedService/CreateNeed", context, request, response},
        [this](const v1::CreateNeedRequest& r, const core::Caller& caller,
               core::ReplyDone done) {
          core_.Create(r, caller, std::move(done));
        });
  }

  grpc::ServerUnaryReactor* GetNeed(grpc::CallbackServerContext* context,
                                    const grpc::ByteBuffer* request,
                                    grpc::ByteBuffer* response) override {
    return Read<v1::GetNeedRequest, v1::Need>(
        {gate_, "NeedService/GetNeed", context, request, response},
        [this](const v1::GetNeedRequest& r, const core::Caller&) {
          return core_.Get(r);
        });
  }

  grpc::ServerUnaryReactor* ListNeeds(grpc::CallbackServerContext* context,
                                      const grpc::ByteBuffer* request,
                                      grpc::ByteBuffer* response) override {
    return Read<v1::ListNeedsRequest, v1::ListNeedsResponse>(
        {gate_, "NeedService/ListNeeds", context, request, response},
        [this](const v1::ListNeedsRequest& r, const core::Caller&) {
          return core_.List(r);
        });
  }

  grpc::ServerUnaryReactor* UpdateNeed(grpc::CallbackServerContext* context,
                                       const grpc::ByteBuffer* request,
                                       grpc::ByteBuffer* response) override {
    return Write<v1::UpdateNeedRequest>(
        {gate_, "NeedService/UpdateNeed", context, request, response},
        [this](const v1::UpdateNeedRequest& r, const core::Caller& caller,
               core::ReplyDone done) {
          core_.Update(r, caller, std::move(done));
        });
  }

  grpc::ServerUnaryReactor* CancelNeed(grpc::CallbackServerContext* context,
                                       const grpc::ByteBuffer* request,
                                       grpc::ByteBuffer* response) override {
    return Write<v1::CancelNeedRequest>(
        {gate_, "NeedService/CancelNeed", context, request, response},
        [this](const v1::CancelNeedRequest& r, const core::Caller& caller,
               core::ReplyDone done) {
          core_.Cancel(r, caller, std::move(done));
        });
  }

  grpc::ServerUnaryReactor* RenewNeed(grpc::CallbackServerContext* context,
                                      const grpc::ByteBuffer* request,
                                      grpc::ByteBuffer* response) override {
    return Write<v1::RenewNeedRequest>(
        {gate_, "NeedService/RenewNeed", context, request, response},
        [this](const v1::RenewNeedRequest& r, const core::Caller& caller,
               core::ReplyDone done) {
          core_.Renew(r, caller, std::move(done));
        });
  }

  grpc::ServerUnaryReactor* CloseNeed(grpc::CallbackServerContext* context,
                                      const grpc::ByteBuffer* request,
                                      grpc::ByteBuffer* response) override {
    return Write<v1::CloseNeedRequest>(
        {gate_, "NeedService/CloseNeed", context, request, response},
        [this](const v1::CloseNeedRequest& r, const core::Caller& caller,
               core::ReplyDone done) {
          core_.Close(r, caller, std::move(done));
        });
  }

  grpc::ServerUnaryReactor* RevealNeed(grpc::CallbackServerContext* context,
                                       const grpc::ByteBuffer* request,
                                       grpc::ByteBuffer* response) override {
    return Write<v1::RevealNeedRequest>(
        {gate_, "NeedService/RevealNeed", context, request, response},
        [this](const v1::RevealNeedRequest& r, const core::Caller& caller,
               core::ReplyDone done) {
          reveals_.RevealNeed(r, caller, std::move(done));
        });
  }

  grpc::ServerUnaryReactor* ListReveals(grpc::CallbackServerContext* context,
                                        const grpc::ByteBuffer* request,
                                        grpc::ByteBuffer* response) override {
    return Read<v1::ListRevealsRequest, v1::ListRevealsResponse>(
        {gate_, "NeedService/ListReveals", context, request, response},
        [this](const v1::ListRevealsRequest& r, const core::Caller&) {
          return reveals_.List(r);
        });
  }

  grpc::ServerUnaryReactor* EraseNeed(grpc::CallbackServerContext* context,
                                      const grpc::ByteBuffer* request,
                                      grpc::ByteBuffer* response) override {
    return Write<v1::EraseNeedRequest>(
        {gate_, "NeedService/EraseNeed", context, request, response},
        [this](const v1::EraseNeedRequest& r, const core::Caller& caller,
               core::ReplyDone done) {
          core_.Erase(r, caller, std::move(done));
        });
  }

 private:
  core::NeedService& core_;
  core::RevealService& reveals_;
  const Gate* const gate_;
};

}  // namespace

std::unique_ptr<grpc::Service> MakeNeedService(core::NeedService* core,
                                               core::RevealService* reveals,
                                               const Gate* gate) {
  return std::make_unique<Edge>(core, reveals, gate);
}

}  // namespace xom::edge
