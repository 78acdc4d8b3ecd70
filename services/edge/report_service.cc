#include "services/edge/report_service.h"

#include "services/edge/unary_call.h"
#include "xom/v1/report_service.grpc.pb.h"

namespace xom::edge {
namespace {

using Service = v1::ReportService;

using WithAll = Service::WithRawCallbackMethod_CreateReport<Service::Service>;

class Edge final : public WithAll {
 public:
  Edge(core::ReportService* core, const Gate* gate)
      : core_(*core), gate_(gate) {}

  grpc::ServerUnaryReactor* CreateReport(grpc::CallbackServerContext* context,
                                         const grpc::ByteBuffer* request,
                                         grpc::ByteBuffer* response) override {
    return Write<v1::CreateReportRequest>(
        {gate_, "ReportService/CreateReport", context, request, response},
        [this](const v1::CreateReportRequest& r, const core::Caller& caller,
               core::ReplyDone done) {
          core_.Create(r, caller, std::move(done));
        });
  }

 private:
  core::ReportService& core_;
  const Gate* const gate_;
};

}  // namespace

std::unique_ptr<grpc::Service> MakeReportService(core::ReportService* core,
                                                 const Gate* gate) {
  return std::make_unique<Edge>(core, gate);
}

}  // namespace xom::edge
