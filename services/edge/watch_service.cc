#include "services/edge/watch_service.h"

#include <utility>

#include "services/edge/unary_call.h"
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
  Edge(core::WatchService* core, core::WatchHub* hub, const Gate* gate)
      : core_(*core), hub_(hub), gate_(gate) {}

  Reactor* WatchNearestNeeds(grpc::CallbackServerContext* context,
                             const grpc::ByteBuffer* buffer) override {
    constexpr absl::string_view kMethod = "WatchService/WatchNearestNeeds";
    v1::WatchNearestNeedsRequest request;
    const absl::Status status =
        Admit({gate_, kMethod, context, buffer, nullptr}, &request).status();
    return WatchStream::Start(
        hub_, &gate_->log(), kMethod,
        status.ok() ? core_.WatchNearestNeeds(request) : status, context);
  }

  Reactor* WatchRegion(grpc::CallbackServerContext* context,
                       const grpc::ByteBuffer* buffer) override {
    constexpr absl::string_view kMethod = "WatchService/WatchRegion";
    v1::WatchRegionRequest request;
    const absl::Status status =
        Admit({gate_, kMethod, context, buffer, nullptr}, &request).status();
    return WatchStream::Start(hub_, &gate_->log(), kMethod,
                              status.ok() ? core_.WatchRegion(request) : status,
                              context);
  }

 private:
  const core::WatchService& core_;
  core::WatchHub* const hub_;
  const Gate* const gate_;
};

}  // namespace

std::unique_ptr<grpc::Service> MakeWatchService(core::WatchService* core,
                                                core::WatchHub* hub,
                                                const Gate* gate) {
  return std::make_unique<Edge>(core, hub, gate);
}

}  // namespace xom::edge
