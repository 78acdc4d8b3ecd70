#ifndef XOM_SERVICES_EDGE_WATCH_SERVICE_H_
#define XOM_SERVICES_EDGE_WATCH_SERVICE_H_

#include <grpcpp/impl/service_type.h>

#include <memory>

#include "services/core/watch_hub.h"
#include "services/core/watch_service.h"
#include "services/edge/gate.h"

namespace xom::edge {

// xom.v1.WatchService on the wire. All outlive it.
std::unique_ptr<grpc::Service> MakeWatchService(core::WatchService* core,
                                                core::WatchHub* hub,
                                                const Gate* gate);

}  // namespace xom::edge

#endif  // XOM_SERVICES_EDGE_WATCH_SERVICE_H_
