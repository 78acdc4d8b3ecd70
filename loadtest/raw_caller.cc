#include "loadtest/raw_caller.h"

#include <grpcpp/client_context.h>
#include <grpcpp/create_channel.h>
#include <grpcpp/security/credentials.h>
#include <grpcpp/support/channel_arguments.h>

#include <future>
#include <utility>

#include "absl/time/clock.h"

namespace xom::loadtest {
namespace {

constexpr absl::Duration kConnectTimeout = absl::Seconds(10);
// Longer than any stall that a run should see; a bound on a hanging server.
constexpr absl::Duration kCallTimeout = absl::Seconds(60);
constexpr int kMaxReplyBytes = 64 << 20;

struct Call {
  grpc::ClientContext context;
  grpc::ByteBuffer request;
  grpc::ByteBuffer reply;
};

}  // namespace

grpc::ByteBuffer ToBytes(const google::protobuf::Message& message) {
  const grpc::Slice slice(message.SerializeAsString());
  return grpc::ByteBuffer(&slice, 1);
}

std::string ToString(const grpc::ByteBuffer& bytes) {
  grpc::Slice slice;
  if (!bytes.DumpToSingleSlice(&slice).ok()) return "";
  return std::string(slice.begin(), slice.end());
}

std::vector<std::shared_ptr<grpc::Channel>> OpenChannels(
    const std::string& address, int connections) {
  grpc::ChannelArguments arguments;
  arguments.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);
  arguments.SetMaxReceiveMessageSize(kMaxReplyBytes);
  std::vector<std::shared_ptr<grpc::Channel>> channels;
  for (int i = 0; i < connections; ++i) {
    channels.push_back(grpc::CreateCustomChannel(
        address, grpc::InsecureChannelCredentials(), arguments));
  }
  return channels;
}

RawCaller::RawCaller(const std::string& address, int connections) {
  for (const auto& channel : OpenChannels(address, connections)) {
    connections_.push_back(
        {channel, std::make_unique<grpc::GenericStub>(channel)});
  }
}

absl::Status RawCaller::Connect() {
  const auto deadline = absl::ToChronoTime(absl::Now() + kConnectTimeout);
  for (const Connection& connection : connections_) {
    if (!connection.channel->WaitForConnected(deadline)) {
      return absl::UnavailableError("the server does not answer");
    }
  }
  return absl::OkStatus();
}

void RawCaller::Start(const std::string& method,
                      const grpc::ByteBuffer& request, Done done) {
  auto call = std::make_shared<loadtest::Call>();
  call->context.set_deadline(absl::ToChronoTime(absl::Now() + kCallTimeout));
  call->request = request;
  loadtest::Call& started = *call;
  connections_[next_++ % connections_.size()].stub->UnaryCall(
      &started.context, method, {}, &started.request, &started.reply,
      [call = std::move(call),
       done = std::move(done)](const grpc::Status& status) mutable {
        const grpc::ByteBuffer reply = std::move(call->reply);
        // The context holds the channel, and who waits for this call may let go
        // of the caller: gRPC's thread must not be the last to hold it.
        call.reset();
        done(status, reply);
      });
}

absl::StatusOr<grpc::ByteBuffer> RawCaller::Call(
    const std::string& method, const grpc::ByteBuffer& request) {
  std::promise<absl::StatusOr<grpc::ByteBuffer>> answer;
  Start(method, request,
        [&answer](const grpc::Status& status, const grpc::ByteBuffer& reply) {
          if (status.ok()) {
            answer.set_value(reply);
          } else {
            answer.set_value(
                absl::Status(static_cast<absl::StatusCode>(status.error_code()),
                             status.error_message()));
          }
        });
  return answer.get_future().get();
}

}  // namespace xom::loadtest
