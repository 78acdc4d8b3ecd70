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
  Edge(core::SupplyPointService* core, CallLog* log)
      : core_(*core), log_(log) {}

  grpc::ServerUnaryReactor* CreateSupplyPoint(
      grpc::CallbackServerContext* context, const grpc::ByteBuffer* request,
      grpc::ByteBuffer* response) override {
    return Write<v1::CreateSupplyPointRequest>(
        {log_, "SupplyPointService/CreateSupplyPoint", context, request,
         response},
        [this](const v1::CreateSupplyPointRequest& r, core::ReplyDone done) {
          core_.Create(r, std::move(done));
        });
  }

  grpc::ServerUnaryReactor* GetSupplyPoint(
      grpc::CallbackServerContext* context, const grpc::ByteBuffer* request,
      grpc::ByteBuffer* response) override {
    return Read<v1::GetSupplyPointRequest, v1::SupplyPoint>(
        {log_, "SupplyPointService/GetSupplyPoint", context, request, response},
        [this](const v1::GetSupplyPointRequest& r) { return core_.Get(r); });
  }

  grpc::ServerUnaryReactor* ListSupplyPoints(
      grpc::CallbackServerContext* context, const grpc::ByteBuffer* request,
      grpc::ByteBuffer* response) override {
    return Read<v1::ListSupplyPointsRequest, v1::ListSupplyPointsResponse>(
        {log_, "SupplyPointService/ListSupplyPoints", context, request,
         response},
        [this](const v1::ListSupplyPointsRequest& r) { return core_.List(r); });
  }

  grpc::ServerUnaryReactor* UpdateSupplyPoint(
      grpc::CallbackServerContext* context, const grpc::ByteBuffer* request,
      grpc::ByteBuffer* response) override {
    return Write<v1::UpdateSupplyPointRequest>(
        {log_, "SupplyPointService/UpdateSupplyPoint", context, request,
         response},
        [this](const v1::UpdateSupplyPointRequest& r, core::ReplyDone done) {
          core_.Update(r, std::move(done));
        });
  }

  grpc::ServerUnaryReactor* DeleteSupplyPoint(
      grpc::CallbackServerContext* context, const grpc::ByteBuffer* request,
      grpc::ByteBuffer* response) override {
    return Write<v1::DeleteSupplyPointRequest>(
        {log_, "SupplyPointService/DeleteSupplyPoint", context, request,
         response},
        [this](const v1::DeleteSupplyPointRequest& r, core::ReplyDone done) {
          core_.Delete(r, std::move(done));
        });
  }

  grpc::ServerUnaryReactor* ReportAvailability(
      grpc::CallbackServerContext* context, const grpc::ByteBuffer* request,
      grpc::ByteBuffer* response) override {
    return Write<v1::ReportAvailabilityRequest>(
        {log_, "SupplyPointService/ReportAvailability", context, request,
         response},
        [this](const v1::ReportAvailabilityRequest& r, core::ReplyDone done) {
          core_.Report(r, std::move(done));
        });
  }

 private:
  core::SupplyPointService& core_;
  CallLog* const log_;
};

}  // namespace

std::unique_ptr<grpc::Service> MakeSupplyPointService(
    core::SupplyPointService* core, CallLog* log) {
  return std::make_unique<Edge>(core, log);
}

}  // namespace xom::edge
