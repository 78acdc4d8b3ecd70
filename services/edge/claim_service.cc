#include "services/edge/claim_service.h"

#include "services/edge/unary_call.h"
#include "xom/v1/claim_service.grpc.pb.h"

namespace xom::edge {
namespace {

using Service = v1::ClaimService;

using With1 = Service::WithRawCallbackMethod_ClaimNeed<Service::Service>;
using With2 = Service::WithRawCallbackMethod_GetClaim<With1>;
using With3 = Service::WithRawCallbackMethod_ListClaims<With2>;
using With4 = Service::WithRawCallbackMethod_RenewClaim<With3>;
using With5 = Service::WithRawCallbackMethod_ReleaseClaim<With4>;
using With6 = Service::WithRawCallbackMethod_MarkDelivered<With5>;
using WithAll = Service::WithRawCallbackMethod_ConfirmDelivery<With6>;

class Edge final : public WithAll {
 public:
  Edge(core::ClaimService* core, CallLog* log) : core_(*core), log_(log) {}

  grpc::ServerUnaryReactor* ClaimNeed(grpc::CallbackServerContext* context,
                                      const grpc::ByteBuffer* request,
                                      grpc::ByteBuffer* response) override {
    return Write<v1::ClaimNeedRequest>(
        {log_, "ClaimService/ClaimNeed", context, request, response},
        [this](const v1::ClaimNeedRequest& r, core::ReplyDone done) {
          core_.Claim(r, std::move(done));
        });
  }

  grpc::ServerUnaryReactor* GetClaim(grpc::CallbackServerContext* context,
                                     const grpc::ByteBuffer* request,
                                     grpc::ByteBuffer* response) override {
    return Read<v1::GetClaimRequest, v1::Claim>(
        {log_, "ClaimService/GetClaim", context, request, response},
        [this](const v1::GetClaimRequest& r) { return core_.Get(r); });
  }

  grpc::ServerUnaryReactor* ListClaims(grpc::CallbackServerContext* context,
                                       const grpc::ByteBuffer* request,
                                       grpc::ByteBuffer* response) override {
    return Read<v1::ListClaimsRequest, v1::ListClaimsResponse>(
        {log_, "ClaimService/ListClaims", context, request, response},
        [this](const v1::ListClaimsRequest& r) { return core_.List(r); });
  }

  grpc::ServerUnaryReactor* RenewClaim(grpc::CallbackServerContext* context,
                                       const grpc::ByteBuffer* request,
                                       grpc::ByteBuffer* response) override {
    return Write<v1::RenewClaimRequest>(
        {log_, "ClaimService/RenewClaim", context, request, response},
        [this](const v1::RenewClaimRequest& r, core::ReplyDone done) {
          core_.Renew(r, std::move(done));
        });
  }

  grpc::ServerUnaryReactor* ReleaseClaim(grpc::CallbackServerContext* context,
                                         const grpc::ByteBuffer* request,
                                         grpc::ByteBuffer* response) override {
    return Write<v1::ReleaseClaimRequest>(
        {log_, "ClaimService/ReleaseClaim", context, request, response},
        [this](const v1::ReleaseClaimRequest& r, core::ReplyDone done) {
          core_.Release(r, std::move(done));
        });
  }

  grpc::ServerUnaryReactor* MarkDelivered(grpc::CallbackServerContext* context,
                                          const grpc::ByteBuffer* request,
                                          grpc::ByteBuffer* response) override {
    return Write<v1::MarkDeliveredRequest>(
        {log_, "ClaimService/MarkDelivered", context, request, response},
        [this](const v1::MarkDeliveredRequest& r, core::ReplyDone done) {
          core_.MarkDelivered(r, std::move(done));
        });
  }

  grpc::ServerUnaryReactor* ConfirmDelivery(
      grpc::CallbackServerContext* context, const grpc::ByteBuffer* request,
      grpc::ByteBuffer* response) override {
    return Write<v1::ConfirmDeliveryRequest>(
        {log_, "ClaimService/ConfirmDelivery", context, request, response},
        [this](const v1::ConfirmDeliveryRequest& r, core::ReplyDone done) {
          core_.Confirm(r, std::move(done));
        });
  }

 private:
  core::ClaimService& core_;
  CallLog* const log_;
};

}  // namespace

std::unique_ptr<grpc::Service> MakeClaimService(core::ClaimService* core,
                                                CallLog* log) {
  return std::make_unique<Edge>(core, log);
}

}  // namespace xom::edge
