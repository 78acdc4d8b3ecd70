#include "services/edge/watch_service.h"

#include <grpcpp/server_builder.h>

#include <cstdlib>
#include <utility>

#include "services/edge/request_parser.h"
#include "services/edge/stream_queues.h"
#include "services/edge/watch_stream.h"
#include "xom/v1/watch_service.grpc.pb.h"

namespace xom::edge {
namespace {

using WithNearest = v1::WatchService::WithRawMethod_WatchNearestNeeds<
    v1::WatchService::Service>;
using WithAll = v1::WatchService::WithRawMethod_WatchRegion<WithNearest>;
using WatchOr = absl::StatusOr<std::unique_ptr<core::Watch>>;

// So many calls of a method are taken before the next must be asked for.
constexpr int kAwaitedCalls = 16;

// The place in the service of the method whose calls have such requests.
int IndexOf(const google::protobuf::Descriptor& request) {
  const auto& service = *request.file()->FindServiceByName("WatchService");
  for (int i = 0; i < service.method_count(); ++i) {
    if (service.method(i)->input_type() == &request) return i;
  }
  std::abort();  // there is none
}

// Asks for calls as the generated methods do, which are for gRPC's own writers.
class Service final : public WithAll {
 public:
  void Request(int method, WatchCall* call, grpc::CompletionQueue* queue,
               grpc::ServerCompletionQueue* incoming, void* tag) {
    RequestAsyncServerStreaming(method, &call->context, &call->request,
                                &call->writer, queue, incoming, tag);
  }
};

class Edge final : public WatchServer {
 public:
  Edge(core::WatchService* core, core::WatchHub* hub, const Gate* gate,
       grpc::ServerBuilder* builder)
      : core_(*core), gate_(*gate), queues_(builder) {
    nearest_ = Method<v1::WatchNearestNeedsRequest>(
        "WatchService/WatchNearestNeeds", hub,
        [this](const auto& r) { return core_.WatchNearestNeeds(r); });
    region_ = Method<v1::WatchRegionRequest>(
        "WatchService/WatchRegion", hub,
        [this](const auto& r) { return core_.WatchRegion(r); });
    builder->RegisterService(&service_);
  }

  void Start() override {
    queues_.Start();
    for (int i = 0; i < kAwaitedCalls; ++i) {
      WatchStream::Await(&nearest_);
      WatchStream::Await(&region_);
    }
  }

  void Stop() override { queues_.Stop(); }

 private:
  template <typename Request>
  WatchMethod Method(absl::string_view name, core::WatchHub* hub,
                     std::function<WatchOr(const Request&)> make) {
    WatchMethod method;
    method.name = name;
    method.hub = hub;
    method.log = &gate_.log();
    method.queues = &queues_;
    method.request = [this, index = IndexOf(*Request::descriptor())](
                         WatchCall* call, grpc::CompletionQueue* queue,
                         void* tag) {
      service_.Request(index, call, queue, queues_.incoming(), tag);
    };
    method.admit = [this, name,
                    make = std::move(make)](const WatchCall& call) -> WatchOr {
      Request request;
      absl::Status status = ParseRequest(call.request, &request);
      if (status.ok()) {
        status = gate_.Admit(name, call.context, request).status();
      }
      if (!status.ok()) return status;
      return make(request);
    };
    return method;
  }

  const core::WatchService& core_;
  const Gate& gate_;
  Service service_;
  WatchMethod nearest_;
  WatchMethod region_;
  StreamQueues queues_;  // first to go: its threads use all of the above
};

}  // namespace

std::unique_ptr<WatchServer> AddWatchService(core::WatchService* core,
                                             core::WatchHub* hub,
                                             const Gate* gate,
                                             grpc::ServerBuilder* builder) {
  return std::make_unique<Edge>(core, hub, gate, builder);
}

}  // namespace xom::edge
