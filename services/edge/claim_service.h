#ifndef XOM_SERVICES_EDGE_CLAIM_SERVICE_H_
#define XOM_SERVICES_EDGE_CLAIM_SERVICE_H_

#include <grpcpp/impl/service_type.h>

#include <memory>

#include "services/core/claim_service.h"
#include "services/core/reveal_service.h"
#include "services/core/round_service.h"
#include "services/edge/gate.h"

namespace xom::edge {

// xom.v1.ClaimService on the wire. All outlive it.
std::unique_ptr<grpc::Service> MakeClaimService(core::ClaimService* core,
                                                core::RevealService* reveals,
                                                core::RoundService* rounds,
                                                const Gate* gate);

}  // namespace xom::edge

#endif  // XOM_SERVICES_EDGE_CLAIM_SERVICE_H_
