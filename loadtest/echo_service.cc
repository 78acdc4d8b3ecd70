#include "loadtest/echo_service.h"

#include <grpcpp/server_context.h>
#include <grpcpp/support/byte_buffer.h>
#include <grpcpp/support/server_callback.h>

#include <mutex>
#include <utility>

#include "echo_service.grpc.pb.h"
#include "loadtest/plain_committer.h"
#include "loadtest/stream_holder.h"

namespace xom::loadtest {
namespace {

using WithSet =
    EchoService::WithRawCallbackMethod_SetReply<EchoService::Service>;
using WithEcho = EchoService::WithRawCallbackMethod_Echo<WithSet>;
using WithStored = EchoService::WithRawCallbackMethod_EchoStored<WithEcho>;
using WithHold = EchoService::WithRawCallbackMethod_Hold<WithStored>;
using WithAll = EchoService::WithRawCallbackMethod_EchoShown<WithHold>;

class Echoing final : public WithAll {
 public:
  explicit Echoing(const std::string& directory)
      : committer_(directory + "/echo_store") {}

  grpc::ServerUnaryReactor* SetReply(grpc::CallbackServerContext* context,
                                     const grpc::ByteBuffer* request,
                                     grpc::ByteBuffer* response) override {
    *response = grpc::ByteBuffer(nullptr, 0);
    grpc::Slice bytes;  // in one piece, as the server makes its own replies
    if (request->DumpToSingleSlice(&bytes).ok()) {
      std::lock_guard<std::mutex> lock(mu_);
      reply_ = grpc::ByteBuffer(&bytes, 1);
    }
    return Finish(context);
  }

  grpc::ServerUnaryReactor* Echo(grpc::CallbackServerContext* context,
                                 const grpc::ByteBuffer*,
                                 grpc::ByteBuffer* response) override {
    Reply(response);
    return Finish(context);
  }

  grpc::ServerUnaryReactor* EchoStored(grpc::CallbackServerContext* context,
                                       const grpc::ByteBuffer*,
                                       grpc::ByteBuffer* response) override {
    Reply(response);
    grpc::ServerUnaryReactor* reactor = context->DefaultReactor();
    committer_.Commit([reactor] { reactor->Finish(grpc::Status::OK); });
    return reactor;
  }

  grpc::ServerWriteReactor<grpc::ByteBuffer>* Hold(
      grpc::CallbackServerContext*, const grpc::ByteBuffer*) override {
    return held_.Open();
  }

  grpc::ServerUnaryReactor* EchoShown(grpc::CallbackServerContext* context,
                                      const grpc::ByteBuffer* request,
                                      grpc::ByteBuffer* response) override {
    grpc::ServerUnaryReactor* reactor = context->DefaultReactor();
    grpc::Slice bytes;
    ShowRequest show;
    if (!request->DumpToSingleSlice(&bytes).ok() ||
        !show.ParseFromArray(bytes.begin(), static_cast<int>(bytes.size()))) {
      reactor->Finish({grpc::StatusCode::INVALID_ARGUMENT, "no ShowRequest"});
      return reactor;
    }
    Reply(response);
    // First the watches and then who posted, as the server has it.
    committer_.Commit([this, reactor, show = std::move(show)]() mutable {
      if (show.streams_size() > 0) held_.Send(std::move(show));
      reactor->Finish(grpc::Status::OK);
    });
    return reactor;
  }

 private:
  static grpc::ServerUnaryReactor* Finish(
      grpc::CallbackServerContext* context) {
    grpc::ServerUnaryReactor* reactor = context->DefaultReactor();
    reactor->Finish(grpc::Status::OK);
    return reactor;
  }

  void Reply(grpc::ByteBuffer* response) {
    std::lock_guard<std::mutex> lock(mu_);
    *response = reply_;
  }

  std::mutex mu_;
  grpc::ByteBuffer reply_;  // guarded by mu_
  StreamHolder held_;
  PlainCommitter committer_;
};

}  // namespace

std::unique_ptr<grpc::Service> MakeEchoService(const std::string& directory) {
  return std::make_unique<Echoing>(directory);
}

}  // namespace xom::loadtest
