#ifndef XOM_TESTS_API_CLIENT_H_
#define XOM_TESTS_API_CLIENT_H_

#include <grpcpp/channel.h>
#include <grpcpp/support/status.h>
#include <gtest/gtest.h>

#include <map>
#include <memory>
#include <string>
#include <utility>

#include "google/protobuf/message.h"
#include "tests/test_server.h"

namespace xom::tests {

// What came back of a call: its bytes when it succeeded.
struct WireAnswer {
  grpc::Status status;
  std::string reply;
};

// A reply, or the status of a call without one.
template <typename Reply>
struct Answer {
  grpc::Status status;
  Reply reply;
};

// The method that takes that message, such as `/xom.v1.NeedService/GetNeed`: no
// two methods of the API share a request.
std::string MethodOf(const google::protobuf::Message& request);

// Calls any method of the API by the type of its request, over one connection.
//
//   ApiClient client(server);
//   v1::GetNeedRequest request;
//   request.set_name("needs/rice");
//   v1::Need need = client.Must<v1::Need>(request);
class ApiClient {
 public:
  explicit ApiClient(const TestServer& server)
      : channel_(server.NewChannel()) {}
  explicit ApiClient(std::shared_ptr<grpc::Channel> channel)
      : channel_(std::move(channel)) {}

  // As the wire has it: whatever bytes to whatever method. A stream that
  // succeeds never ends here.
  WireAnswer CallBytes(const std::string& method,
                       const std::string& request) const;

  // The same connection, with these headers on each call.
  ApiClient WithMetadata(std::map<std::string, std::string> metadata) const {
    ApiClient other = *this;
    other.metadata_ = std::move(metadata);
    return other;
  }

  // Signed in with that token.
  ApiClient WithToken(const std::string& token) const {
    return WithMetadata({{"authorization", "Bearer " + token}});
  }

  // The status alone.
  grpc::Status Call(const google::protobuf::Message& request) const;

  template <typename Reply>
  Answer<Reply> Ask(const google::protobuf::Message& request) const {
    const WireAnswer answer =
        CallBytes(MethodOf(request), request.SerializeAsString());
    Reply reply;
    EXPECT_TRUE(reply.ParseFromString(answer.reply));
    return {answer.status, reply};
  }

  // Fails the test when the call does.
  template <typename Reply>
  Reply Must(const google::protobuf::Message& request) const {
    Answer<Reply> answer = Ask<Reply>(request);
    EXPECT_TRUE(answer.status.ok())
        << answer.status.error_message() << " of " << MethodOf(request) << " { "
        << request.ShortDebugString() << " }";
    return std::move(answer.reply);
  }

  const std::shared_ptr<grpc::Channel>& channel() const { return channel_; }

 private:
  std::shared_ptr<grpc::Channel> channel_;
  std::map<std::string, std::string> metadata_;
};

// A server of its own and a client of it.
class ApiTest : public testing::Test {
 protected:
  explicit ApiTest(
      edge::ServerOptions options = {},
      edge::CallLog::Verbosity log = edge::CallLog::Verbosity::kSilent)
      : server_(std::move(options), log), client_(server_) {}

  void Restart() {
    server_.Restart();
    client_ = ApiClient(server_);
  }

  storage::Revision revision() { return server_.server().ledger().revision(); }

  template <typename Reply>
  Reply Must(const google::protobuf::Message& request) const {
    return client_.Must<Reply>(request);
  }
  grpc::Status Call(const google::protobuf::Message& request) const {
    return client_.Call(request);
  }

  TestServer server_;
  ApiClient client_;
};

// The message that protobuf's text format describes; `text` may leave out
// quotes' escapes and stand over several lines.
template <typename M>
M FromText(const std::string& text);

// Adds to `message` what `text` says, as protobuf merges. Fails the test when
// it is not a text of that type.
void MergeText(const std::string& text, google::protobuf::Message* message);

template <typename M>
M FromText(const std::string& text) {
  M message;
  MergeText(text, &message);
  return message;
}

// How many ErrorInfos an error carries; each has to carry one.
int CountErrorInfos(const grpc::Status& status);

// The metadata of the ErrorInfo under that key; "" when there is none.
std::string MetadataOf(const grpc::Status& status, const std::string& key);

// The name in the ResourceInfo; "" when there is none.
std::string ResourceOf(const grpc::Status& status);

// The seconds in the RetryInfo; 0 when there is none.
int64_t RetrySecondsOf(const grpc::Status& status);

// All that the lists show, as text: equal before and after when nothing was
// stored.
std::string Everything(const ApiClient& client);

}  // namespace xom::tests

#endif  // XOM_TESTS_API_CLIENT_H_
