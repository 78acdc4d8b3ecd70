// The server around the API: reflection, health, stopping, connections.

#include <grpc/health/v1/health.grpc.pb.h>
#include <grpcpp/generic/generic_stub.h>
#include <grpcpp/grpcpp.h>

#include <set>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "google/protobuf/descriptor.h"
#include "google/protobuf/dynamic_message.h"
#include "services/core/limits.h"
#include "services/edge/stream_queues.h"
#include "tests/api_client.h"

namespace xom::tests {
namespace {

using grpc::health::v1::Health;
using grpc::health::v1::HealthCheckRequest;
using grpc::health::v1::HealthCheckResponse;

constexpr char kServices[][32] = {
    "grpc.health.v1.Health", "xom.v1.CategoryService",
    "xom.v1.MatchService",   "xom.v1.NeedService",
    "xom.v1.OfferService",   "xom.v1.SupplyPointService",
    "xom.v1.WatchService"};

using ServerTest = ApiTest;

v1::WatchNearestNeedsRequest WatchRequest() {
  return FromText<v1::WatchNearestNeedsRequest>(
      "point { latitude: 10 longitude: 106 } k: 3");
}

// One open watch.
struct Watcher {
  Watcher(const std::shared_ptr<grpc::Channel>& channel)
      : stub(v1::WatchService::NewStub(channel)),
        reader(stub->WatchNearestNeeds(&context, WatchRequest())) {}

  std::unique_ptr<v1::WatchService::Stub> stub;
  grpc::ClientContext context;
  std::unique_ptr<grpc::ClientReader<v1::WatchNearestNeedsResponse>> reader;
  v1::WatchNearestNeedsResponse message;
};

// One question to server reflection, whose messages have no header here: their
// descriptors come with the server.
class ReflectionMessages {
 public:
  std::unique_ptr<google::protobuf::Message> New(const std::string& name) {
    const auto* descriptor =
        google::protobuf::DescriptorPool::generated_pool()
            ->FindMessageTypeByName("grpc.reflection.v1alpha." + name);
    EXPECT_NE(descriptor, nullptr);
    return std::unique_ptr<google::protobuf::Message>(
        google::protobuf::MessageFactory::generated_factory()
            ->GetPrototype(descriptor)
            ->New());
  }

  // The answer as text.
  std::string Ask(const ApiClient& client, const std::string& question) {
    const auto request = New("ServerReflectionRequest");
    MergeText(question, request.get());
    grpc::GenericStub stub(client.channel());
    grpc::ClientContext context;
    grpc::CompletionQueue queue;
    auto call = stub.PrepareCall(
        &context,
        "/grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo",
        &queue);
    const auto wait = [&queue] {
      void* tag = nullptr;
      bool ok = false;
      return queue.Next(&tag, &ok) && ok;
    };
    call->StartCall(nullptr);
    EXPECT_TRUE(wait());
    const grpc::Slice slice(request->SerializeAsString());
    call->Write(grpc::ByteBuffer(&slice, 1), nullptr);
    EXPECT_TRUE(wait());
    grpc::ByteBuffer received;
    call->Read(&received, nullptr);
    EXPECT_TRUE(wait());
    call->WritesDone(nullptr);
    EXPECT_TRUE(wait());
    grpc::Status status;
    call->Finish(&status, nullptr);
    EXPECT_TRUE(wait());
    grpc::Slice answer;
    EXPECT_TRUE(received.DumpToSingleSlice(&answer).ok());
    const auto response = New("ServerReflectionResponse");
    EXPECT_TRUE(response->ParseFromArray(answer.begin(),
                                         static_cast<int>(answer.size())));
    return response->DebugString();
  }
};

TEST_F(ServerTest, ReflectionListsEveryServiceWithItsDescriptor) {
  ReflectionMessages reflection;
  const std::string list = reflection.Ask(client_, "list_services: ''");
  for (const char* service : kServices) {
    EXPECT_NE(list.find(absl::StrCat("name: \"", service, "\"")),
              std::string::npos)
        << service << " in " << list;
    const std::string file = reflection.Ask(
        client_, absl::StrCat("file_containing_symbol: '", service, "'"));
    EXPECT_NE(file.find("file_descriptor_proto"), std::string::npos) << file;
  }
}

TEST_F(ServerTest, HealthChecksEachService) {
  const auto stub = Health::NewStub(client_.channel());
  const auto check = [&](const std::string& service, HealthCheckResponse* out) {
    HealthCheckRequest request;
    request.set_service(service);
    grpc::ClientContext context;
    return stub->Check(&context, request, out);
  };
  std::vector<std::string> services(std::begin(kServices), std::end(kServices));
  services.push_back("");
  for (const std::string& service : services) {
    HealthCheckResponse response;
    EXPECT_TRUE(check(service, &response).ok()) << service;
    EXPECT_EQ(response.status(), HealthCheckResponse::SERVING);
  }
  HealthCheckResponse response;
  EXPECT_EQ(check("xom.v1.Nothing", &response).error_code(),
            grpc::StatusCode::NOT_FOUND);
}

TEST_F(ServerTest, HealthWatchSaysThatItStops) {
  const auto stub = Health::NewStub(client_.channel());
  grpc::ClientContext context;
  const auto reader = stub->Watch(&context, HealthCheckRequest());
  HealthCheckResponse response;
  ASSERT_TRUE(reader->Read(&response));
  EXPECT_EQ(response.status(), HealthCheckResponse::SERVING);
  server_.Stop();
  ASSERT_TRUE(reader->Read(&response));
  EXPECT_EQ(response.status(), HealthCheckResponse::NOT_SERVING);
  EXPECT_FALSE(reader->Read(&response));
  EXPECT_EQ(reader->Finish().error_code(), grpc::StatusCode::UNAVAILABLE);
}

TEST_F(ServerTest, HealthWatchOfAnUnknownServiceSaysSo) {
  const auto stub = Health::NewStub(client_.channel());
  grpc::ClientContext context;
  HealthCheckRequest request;
  request.set_service("xom.v1.Nothing");
  const auto reader = stub->Watch(&context, request);
  HealthCheckResponse response;
  ASSERT_TRUE(reader->Read(&response));
  EXPECT_EQ(response.status(), HealthCheckResponse::SERVICE_UNKNOWN);
  context.TryCancel();
  reader->Finish();
}

TEST_F(ServerTest, StoppingEndsWatchesAndKeepsWhatWasWritten) {
  server_.CreateNeed(NeedAt(10, 106), "x");
  Watcher watcher(client_.channel());
  ASSERT_TRUE(watcher.reader->Read(&watcher.message));
  EXPECT_EQ(watcher.message.events_size(), 1);
  server_.Stop();
  EXPECT_FALSE(watcher.reader->Read(&watcher.message));
  const grpc::Status status = watcher.reader->Finish();
  EXPECT_EQ(status.error_code(), grpc::StatusCode::UNAVAILABLE);
  EXPECT_EQ(ReasonOf(status), "SERVER_STOPPING");
  EXPECT_EQ(CountErrorInfos(status), 1);
  EXPECT_GT(RetrySecondsOf(status), 0);
  server_.Stop();  // once more changes nothing
  Restart();
  EXPECT_TRUE(Call(FromText<v1::GetNeedRequest>("name: 'needs/x'")).ok());
}

TEST_F(ServerTest, AConnectionHasABoundOnItsWatches) {
  std::vector<std::unique_ptr<Watcher>> watchers;
  for (size_t i = 0; i < core::kMaxWatchesPerConnection; ++i) {
    watchers.push_back(std::make_unique<Watcher>(client_.channel()));
    ASSERT_TRUE(watchers.back()->reader->Read(&watchers.back()->message));
  }
  Watcher refused(client_.channel());
  EXPECT_FALSE(refused.reader->Read(&refused.message));
  const grpc::Status status = refused.reader->Finish();
  EXPECT_EQ(status.error_code(), grpc::StatusCode::RESOURCE_EXHAUSTED);
  EXPECT_EQ(ReasonOf(status), "TOO_MANY_WATCHES");
  EXPECT_EQ(CountErrorInfos(status), 1);
  // Calls still pass, and another connection has its own.
  EXPECT_TRUE(Call(v1::ListNeedsRequest()).ok());
  Watcher other(server_.NewChannel());
  EXPECT_TRUE(other.reader->Read(&other.message));
  other.context.TryCancel();
  // One that is closed makes room for the next.
  watchers.back()->context.TryCancel();
  watchers.back()->reader->Finish();
  for (bool open = false; !open;) {
    Watcher next(client_.channel());
    open = next.reader->Read(&next.message);
    next.context.TryCancel();
    next.reader->Finish();
  }
  other.reader->Finish();
  for (const auto& watcher : watchers) watcher->context.TryCancel();
}

// Wherever the server is with it when it hears so.
TEST_F(ServerTest, AWatchWhoseClientGoesAtOnceLeavesNothing) {
  for (int round = 0; round < 20; ++round) {
    std::vector<std::unique_ptr<Watcher>> watchers;
    for (size_t i = 0; i < core::kMaxWatchesPerConnection; ++i) {
      watchers.push_back(std::make_unique<Watcher>(client_.channel()));
      watchers.back()->context.TryCancel();
    }
    for (const auto& watcher : watchers) watcher->reader->Finish();
  }
  while (server_.server().engine().hub().open_watches() > 0) {
    std::this_thread::yield();
  }
  Watcher stays(client_.channel());
  ASSERT_TRUE(stays.reader->Read(&stays.message));
  server_.Stop();
  EXPECT_FALSE(stays.reader->Read(&stays.message));
  EXPECT_EQ(stays.reader->Finish().error_code(), grpc::StatusCode::UNAVAILABLE);
}

// Events of one stream come on several threads: that of who sends to another
// looks for them too.
TEST_F(ServerTest, WatchesComeAndGoAndAreRefusedBesidePosts) {
  constexpr size_t kStanding = 2 * edge::StreamQueues::kQueues;
  constexpr int kRounds = 10;
  std::vector<std::unique_ptr<Watcher>> standing;
  for (size_t i = 0; i < kStanding; ++i) {
    standing.push_back(std::make_unique<Watcher>(server_.NewChannel()));
    ASSERT_TRUE(standing.back()->reader->Read(&standing.back()->message));
  }
  std::atomic<bool> done = false;
  std::thread poster([&] {
    while (!done) server_.CreateNeed(NeedAt(10, 106));
  });
  for (int round = 0; round < kRounds; ++round) {
    std::vector<std::unique_ptr<Watcher>> watchers;
    for (size_t i = 0; i < 2 * core::kMaxWatchesPerConnection; ++i) {
      watchers.push_back(std::make_unique<Watcher>(client_.channel()));
    }
    for (const auto& watcher : watchers) watcher->context.TryCancel();
    for (const auto& watcher : watchers) watcher->reader->Finish();
  }
  done = true;
  poster.join();
  while (server_.server().engine().hub().open_watches() > kStanding) {
    std::this_thread::yield();
  }
  for (const auto& watcher : standing) watcher->context.TryCancel();
}

edge::ServerOptions WithFewStreams() {
  edge::ServerOptions options;
  options.connection.max_streams_per_connection = 2;
  options.connection.max_message_bytes = 1'000;
  return options;
}

class ConnectionOptionsTest : public ApiTest {
 protected:
  ConnectionOptionsTest() : ApiTest(WithFewStreams()) {}
};

TEST_F(ConnectionOptionsTest, CallsBeyondTheStreamsOfAConnectionWait) {
  Watcher one(client_.channel());
  Watcher two(client_.channel());
  ASSERT_TRUE(one.reader->Read(&one.message));
  ASSERT_TRUE(two.reader->Read(&two.message));
  const auto stub = v1::NeedService::NewStub(client_.channel());
  grpc::Status third;
  std::atomic<bool> answered = false;
  std::thread caller([&] {
    grpc::ClientContext context;
    v1::ListNeedsResponse response;
    third = stub->ListNeeds(&context, v1::ListNeedsRequest(), &response);
    answered = true;
  });
  // As long as others are answered it would have been too.
  const ApiClient other(server_);
  for (int i = 0; i < 50; ++i) {
    EXPECT_TRUE(other.Call(v1::ListNeedsRequest()).ok());
  }
  EXPECT_FALSE(answered);
  one.context.TryCancel();
  caller.join();
  EXPECT_TRUE(third.ok()) << third.error_message();
  two.context.TryCancel();
}

TEST_F(ConnectionOptionsTest, ARequestIsAsLargeAsTheServerWasToldAtMost) {
  v1::ListNeedsRequest request;
  request.set_page_token(std::string(1'000, 'a'));
  EXPECT_EQ(Call(request).error_code(), grpc::StatusCode::RESOURCE_EXHAUSTED);
}

}  // namespace
}  // namespace xom::tests
