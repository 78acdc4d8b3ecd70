#include "services/edge/verification_service.h"

#include "services/edge/unary_call.h"
#include "xom/v1/verification_service.grpc.pb.h"

namespace xom::edge {
namespace {

using Service = v1::VerificationService;

using With1 = Service::WithRawCallbackMethod_SendPhoneCode<Service::Service>;
using With2 = Service::WithRawCallbackMethod_CheckPhoneCode<With1>;
using WithAll = Service::WithRawCallbackMethod_Vouch<With2>;

class Edge final : public WithAll {
 public:
  Edge(core::VerificationService* core, const Gate* gate)
      : core_(*core), gate_(gate) {}

  grpc::ServerUnaryReactor* SendPhoneCode(grpc::CallbackServerContext* context,
                                          const grpc::ByteBuffer* request,
                                          grpc::ByteBuffer* response) override {
    return Write<v1::SendPhoneCodeRequest>(
        {gate_, "VerificationService/SendPhoneCode", context, request,
         response},
        [this](const v1::SendPhoneCodeRequest& r, const core::Caller&,
               core::ReplyDone done) {
          core_.SendPhoneCode(r, std::move(done));
        });
  }

  grpc::ServerUnaryReactor* CheckPhoneCode(
      grpc::CallbackServerContext* context, const grpc::ByteBuffer* request,
      grpc::ByteBuffer* response) override {
    return Write<v1::CheckPhoneCodeRequest>(
        {gate_, "VerificationService/CheckPhoneCode", context, request,
         response},
        [this](const v1::CheckPhoneCodeRequest& r, const core::Caller&,
               core::ReplyDone done) {
          core_.CheckPhoneCode(r, std::move(done));
        });
  }

  grpc::ServerUnaryReactor* Vouch(grpc::CallbackServerContext* context,
                                  const grpc::ByteBuffer* request,
                                  grpc::ByteBuffer* response) override {
    return Write<v1::VouchRequest>(
        {gate_, "VerificationService/Vouch", context, request, response},
        [this](const v1::VouchRequest& r, const core::Caller& caller,
               core::ReplyDone done) {
          core_.Vouch(r, caller, std::move(done));
        });
  }

 private:
  core::VerificationService& core_;
  const Gate* const gate_;
};

}  // namespace

std::unique_ptr<grpc::Service> MakeVerificationService(
    core::VerificationService* core, const Gate* gate) {
  return std::make_unique<Edge>(core, gate);
}

}  // namespace xom::edge
