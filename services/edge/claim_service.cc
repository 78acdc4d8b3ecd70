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
using With8 = Service::WithRawCallbackMethod_RequestHandover<With7>;
using With9 = Service::WithRawCallbackMethod_AnswerHandover<With8>;
using With10 = Service::WithRawCallbackMethod_ReassignClaim<With9>;
using With11 = Service::WithRawCallbackMethod_BatchClaim<With10>;
using With12 = Service::WithRawCallbackMethod_PlanRound<With11>;
using WithAll = Service::WithRawCallbackMethod_RevealClaim<With12>;

class Edge final : public WithAll {
 public:
  Edge(core::ClaimService* core, core::RevealService* reveals,
       core::RoundService* rounds, const Gate* gate)
      : core_(*core), reveals_(*reveals), rounds_(*rounds), gate_(gate) {}

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
        [this](const v1::GetClaimRequest& r, const core::Caller& caller) {
          return core_.Get(r, caller);
        });
  }

  grpc::ServerUnaryReactor* ListClaims(grpc::CallbackServerContext* context,
                                       const grpc::ByteBuffer* request,
                                       grpc::ByteBuffer* response) override {
    return Read<v1::ListClaimsRequest, v1::ListClaimsResponse>(
        {gate_, "ClaimService/ListClaims", context, request, response},
        [this](const v1::ListClaimsRequest& r, const core::Caller& caller) {
          return core_.List(r, caller);
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

  grpc::ServerUnaryReactor* RequestHandover(
      grpc::CallbackServerContext* context, const grpc::ByteBuffer* request,
      grpc::ByteBuffer* response) override {
    return Write<v1::RequestHandoverRequest>(
        {gate_, "ClaimService/RequestHandover", context, request, response},
        [this](const v1::RequestHandoverRequest& r, const core::Caller& caller,
               core::ReplyDone done) {
          core_.RequestHandover(r, caller, std::move(done));
        });
  }

  grpc::ServerUnaryReactor* AnswerHandover(
      grpc::CallbackServerContext* context, const grpc::ByteBuffer* request,
      grpc::ByteBuffer* response) override {
    return Write<v1::AnswerHandoverRequest>(
        {gate_, "ClaimService/AnswerHandover", context, request, response},
        [this](const v1::AnswerHandoverRequest& r, const core::Caller& caller,
               core::ReplyDone done) {
          core_.AnswerHandover(r, caller, std::move(done));
        });
  }

  grpc::ServerUnaryReactor* ReassignClaim(grpc::CallbackServerContext* context,
                                          const grpc::ByteBuffer* request,
                                          grpc::ByteBuffer* response) override {
    return Write<v1::ReassignClaimRequest>(
        {gate_, "ClaimService/ReassignClaim", context, request, response},
        [this](const v1::ReassignClaimRequest& r, const core::Caller& caller,
               core::ReplyDone done) {
          core_.Reassign(r, caller, std::move(done));
        });
  }

  grpc::ServerUnaryReactor* BatchClaim(grpc::CallbackServerContext* context,
                                       const grpc::ByteBuffer* request,
                                       grpc::ByteBuffer* response) override {
    return Write<v1::BatchClaimRequest>(
        {gate_, "ClaimService/BatchClaim", context, request, response},
        [this](const v1::BatchClaimRequest& r, const core::Caller& caller,
               core::ReplyDone done) {
          core_.Batch(r, caller, std::move(done));
        });
  }

  // Its answer, too, comes from another thread.
  grpc::ServerUnaryReactor* PlanRound(grpc::CallbackServerContext* context,
                                      const grpc::ByteBuffer* request,
                                      grpc::ByteBuffer* response) override {
    return Write<v1::PlanRoundRequest>(
        {gate_, "ClaimService/PlanRound", context, request, response},
        [this](const v1::PlanRoundRequest& r, const core::Caller&,
               core::ReplyDone done) { rounds_.Plan(r, std::move(done)); });
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
  core::RoundService& rounds_;
  const Gate* const gate_;
};

}  // namespace

std::unique_ptr<grpc::Service> MakeClaimService(core::ClaimService* core,
                                                core::RevealService* reveals,
                                                core::RoundService* rounds,
                                                const Gate* gate) {
  return std::make_unique<Edge>(core, reveals, rounds, gate);
}

}  // namespace xom::edge
