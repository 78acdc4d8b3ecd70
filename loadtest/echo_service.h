#ifndef XOM_LOADTEST_ECHO_SERVICE_H_
#define XOM_LOADTEST_ECHO_SERVICE_H_

#include <grpcpp/impl/service_type.h>

#include <memory>

namespace xom::loadtest {

// Sets what Echo answers, to its request; answers nothing.
inline constexpr char kSetReply[] = "/xom.loadtest.EchoService/SetReply";
// Answers the bytes of the last SetReply, whatever it is sent.
inline constexpr char kEcho[] = "/xom.loadtest.EchoService/Echo";

// The floor under every call of the server: what gRPC alone costs with requests
// and replies of the same size, on the same threads, without so much as a copy.
std::unique_ptr<grpc::Service> MakeEchoService();

}  // namespace xom::loadtest

#endif  // XOM_LOADTEST_ECHO_SERVICE_H_
