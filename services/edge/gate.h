#ifndef XOM_SERVICES_EDGE_GATE_H_
#define XOM_SERVICES_EDGE_GATE_H_

#include <grpcpp/server_context.h>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "google/protobuf/message.h"
#include "services/core/authenticator.h"
#include "services/core/authorizer.h"
#include "services/edge/call_log.h"

namespace xom::edge {

// What every call passes before it reaches the core: who calls, and whether
// they may. Thread-safe.
class Gate {
 public:
  // All outlive the gate.
  Gate(const core::Authenticator* authenticator,
       const core::Authorizer* authorizer, CallLog* log)
      : authenticator_(*authenticator), authorizer_(*authorizer), log_(*log) {}

  // Who makes the call, when they may make it; else the errors of
  // Authenticator::Authenticate and Authorizer::Authorize.
  absl::StatusOr<core::Caller> Admit(
      absl::string_view method, const grpc::ServerContextBase& context,
      const google::protobuf::Message& request) const;

  CallLog& log() const { return log_; }

 private:
  const core::Authenticator& authenticator_;
  const core::Authorizer& authorizer_;
  CallLog& log_;
};

}  // namespace xom::edge

#endif  // XOM_SERVICES_EDGE_GATE_H_
