#ifndef XOM_SERVICES_EDGE_GRPC_STATUS_H_
#define XOM_SERVICES_EDGE_GRPC_STATUS_H_

#include <grpcpp/support/status.h>

#include "absl/status/status.h"

namespace xom::edge {

// The one place where an error becomes a gRPC status: its payloads become the
// details of a google.rpc.Status. An error that carries no ErrorInfo is a
// defect of ours: it becomes INTERNAL without its text, which is not for
// clients.
grpc::Status ToGrpcStatus(const absl::Status& status);

}  // namespace xom::edge

#endif  // XOM_SERVICES_EDGE_GRPC_STATUS_H_
