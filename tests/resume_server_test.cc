// Resumption through the socket: tokens that are too old or of another watch,
// a server that stops, a client that does not read.
#include <google/rpc/error_details.pb.h>
#include <google/rpc/status.pb.h>
#include <grpcpp/grpcpp.h>
#include <gtest/gtest.h>

#include "absl/strings/match.h"
#include "tests/model_geo.h"
#include "tests/model_socket.h"
#include "tests/test_server.h"

namespace xom::tests {
namespace {

v1::WatchNearestNeedsRequest Nearest(int k = 10) {
  v1::WatchNearestNeedsRequest request;
  *request.mutable_point() = MakeLatLng(10.77, 106.70);
  request.set_k(k);
  return request;
}

v1::WatchRegionRequest Around(double radius_meters = 100'000) {
  v1::WatchRegionRequest request;
  auto& circle = *request.mutable_region()->mutable_circle();
  *circle.mutable_center() = MakeLatLng(10.77, 106.70);
  circle.set_radius_meters(radius_meters);
  return request;
}

// How a stream of the follower's next request ends.
template <typename FollowerType>
grpc::Status EndOf(TestServer& server, FollowerType* follower) {
  const SocketStream<FollowerType> stream(server.NewChannel(), follower);
  (void)follower->AwaitEnd();
  return stream.status();
}

// Gets the first message and its token.
template <typename FollowerType>
void Begin(TestServer& server, FollowerType* follower) {
  const SocketStream<FollowerType> stream(server.NewChannel(), follower);
  ASSERT_TRUE(follower->AwaitMessages(1));
}

std::string OldestRevisionIn(const grpc::Status& status) {
  google::rpc::Status details;
  details.ParseFromString(status.error_details());
  for (const auto& any : details.details()) {
    google::rpc::ErrorInfo info;
    if (any.UnpackTo(&info)) return info.metadata().at("oldest_revision");
  }
  return "";
}

void ExpectExpired(TestServer& server, const grpc::Status& status) {
  EXPECT_EQ(status.error_code(), grpc::StatusCode::OUT_OF_RANGE)
      << status.error_message();
  EXPECT_EQ(ReasonOf(status), "RESUME_TOKEN_EXPIRED");
  EXPECT_EQ(OldestRevisionIn(status),
            absl::StrCat(server.server().ledger().oldest_revision()));
}

TEST(ResumeServerTest, TokenOlderThanTheKeptChangesIsOutOfRange) {
  edge::ServerOptions options;
  options.ledger.max_retained_changes = 50;
  TestServer server(options);
  NearestFollower list(Nearest());
  RegionFollower set(Around());
  Begin(server, &list);
  Begin(server, &set);
  for (int i = 0; i < 120; ++i) server.CreateNeed(NeedAt(10.77, 106.70));
  ASSERT_GT(server.server().ledger().oldest_revision(), list.fold().revision());
  ExpectExpired(server, EndOf(server, &list));
  ExpectExpired(server, EndOf(server, &set));
}

TEST(ResumeServerTest, TokenOlderThanTheRetentionIsOutOfRange) {
  edge::ServerOptions options;
  options.ledger.change_retention = absl::Hours(1);
  TestServer server(options);
  NearestFollower list(Nearest());
  RegionFollower set(Around());
  Begin(server, &list);
  Begin(server, &set);
  server.CreateNeed(NeedAt(10.77, 106.70));
  for (int i = 0; i < 4; ++i) {
    server.clock().Advance(absl::Minutes(40));
    server.CreateNeed(NeedAt(10.77, 106.70));
  }
  ASSERT_GT(server.server().ledger().oldest_revision(), list.fold().revision());
  ExpectExpired(server, EndOf(server, &list));
  ExpectExpired(server, EndOf(server, &set));
}

TEST(ResumeServerTest, TokenOfAnotherFilterIsAnInvalidArgument) {
  TestServer server;
  NearestFollower list(Nearest(10));
  RegionFollower set(Around(1'000));
  Begin(server, &list);
  Begin(server, &set);
  const auto expect_invalid = [&](auto request, const std::string& token) {
    request.set_resume_token(token);
    grpc::ClientContext context;
    const auto reader = OpenReader(server.watches(), &context, request);
    typename std::conditional_t<
        std::is_same_v<decltype(request), v1::WatchRegionRequest>,
        v1::WatchRegionResponse, v1::WatchNearestNeedsResponse>
        message;
    EXPECT_FALSE(reader->Read(&message));
    const grpc::Status status = reader->Finish();
    EXPECT_EQ(status.error_code(), grpc::StatusCode::INVALID_ARGUMENT);
    EXPECT_EQ(ReasonOf(status), "RESUME_TOKEN_INVALID");
    EXPECT_EQ(FieldsOf(status), "resume_token");
  };
  const std::string list_token = list.fold().resume_token();
  const std::string set_token = set.fold().resume_token();
  expect_invalid(Nearest(11), list_token);
  expect_invalid(Around(1'001), set_token);
  expect_invalid(Nearest(10), set_token);
  expect_invalid(Around(1'000), list_token);
  expect_invalid(Nearest(10), "?");
  expect_invalid(Around(1'000), list_token + list_token);
}

TEST(ResumeServerTest, StopEndsWatchesAndTheirTokensGoOnAfterTheRestart) {
  TestServer server;
  const v1::Need stays = server.CreateNeed(NeedAt(10.77, 106.70));
  const v1::Need closes = server.CreateNeed(NeedAt(10.78, 106.70));
  NearestFollower list(Nearest());
  RegionFollower set(Around());
  const auto list_stream = std::make_unique<SocketStream<NearestFollower>>(
      server.NewChannel(), &list);
  const auto set_stream =
      std::make_unique<SocketStream<RegionFollower>>(server.NewChannel(), &set);
  ASSERT_TRUE(list.AwaitMessages(1));
  ASSERT_TRUE(set.AwaitMessages(1));
  server.Restart();
  (void)list.AwaitEnd();
  (void)set.AwaitEnd();
  for (const grpc::Status& status :
       {list_stream->status(), set_stream->status()}) {
    EXPECT_EQ(status.error_code(), grpc::StatusCode::UNAVAILABLE);
    EXPECT_EQ(ReasonOf(status), "SERVER_STOPPING");
  }

  server.CloseNeed(closes.name());
  const v1::Need comes = server.CreateNeed(NeedAt(10.79, 106.70));
  const SocketStream<NearestFollower> list_rest(server.NewChannel(), &list);
  const SocketStream<RegionFollower> set_rest(server.NewChannel(), &set);
  const auto revision = server.server().ledger().revision();
  ASSERT_TRUE(list.AwaitRevision(revision, std::chrono::seconds(30)));
  ASSERT_TRUE(set.AwaitRevision(revision, std::chrono::seconds(30)));
  const auto needs = list.fold().needs();
  ASSERT_EQ(needs.size(), 2u);
  EXPECT_EQ(needs[0].need().name(), stays.name());
  EXPECT_EQ(needs[1].need().name(), comes.name());
  EXPECT_EQ(set.fold().resources().size(), 2u);
  EXPECT_TRUE(set.fold().resources().contains(comes.name()));
  EXPECT_EQ(list.resets(), 1);
  EXPECT_EQ(set.resets(), 1);
  EXPECT_EQ(list.messages(), 2) << "no more than the difference";
}

// A channel that takes no more from the server than is read.
std::shared_ptr<grpc::Channel> ChannelWithoutBuffer(const TestServer& server) {
  grpc::ChannelArguments arguments;
  arguments.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);
  arguments.SetInt(GRPC_ARG_HTTP2_BDP_PROBE, 0);
  arguments.SetInt(GRPC_ARG_HTTP2_STREAM_LOOKAHEAD_BYTES, 65'535);
  return grpc::CreateCustomChannel(
      server.address(), grpc::InsecureChannelCredentials(), arguments);
}

// Nobody reads while changes worth many megabytes happen: what the client gets
// when it reads is what is true, not what happened.
TEST(ResumeServerTest, ClientThatDoesNotReadGetsTheLatestState) {
  TestServer server;
  constexpr int kNeeds = 50;
  constexpr int kChanges = 3'000;
  std::vector<std::string> names;
  for (int i = 0; i < kNeeds; ++i) {
    names.push_back(server.CreateNeed(NeedAt(10.77, 106.70)).name());
  }
  grpc::ClientContext context;
  const auto stub = v1::WatchService::NewStub(ChannelWithoutBuffer(server));
  const auto reader = OpenReader(*stub, &context, Around());
  v1::WatchRegionResponse message;
  RegionFollower follower(Around());
  ASSERT_TRUE(reader->Read(&message));
  follower.Feed(message);
  for (int i = 0; i < kChanges; ++i) {
    v1::UpdateNeedRequest update;
    update.mutable_need()->set_name(names[static_cast<size_t>(i % kNeeds)]);
    update.mutable_need()->set_situation(
        absl::StrCat(i, ": ", std::string(1'900, 'x')));
    grpc::ClientContext call;
    v1::Need reply;
    const auto status = server.needs().UpdateNeed(&call, update, &reply);
    ASSERT_TRUE(status.ok()) << status.error_message();
  }
  const int64_t revision = server.server().ledger().revision();
  while (follower.fold().revision() < revision && reader->Read(&message)) {
    follower.Feed(message);
  }
  ASSERT_TRUE(follower.fault().ok()) << follower.fault();
  ASSERT_EQ(follower.fold().revision(), revision);
  for (int i = kChanges - kNeeds; i < kChanges; ++i) {
    const auto set = follower.fold();
    const auto& need = std::get<v1::Need>(
        set.resources().at(names[static_cast<size_t>(i % kNeeds)]));
    EXPECT_TRUE(absl::StartsWith(need.situation(), absl::StrCat(i, ": ")));
  }
  // All changes together have 6 MB; the needs 100 kB, and what the connection
  // holds as much.
  EXPECT_LT(follower.bytes(), 500'000u);
  EXPECT_EQ(follower.resets(), 1);
  context.TryCancel();
}

}  // namespace
}  // namespace xom::tests
