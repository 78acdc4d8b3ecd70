#ifndef XOM_SERVICES_EDGE_VERIFICATION_SERVICE_H_
#define XOM_SERVICES_EDGE_VERIFICATION_SERVICE_H_

#include <grpcpp/impl/service_type.h>

#include <memory>

#include "services/core/verification_service.h"
#include "services/edge/gate.h"

namespace xom::edge {

// xom.v1.VerificationService on the wire. Both outlive it.
std::unique_ptr<grpc::Service> MakeVerificationService(
    core::VerificationService* core, const Gate* gate);

}  // namespace xom::edge

#endif  // XOM_SERVICES_EDGE_VERIFICATION_SERVICE_H_
