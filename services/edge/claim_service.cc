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
using With7 = Service::WithRawCallbackMethod_ConfirmDelivery<With6>;
using WithAll = Service::WithRawCallbackMethod_RevealClaim<With7>;

class Edge final : public WithAll {
 public:
  Edge(core::ClaimService* core, core::RevealService* reveals, const Gate* gate)
      : core_(*core), reveals_(*reveals), gate_(gate) {}

  grpc::ServerUnaryReactor* ClaimNeed(grpc::CallbackServerContext* context,
                                      const grpc::ByteBuffer* request,
                                      grpc::ByteBuffer* response) override {
    return Write<v1::ClaimNeedRequest>(
        {gate_, "ClaimService/ClaimNeed", context, request, response},
        [this](const v1::ClaimNeedRequest& r, const core::Caller& caller,
               core::ReplyDone done) {
          core_.Claim(r, caller, std::move(done));
        });
  }

  grpc::ServerUnaryReactor* GetClaim(grpc::CallbackServerContext* context,
                                     const grpc::ByteBuffer* request,
                                     grpc::ByteBuffer* response) override {
    return Read<v1::GetClaimRequest, v1::Claim>(
        {gate_, "ClaimService/GetClaim", context, request, response},
        [this](const v1::GetClaimRequest& r, const core::Caller&) {
          return core_.Get(r);
        });
  }

  grpc::ServerUnaryReactor* ListClaims(grpc::CallbackServerContext* context,
                                       const grpc::ByteBuffer* request,
                                       grpc::ByteBuffer* response) override {
    return Read<v1::ListClaimsRequest, v1::ListClaimsResponse>(
        {gate_, "ClaimService/ListClaims", context, request, response},
        [this](const v1::ListClaimsRequest& r, const core::Caller&) {
          return core_.List(r);
        });
  }

  grpc::ServerUnaryReactor* RenewClaim(grpc::CallbackServerContext* context,
                                       const grpc::ByteBuffer* request,
                                       grpc::ByteBuffer* response) override {
    return Write<v1::RenewClaimRequest>(
        {gate_, "ClaimService/RenewClaim", context, request, response},
        [this](const v1::RenewClaimRequest& r, const core::Caller& caller,
               core::ReplyDone done) {
          core_.Renew(r, caller, std::move(done));
        });
  }

  grpc::ServerUnaryReactor* ReleaseClaim(grpc::CallbackServerContext* context,
                                         const grpc::ByteBuffer* request,
                                         grpc::ByteBuffer* response) override {
    return Write<v1::ReleaseClaimRequest>(
        {gate_, "ClaimService/ReleaseClaim", context, request, response},
        [this](const v1::ReleaseClaimRequest& r, const core::Caller& caller,
               core::ReplyDone done) {
          core_.Release(r, caller, std::move(done));
        });
  }

  grpc::ServerUnaryReactor* MarkDelivered(grpc::CallbackServerContext* context,
                                          const grpc::ByteBuffer* request,
                                          grpc::ByteBuffer* response) override {
    return Write<v1::MarkDeliveredRequest>(
        {gate_, "ClaimService/MarkDelivered", context, request, response},
        [this](const v1::MarkDeliveredRequest& r, const core::Caller& caller,
               core::ReplyDone done) {
          core_.MarkDelivered(r, caller, std::move(done));
        });
  }

  grpc::ServerUnaryReactor* ConfirmDelivery(
      grpc::CallbackServerContext* context, const grpc::ByteBuffer* request,
      grpc::ByteBuffer* response) override {
    return Write<v1::ConfirmDeliveryRequest>(
        {gate_, "ClaimService/ConfirmDelivery", context, request, response},
        [this](const v1::ConfirmDeliveryRequest& r, const core::Caller& caller,
               core::ReplyDone done) {
          core_.Confirm(r, caller, std::move(done));
        });
  }

  grpc::ServerUnaryReactor* RevealClaim(grpc::CallbackServerContext* context,
                                        const grpc::ByteBuffer* request,
                                        grpc::ByteBuffer* response) override {
    return Write<v1::RevealClaimRequest>(
        {gate_, "ClaimService/RevealClaim", context, request, response},
        [this](const v1::RevealClaimRequest& r, const core::Caller& caller,
               core::ReplyDone done) {
          reveals_.RevealClaim(r, caller, std::move(done));
        });
  }

 private:
  core::ClaimService& core_;
  core::RevealService& reveals_;
  const Gate* const gate_;
};

}  // namespace

std::unique_ptr<grpc::Service> MakeClaimService(core::ClaimService* core,
                                                core::RevealService* reveals,
                                                const Gate* gate) {
  return std::make_unique<Edge>(core, reveals, gate);
}

}  // namespace xom::edge
