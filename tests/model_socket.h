#ifndef XOM_TESTS_MODEL_SOCKET_H_
#define XOM_TESTS_MODEL_SOCKET_H_

#include <grpcpp/grpcpp.h>

#include <memory>
#include <thread>

#include "absl/status/status.h"
#include "tests/model_follower.h"
#include "xom/v1/watch_service.grpc.pb.h"

namespace xom::tests {

// A gRPC status as an absl::Status of the same code and message.
absl::Status ToAbsl(const grpc::Status& status);

// Opens the stream of the follower's next request.
std::unique_ptr<grpc::ClientReader<v1::WatchNearestNeedsResponse>> OpenReader(
    v1::WatchService::Stub& stub, grpc::ClientContext* context,
    const v1::WatchNearestNeedsRequest& request);
std::unique_ptr<grpc::ClientReader<v1::WatchRegionResponse>> OpenReader(
    v1::WatchService::Stub& stub, grpc::ClientContext* context,
    const v1::WatchRegionRequest& request);

// A stream through the socket, read on a thread of its own.
template <typename FollowerType>
class SocketStream {
 public:
  SocketStream(std::shared_ptr<grpc::Channel> channel, FollowerType* follower)
      : stub_(v1::WatchService::NewStub(channel)),
        reader_(OpenReader(*stub_, &context_, follower->NextRequest())),
        thread_([this, follower] { Read(follower); }) {}
  // Cuts the stream.
  ~SocketStream() {
    context_.TryCancel();
    thread_.join();
  }

  // Of the end, once the follower ended.
  const grpc::Status& status() const { return status_; }

 private:
  void Read(FollowerType* follower) {
    typename FollowerType::Message message;
    while (reader_->Read(&message)) follower->Feed(message);
    status_ = reader_->Finish();
    follower->End(ToAbsl(status_));
  }

  grpc::ClientContext context_;
  std::unique_ptr<v1::WatchService::Stub> stub_;
  std::unique_ptr<grpc::ClientReader<typename FollowerType::Message>> reader_;
  grpc::Status status_;
  std::thread thread_;
};

}  // namespace xom::tests

#endif  // XOM_TESTS_MODEL_SOCKET_H_
