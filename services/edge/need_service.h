#ifndef XOM_SERVICES_EDGE_NEED_SERVICE_H_
#define XOM_SERVICES_EDGE_NEED_SERVICE_H_

#include <grpcpp/impl/service_type.h>

#include <memory>

#include "services/core/need_service.h"
#include "services/core/reveal_service.h"
#include "services/edge/gate.h"

namespace xom::edge {

// xom.v1.NeedService on the wire. All outlive it.
std::unique_ptr<grpc::Service> MakeNeedService(core::NeedService* core,
                                               core::RevealService* reveals,
                                               const Gate* gate);

}  // namespace xom::edge

#endif  // XOM_SERVICES_EDGE_NEED_SERVICE_H_
