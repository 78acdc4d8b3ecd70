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
using WithAll = Service::WithRawCallbackMethod_CloseNeed<With6>;

class Edge final : public WithAll {
 public:
  Edge(core::NeedService* core, CallLog* log) : core_(*core), log_(log) {}

  grpc::ServerUnaryReactor* CreateNeed(grpc::CallbackServerContext* context,
                                       const grpc::ByteBuffer* request,
                                       grpc::ByteBuffer* response) override {
    return Write<v1::CreateNeedRequest>(
        {log_, "NeedService/CreateNeed", context, request, response},
        [this](const v1::CreateNeedRequest& r, core::ReplyDone done) {
          core_.Create(r, std::move(done));
        });
  }

  grpc::ServerUnaryReactor* GetNeed(grpc::CallbackServerContext* context,
                                    const grpc::ByteBuffer* request,
                                    grpc::ByteBuffer* response) override {
    return Read<v1::GetNeedRequest, v1::Need>(
        {log_, "NeedService/GetNeed", context, request, response},
        [this](const v1::GetNeedRequest& r) { return core_.Get(r); });
  }

  grpc::ServerUnaryReactor* ListNeeds(grpc::CallbackServerContext* context,
                                      const grpc::ByteBuffer* request,
                                      grpc::ByteBuffer* response) override {
    return Read<v1::ListNeedsRequest, v1::ListNeedsResponse>(
        {log_, "NeedService/ListNeeds", context, request, response},
        [this](const v1::ListNeedsRequest& r) { return core_.List(r); });
  }

  grpc::ServerUnaryReactor* UpdateNeed(grpc::CallbackServerContext* context,
                                       const grpc::ByteBuffer* request,
                                       grpc::ByteBuffer* response) override {
    return Write<v1::UpdateNeedRequest>(
        {log_, "NeedService/UpdateNeed", context, request, response},
        [this](const v1::UpdateNeedRequest& r, core::ReplyDone done) {
          core_.Update(r, std::move(done));
        });
  }

  grpc::ServerUnaryReactor* CancelNeed(grpc::CallbackServerContext* context,
                                       const grpc::ByteBuffer* request,
                                       grpc::ByteBuffer* response) override {
    return Write<v1::CancelNeedRequest>(
        {log_, "NeedService/CancelNeed", context, request, response},
        [this](const v1::CancelNeedRequest& r, core::ReplyDone done) {
          core_.Cancel(r, std::move(done));
        });
  }

  grpc::ServerUnaryReactor* RenewNeed(grpc::CallbackServerContext* context,
                                      const grpc::ByteBuffer* request,
                                      grpc::ByteBuffer* response) override {
    return Write<v1::RenewNeedRequest>(
        {log_, "NeedService/RenewNeed", context, request, response},
        [this](const v1::RenewNeedRequest& r, core::ReplyDone done) {
          core_.Renew(r, std::move(done));
        });
  }

  grpc::ServerUnaryReactor* CloseNeed(grpc::CallbackServerContext* context,
                                      const grpc::ByteBuffer* request,
                                      grpc::ByteBuffer* response) override {
    return Write<v1::CloseNeedRequest>(
        {log_, "NeedService/CloseNeed", context, request, response},
        [this](const v1::CloseNeedRequest& r, core::ReplyDone done) {
          core_.Close(r, std::move(done));
        });
  }

 private:
  core::NeedService& core_;
  CallLog* const log_;
};

}  // namespace

std::unique_ptr<grpc::Service> MakeNeedService(core::NeedService* core,
                                               CallLog* log) {
  return std::make_unique<Edge>(core, log);
}

}  // namespace xom::edge
