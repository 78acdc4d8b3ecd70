#include "services/edge/supply_point_service.h"

#include "services/edge/unary_call.h"
#include "xom/v1/supply_point_service.grpc.pb.h"

namespace xom::edge {
namespace {

using Service = v1::SupplyPointService;

using With1 =
    Service::WithRawCallbackMethod_CreateSupplyPoint<Service::Service>;
using With2 = Service::WithRawCallbackMethod_GetSupplyPoint<With1>;
using With3 = Service::WithRawCallbackMethod_ListSupplyPoints<With2>;
using With4 = Service::WithRawCallbackMethod_UpdateSupplyPoint<With3>;
using With5 = Service::WithRawCallbackMethod_DeleteSupplyPoint<With4>;
using WithAll = Service::WithRawCallbackMethod_ReportAvailability<With5>;

class Edge final : public WithAll {
 public:
  Edge(core::SupplyPointService* core, const Gate* gate)
      : core_(*core), gate_(gate) {}

  grpc::ServerUnaryReactor* CreateSupplyPoint(
      grpc::CallbackServerContext* context, const grpc::ByteBuffer* request,
      grpc::ByteBuffer* response) override {
    return Write<v1::CreateSupplyPointRequest>(
        {gate_, "SupplyPointService/CreateSupplyPoint", context, request,
         response},
        [this](const v1::CreateSupplyPointRequest& r,
               const core::Caller& caller, core::ReplyDone done) {
          core_.Create(r, caller, std::move(done));
        });
  }

  grpc::ServerUnaryReactor* GetSupplyPoint(
      grpc::CallbackServerContext* context, const grpc::ByteBuffer* request,
      grpc::ByteBuffer* response) override {
    return Read<v1::GetSupplyPointRequest, v1::SupplyPoint>(
        {gate_, "SupplyPointService/GetSupplyPoint", context, request,
         response},
        [this](const v1::GetSupplyPointRequest& r, const core::Caller&) {
          return core_.Get(r);
        });
  }

  grpc::ServerUnaryReactor* ListSupplyPoints(
      grpc::CallbackServerContext* context, const grpc::ByteBuffer* request,
      grpc::ByteBuffer* response) override {
    return Read<v1::ListSupplyPointsRequest, v1::ListSupplyPointsResponse>(
        {gate_, "SupplyPointService/ListSupplyPoints", context, request,
         response},
        [this](const v1::ListSupplyPointsRequest& r, const core::Caller&) {
          return core_.List(r);
        });
  }

  grpc::ServerUnaryReactor* UpdateSupplyPoint(
      grpc::CallbackServerContext* context, const grpc::ByteBuffer* request,
      grpc::ByteBuffer* response) override {
    return Write<v1::UpdateSupplyPointRequest>(
        {gate_, "SupplyPointService/UpdateSupplyPoint", context, request,
         response},
        [this](const v1::UpdateSupplyPointRequest& r,
               const core::Caller& caller, core::ReplyDone done) {
          core_.Update(r, caller, std::move(done));
        });
  }

  grpc::ServerUnaryReactor* DeleteSupplyPoint(
      grpc::CallbackServerContext* context, const grpc::ByteBuffer* request,
      grpc::ByteBuffer* response) override {
    return Write<v1::DeleteSupplyPointRequest>(
        {gate_, "SupplyPointService/DeleteSupplyPoint", context, request,
         response},
        [this](const v1::DeleteSupplyPointRequest& r,
               const core::Caller& caller, core::ReplyDone done) {
          core_.Delete(r, caller, std::move(done));
        });
  }

  grpc::ServerUnaryReactor* ReportAvailability(
      grpc::CallbackServerContext* context, const grpc::ByteBuffer* request,
      grpc::ByteBuffer* response) override {
    return Write<v1::ReportAvailabilityRequest>(
        {gate_, "SupplyPointService/ReportAvailability", context, request,
         response},
        [this](const v1::ReportAvailabilityRequest& r,
               const core::Caller& caller, core::ReplyDone done) {
          core_.Report(r, caller, std::move(done));
        });
  }

 private:
  core::SupplyPointService& core_;
  const Gate* const gate_;
};

}  // namespace

std::unique_ptr<grpc::Service> MakeSupplyPointService(
    core::SupplyPointService* core, const Gate* gate) {
  return std::make_unique<Edge>(core, gate);
}

}  // namespace xom::edge
