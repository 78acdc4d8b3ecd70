// A unary call from the wire to the answer: parse, pass the gate, call the
// core, map the error, log. What every method of every service does is here
// once.
#ifndef XOM_SERVICES_EDGE_UNARY_CALL_H_
#define XOM_SERVICES_EDGE_UNARY_CALL_H_

#include <grpcpp/impl/codegen/server_callback.h>
#include <grpcpp/server_context.h>
#include <grpcpp/support/byte_buffer.h>

#include <functional>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "services/core/writer.h"
#include "services/edge/gate.h"
#include "services/edge/grpc_status.h"
#include "services/edge/request_parser.h"

namespace xom::edge {

// What gRPC hands to a method, and how the method is called in the log.
struct UnaryCall {
  const Gate* gate;
  absl::string_view method;
  grpc::CallbackServerContext* context;
  const grpc::ByteBuffer* request;
  grpc::ByteBuffer* response;
};

// Who calls, with what; or why it goes no further.
inline absl::StatusOr<core::Caller> Admit(const UnaryCall& call,
                                          google::protobuf::Message* request) {
  if (absl::Status status = ParseRequest(*call.request, request);
      !status.ok()) {
    return status;
  }
  return call.gate->Admit(call.method, *call.context, *request);
}

// Answers a call that reads: the answer is there when `read` returns.
template <typename Request, typename Reply>
grpc::ServerUnaryReactor* Read(
    const UnaryCall& call,
    const std::function<absl::StatusOr<Reply>(const Request&,
                                              const core::Caller&)>& read) {
  const absl::Time start = absl::Now();
  grpc::ServerUnaryReactor* reactor = call.context->DefaultReactor();
  Request request;
  const absl::StatusOr<core::Caller> caller = Admit(call, &request);
  absl::Status status = caller.status();
  if (status.ok()) {
    absl::StatusOr<Reply> reply = read(request, *caller);
    status = reply.status();
    if (status.ok()) *call.response = ToByteBuffer(*std::move(reply));
  }
  call.gate->log().Call(call.method, status, absl::Now() - start);
  reactor->Finish(ToGrpcStatus(status));
  return reactor;
}

// Answers a call that writes: the answer comes later, from the committer
// thread. It is sent also when the client has gone: the change was made.
template <typename Request>
grpc::ServerUnaryReactor* Write(
    const UnaryCall& call,
    const std::function<void(const Request&, const core::Caller&,
                             core::ReplyDone)>& write) {
  const absl::Time start = absl::Now();
  grpc::ServerUnaryReactor* reactor = call.context->DefaultReactor();
  auto done = [reactor, start, log = &call.gate->log(), method = call.method,
               response = call.response](absl::StatusOr<std::string> reply) {
    const absl::Status status = reply.status();
    if (status.ok()) *response = ToByteBuffer(*std::move(reply));
    log->Call(method, status, absl::Now() - start);
    reactor->Finish(ToGrpcStatus(status));
  };
  Request request;
  if (const auto caller = Admit(call, &request); !caller.ok()) {
    done(caller.status());
  } else {
    write(request, *caller, std::move(done));
  }
  return reactor;
}

}  // namespace xom::edge

#endif  // XOM_SERVICES_EDGE_UNARY_CALL_H_
