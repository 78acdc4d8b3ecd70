#ifndef XOM_LOADTEST_RAW_CALLER_H_
#define XOM_LOADTEST_RAW_CALLER_H_

#include <grpcpp/channel.h>
#include <grpcpp/generic/generic_stub.h>
#include <grpcpp/support/byte_buffer.h>
#include <grpcpp/support/status.h>

#include <atomic>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "google/protobuf/message.h"

namespace xom::loadtest {

// The bytes of a request, made once and sent often.
grpc::ByteBuffer ToBytes(const google::protobuf::Message& message);
std::string ToString(const grpc::ByteBuffer& bytes);

// Connections of their own to `address` (host:port): channels share one else.
std::vector<std::shared_ptr<grpc::Channel>> OpenChannels(
    const std::string& address, int connections);

// Calls unary methods with bytes that are there already, and does not look at
// the reply: the client costs as little as gRPC lets it. Calls go over the
// connections in turn.
//
// Thread-safe. Outlives its calls.
class RawCaller {
 public:
  // Called once, on a thread of gRPC.
  using Done = std::function<void(const grpc::Status& status,
                                  const grpc::ByteBuffer& reply)>;

  // To `address` (host:port), which must be there soon.
  RawCaller(const std::string& address, int connections);

  // Waits until all connections are open; UNAVAILABLE after ten seconds.
  absl::Status Connect();

  // Starts a call of `method`, such as "/xom.v1.NeedService/GetNeed". The
  // request is copied by reference.
  void Start(const std::string& method, const grpc::ByteBuffer& request,
             Done done);

  // A call and its reply, or the error of the server.
  absl::StatusOr<grpc::ByteBuffer> Call(const std::string& method,
                                        const grpc::ByteBuffer& request);

  // As Call, for messages. INTERNAL when the reply is not a Reply.
  template <typename Reply>
  absl::StatusOr<Reply> Ask(const std::string& method,
                            const google::protobuf::Message& request) {
    const auto bytes = Call(method, ToBytes(request));
    if (!bytes.ok()) return bytes.status();
    Reply reply;
    if (!reply.ParseFromString(ToString(*bytes))) {
      return absl::InternalError("the reply is not what was expected");
    }
    return reply;
  }

 private:
  struct Connection {
    std::shared_ptr<grpc::Channel> channel;
    std::unique_ptr<grpc::GenericStub> stub;
  };

  std::vector<Connection> connections_;
  std::atomic<size_t> next_ = 0;
};

}  // namespace xom::loadtest

#endif  // XOM_LOADTEST_RAW_CALLER_H_
