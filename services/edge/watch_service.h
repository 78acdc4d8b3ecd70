#ifndef XOM_SERVICES_EDGE_WATCH_SERVICE_H_
#define XOM_SERVICES_EDGE_WATCH_SERVICE_H_

#include <memory>

#include "services/core/watch_hub.h"
#include "services/core/watch_service.h"
#include "services/edge/gate.h"

namespace grpc {
class ServerBuilder;
}  // namespace grpc

namespace xom::edge {

// xom.v1.WatchService on the wire. Outlives the server.
class WatchServer {
 public:
  virtual ~WatchServer() = default;

  // The server has started: answers calls.
  virtual void Start() = 0;

  // Waits for the last of them. REQUIRES: the server was shut down, or was
  // never started.
  virtual void Stop() = 0;
};

// Adds the service to the server. All that is pointed to outlives it.
std::unique_ptr<WatchServer> AddWatchService(core::WatchService* core,
                                             core::WatchHub* hub,
                                             const Gate* gate,
                                             grpc::ServerBuilder* builder);

}  // namespace xom::edge

#endif  // XOM_SERVICES_EDGE_WATCH_SERVICE_H_
