#include "services/edge/watch_service.h"

#include <utility>

#include "services/edge/request_parser.h"
#include "services/edge/watch_stream.h"
#include "xom/v1/watch_service.grpc.pb.h"

namespace xom::edge {
namespace {

using Service = v1::WatchService;
using Reactor = grpc::ServerWriteReactor<grpc::ByteBuffer>;

using WithNearest =
    Service::WithRawCallbackMethod_WatchNearestNeeds<Service::Service>;
using WithAll = Service::WithRawCallbackMethod_WatchRegion<WithNearest>;

class Edge final : public WithAll {
 public:
  Edge(core::WatchService* core, core::WatchHub* hub, CallLog* log)
      : core_(*core), hub_(hub), log_(log) {}

  Reactor* WatchNearestNeeds(grpc::CallbackServerContext* context,
                             const grpc::ByteBuffer* buffer) override {
    v1::WatchNearestNeedsRequest request;
    const absl::Status status = ParseRequest(*buffer, &request);
    return WatchStream::Start(
        hub_, log_, "WatchService/WatchNearestNeeds",
        status.ok() ? core_.WatchNearestNeeds(request) : status, context);
  }

  Reactor* WatchRegion(grpc::CallbackServerContext* context,
                       const grpc::ByteBuffer* buffer) override {
    v1::WatchRegionRequest request;
    const absl::Status status = ParseRequest(*buffer, &request);
    return WatchStream::Start(hub_, log_, "WatchService/WatchRegion",
                              status.ok() ? core_.WatchRegion(request) : status,
                              context);
  }

 private:
  const core::WatchService& core_;
  core::WatchHub* const hub_;
  CallLog* const log_;
};

}  // namespace

std::unique_ptr<grpc::Service> MakeWatchService(core::WatchService* core,
                                                core::WatchHub* hub,
                                                CallLog* log) {
  return std::make_unique<Edge>(core, hub, log);
}

}  // namespace xom::edge
