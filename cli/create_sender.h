#ifndef XOM_CLI_CREATE_SENDER_H_
#define XOM_CLI_CREATE_SENDER_H_

#include <functional>
#include <memory>
#include <optional>
#include <utility>

#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "cli/import_pipeline.h"
#include "grpcpp/channel.h"
#include "grpcpp/client_context.h"

namespace xom::cli {

// Starts the create calls of a kind of resource over `channel`, each with
// `timeout` to end in. The channel lives as long as the task that this returns;
// a call no longer holds it when `done` is called, so that whoever waits for
// the calls may let go of it then.
template <typename Kind>
SendTask CreateSender(const std::shared_ptr<grpc::Channel>& channel,
                      absl::Duration timeout) {
  std::shared_ptr<typename Kind::Service::StubInterface> stub =
      Kind::Service::NewStub(channel);
  return [stub, timeout](const ImportTask& task,
                         std::function<void(const grpc::Status&)> done) {
    struct Call {
      std::optional<grpc::ClientContext> context;
      std::shared_ptr<const google::protobuf::Message> request;
      typename Kind::Resource reply;
    };
    auto call = std::make_shared<Call>();
    call->request = task.request;
    call->context.emplace().set_deadline(
        absl::ToChronoTime(absl::Now() + timeout));
    Call& started = *call;
    Kind::CreateAsync(
        *stub, &*started.context,
        static_cast<const typename Kind::CreateRequest*>(started.request.get()),
        &started.reply,
        [call = std::move(call),
         done = std::move(done)](const grpc::Status& status) {
          // The context holds the channel. Were it the last to, gRPC would end
          // this very thread of its own from itself, and abort. Not `call`
          // alone: who started it may not have returned yet, and has a copy.
          call->context.reset();
          done(status);
        });
  };
}

}  // namespace xom::cli

#endif  // XOM_CLI_CREATE_SENDER_H_
