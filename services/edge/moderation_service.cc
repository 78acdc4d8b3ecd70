#include "services/edge/moderation_service.h"

#include "services/edge/unary_call.h"
#include "xom/v1/moderation_service.grpc.pb.h"

namespace xom::edge {
namespace {

using Service = v1::ModerationService;

using With1 =
    Service::WithRawCallbackMethod_ListModerationCases<Service::Service>;
using With2 = Service::WithRawCallbackMethod_GetModerationCase<With1>;
using With3 = Service::WithRawCallbackMethod_DecideModerationCase<With2>;
using With4 = Service::WithRawCallbackMethod_AppealModeration<With3>;
using With5 = Service::WithRawCallbackMethod_ListDuplicates<With4>;
using WithAll = Service::WithRawCallbackMethod_MergeNeeds<With5>;

class Edge final : public WithAll {
 public:
  Edge(core::ModerationService* core, const Gate* gate)
      : core_(*core), gate_(gate) {}

  grpc::ServerUnaryReactor* ListModerationCases(
      grpc::CallbackServerContext* context, const grpc::ByteBuffer* request,
      grpc::ByteBuffer* response) override {
    return Read<v1::ListModerationCasesRequest,
                v1::ListModerationCasesResponse>(
        {gate_, "ModerationService/ListModerationCases", context, request,
         response},
        [this](const v1::ListModerationCasesRequest& r, const core::Caller&) {
          return core_.List(r);
        });
  }

  grpc::ServerUnaryReactor* GetModerationCase(
      grpc::CallbackServerContext* context, const grpc::ByteBuffer* request,
      grpc::ByteBuffer* response) override {
    return Read<v1::GetModerationCaseRequest, v1::ModerationCase>(
        {gate_, "ModerationService/GetModerationCase", context, request,
         response},
        [this](const v1::GetModerationCaseRequest& r, const core::Caller&) {
          return core_.Get(r);
        });
  }

  grpc::ServerUnaryReactor* DecideModerationCase(
      grpc::CallbackServerContext* context, const grpc::ByteBuffer* request,
      grpc::ByteBuffer* response) override {
    return Write<v1::DecideModerationCaseRequest>(
        {gate_, "ModerationService/DecideModerationCase", context, request,
         response},
        [this](const v1::DecideModerationCaseRequest& r,
               const core::Caller& caller, core::ReplyDone done) {
          core_.Decide(r, caller, std::move(done));
        });
  }

  grpc::ServerUnaryReactor* AppealModeration(
      grpc::CallbackServerContext* context, const grpc::ByteBuffer* request,
      grpc::ByteBuffer* response) override {
    return Write<v1::AppealModerationRequest>(
        {gate_, "ModerationService/AppealModeration", context, request,
         response},
        [this](const v1::AppealModerationRequest& r, const core::Caller& caller,
               core::ReplyDone done) {
          core_.Appeal(r, caller, std::move(done));
        });
  }

  grpc::ServerUnaryReactor* ListDuplicates(
      grpc::CallbackServerContext* context, const grpc::ByteBuffer* request,
      grpc::ByteBuffer* response) override {
    return Read<v1::ListDuplicatesRequest, v1::ListDuplicatesResponse>(
        {gate_, "ModerationService/ListDuplicates", context, request, response},
        [this](const v1::ListDuplicatesRequest& r, const core::Caller&) {
          return core_.ListDuplicates(r);
        });
  }

  grpc::ServerUnaryReactor* MergeNeeds(grpc::CallbackServerContext* context,
                                       const grpc::ByteBuffer* request,
                                       grpc::ByteBuffer* response) override {
    return Write<v1::MergeNeedsRequest>(
        {gate_, "ModerationService/MergeNeeds", context, request, response},
        [this](const v1::MergeNeedsRequest& r, const core::Caller& caller,
               core::ReplyDone done) {
          core_.Merge(r, caller, std::move(done));
        });
  }

 private:
  core::ModerationService& core_;
  const Gate* const gate_;
};

}  // namespace

std::unique_ptr<grpc::Service> MakeModerationService(
    core::ModerationService* core, const Gate* gate) {
  return std::make_unique<Edge>(core, gate);
}

}  // namespace xom::edge
