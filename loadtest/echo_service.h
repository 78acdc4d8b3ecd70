#ifndef XOM_LOADTEST_ECHO_SERVICE_H_
#define XOM_LOADTEST_ECHO_SERVICE_H_

#include <grpcpp/impl/service_type.h>

#include <memory>
#include <string>

namespace xom::loadtest {

// Sets what Echo answers, to its request; answers nothing.
inline constexpr char kSetReply[] = "/xom.loadtest.EchoService/SetReply";
// Answers the bytes of the last SetReply, whatever it is sent.
inline constexpr char kEcho[] = "/xom.loadtest.EchoService/Echo";
// Answers the same, once what a post keeps is in a plain RocksDB store and
// synced; those who wait at the same time share the fsync.
inline constexpr char kEchoStored[] = "/xom.loadtest.EchoService/EchoStored";
// A stream that sends one empty message, and then nothing but what kEchoShown
// says, until the client goes.
inline constexpr char kHold[] = "/xom.loadtest.EchoService/Hold";
// As kEchoStored, and sends the message of its ShowRequest to the streams of
// kHold that it names: what a post would cost if it were known beforehand who
// is to see it. By gRPC's callback interface, as most servers would.
inline constexpr char kEchoShown[] = "/xom.loadtest.EchoService/EchoShown";

// The floor under the calls of the server: what gRPC alone costs with requests
// and replies of the same size, on the same threads, without so much as a copy;
// what that and RocksDB cost together; what an open stream costs, and a message
// to it. The store is in `directory`.
std::unique_ptr<grpc::Service> MakeEchoService(const std::string& directory);

}  // namespace xom::loadtest

#endif  // XOM_LOADTEST_ECHO_SERVICE_H_
