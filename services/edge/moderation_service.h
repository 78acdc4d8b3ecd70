#ifndef XOM_SERVICES_EDGE_MODERATION_SERVICE_H_
#define XOM_SERVICES_EDGE_MODERATION_SERVICE_H_

#include <grpcpp/impl/service_type.h>

#include <memory>

#include "services/core/moderation_service.h"
#include "services/edge/gate.h"

namespace xom::edge {

// xom.v1.ModerationService on the wire. Both outlive it.
std::unique_ptr<grpc::Service> MakeModerationService(
    core::ModerationService* core, const Gate* gate);

}  // namespace xom::edge

#endif  // XOM_SERVICES_EDGE_MODERATION_SERVICE_H_
