#ifndef XOM_SERVICES_EDGE_GATE_H_
#define XOM_SERVICES_EDGE_GATE_H_

#include <grpcpp/server_context.h>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "google/protobuf/message.h"
#include "services/core/authenticator.h"
#include "services/core/authorizer.h"
#include "services/core/call_limits.h"
#include "services/edge/call_log.h"

namespace xom::edge {

// What every call passes before it reaches the core: who calls, whether they
// may, and whether they did so too often. Thread-safe.
class Gate {
 public:
  // All outlive the gate.
  Gate(const core::Authenticator* authenticator,
       const core::Authorizer* authorizer, core::CallLimits* limits,
       CallLog* log)
      : authenticator_(*authenticator),
        authorizer_(*authorizer),
        limits_(*limits),
        log_(*log) {}

  // Who makes the call, when they may make it; else the errors of
  // Authenticator::Authenticate, Authorizer::Authorize and CallLimits::Admit.
  absl::StatusOr<core::Caller> Admit(
      absl::string_view method, const grpc::ServerContextBase& context,
      const google::protobuf::Message& request) const;

  CallLog& log() const { return log_; }

 private:
  const core::Authenticator& authenticator_;
  const core::Authorizer& authorizer_;
  core::CallLimits& limits_;
  CallLog& log_;
};

}  // namespace xom::edge

#endif  // XOM_SERVICES_EDGE_GATE_H_
