// How often one may call, over the socket.

#include <gmock/gmock.h>
#include <grpcpp/grpcpp.h>

#include "absl/strings/str_cat.h"
#include "tests/moderation_calls.h"

namespace xom::tests {
namespace {

using core::RateLimit;

v1::FindNearestNeedsRequest Search() {
  return FromText<v1::FindNearestNeedsRequest>(
      "point { latitude: 10 longitude: 106 } k: 5");
}

v1::CreateNeedRequest Post(double latitude = 10) {
  v1::CreateNeedRequest request;
  *request.mutable_need() = NeedAt(latitude, 106);
  return request;
}

class LimitsTest : public ModerationTest {
 protected:
  LimitsTest()
      : ModerationTest(
            {{"limit_search", RateLimit{3, absl::Seconds(10)}},
             {"network_limit_search", RateLimit{8, absl::Seconds(10)}},
             {"cell_limit_post", RateLimit{4, absl::Minutes(1)}}}) {}
};

TEST_F(LimitsTest, WhoIsTooFastIsToldWhenToComeBack) {
  AddUser("an");
  for (int i = 0; i < 3; ++i) EXPECT_TRUE(As("an").Call(Search()).ok());
  const grpc::Status refused = As("an").Call(Search());
  EXPECT_EQ(ReasonOf(refused), "RATE_LIMITED");
  EXPECT_EQ(RetrySecondsOf(refused), 10);
  server_.clock().Advance(absl::Seconds(RetrySecondsOf(refused)));
  EXPECT_TRUE(As("an").Call(Search()).ok());
  EXPECT_FALSE(As("an").Call(Search()).ok());
}

TEST_F(LimitsTest, OneUserDoesNotUseUpWhatAnotherHas) {
  AddUser("an");
  AddUser("binh");
  for (int i = 0; i < 20; ++i) As("an").Call(Search());
  EXPECT_TRUE(As("binh").Call(Search()).ok());
}

TEST_F(LimitsTest, AnAccessCodeIsAPrincipalOfItsOwn) {
  const v1::Need need = CreateNeedAs(client_, "rice");
  v1::GetNeedRequest get;
  get.set_name("needs/rice");
  for (int i = 0; i < 3; ++i) EXPECT_TRUE(WithCode(need).Call(get).ok());
  EXPECT_EQ(ReasonOf(WithCode(need).Call(get)), "RATE_LIMITED");
  EXPECT_TRUE(Call(get).ok()) << "the network may go on";
}

TEST_F(LimitsTest, WithoutAccountOrCodeTheNetworkCounts) {
  for (int i = 0; i < 8; ++i) EXPECT_TRUE(Call(Search()).ok());
  EXPECT_EQ(ReasonOf(Call(Search())), "RATE_LIMITED");
  AddUser("an");
  EXPECT_EQ(ReasonOf(As("an").Call(Search())), "RATE_LIMITED");
}

TEST_F(LimitsTest, OpeningAWatchCountsAsASearch) {
  for (int i = 0; i < 8; ++i) EXPECT_TRUE(Call(Search()).ok());
  grpc::ClientContext context;
  const auto watch = server_.watches().WatchNearestNeeds(
      &context, FromText<v1::WatchNearestNeedsRequest>(
                    "point { latitude: 10 longitude: 106 } k: 5"));
  v1::WatchNearestNeedsResponse message;
  EXPECT_FALSE(watch->Read(&message));
  EXPECT_EQ(ReasonOf(watch->Finish()), "RATE_LIMITED");
}

TEST_F(LimitsTest, ACallForHelpNeverWaitsForReading) {
  for (int i = 0; i < 100; ++i) Call(Search());
  EXPECT_EQ(ReasonOf(Call(Search())), "RATE_LIMITED");
  EXPECT_TRUE(Call(Post()).ok());
}

TEST_F(LimitsTest, CallsForHelpAreCountedWhereTheyAre) {
  AddUser("an");
  for (int i = 0; i < 4; ++i) EXPECT_TRUE(Call(Post()).ok());
  EXPECT_EQ(ReasonOf(As("an").Call(Post())), "RATE_LIMITED");
  EXPECT_TRUE(Call(Post(11)).ok());
}

TEST_F(LimitsTest, WhoMayNotCallUsesUpNothing) {
  AddUser("an");
  const auto get = FromText<v1::GetClaimRequest>("name: 'needs/none/claims/c'");
  for (int i = 0; i < 20; ++i) {
    EXPECT_EQ(ReasonOf(As("an").Call(get)), "NOT_ALLOWED");
  }
  EXPECT_TRUE(As("an").Call(Search()).ok());
}

class DefaultLimitsTest : public testing::Test {};

TEST_F(DefaultLimitsTest, AnOpenServerHasNone) {
  TestServer server;
  const ApiClient client(server);
  for (int i = 0; i < 1'300; ++i) ASSERT_TRUE(client.Call(Search()).ok());
}

TEST_F(DefaultLimitsTest, AnOpenServerHasThoseThatWereSet) {
  edge::ServerOptions options;
  options.engine.limits = {
      {"network_limit_search", RateLimit{2, absl::Seconds(10)}}};
  TestServer server(std::move(options));
  const ApiClient client(server);
  for (int i = 0; i < 2; ++i) EXPECT_TRUE(client.Call(Search()).ok());
  EXPECT_EQ(ReasonOf(client.Call(Search())), "RATE_LIMITED");
}

TEST_F(DefaultLimitsTest, AServerWithAccountsHasTheDefaults) {
  edge::ServerOptions options;
  options.engine.authorization.access = core::Access::kAccounts;
  TestServer server(std::move(options));
  const ApiClient client(server);
  int passed = 0;
  while (passed < 2'000 && client.Call(Search()).ok()) ++passed;
  EXPECT_EQ(passed, 1'200);
  EXPECT_TRUE(client.Call(Post()).ok());
}

}  // namespace
}  // namespace xom::tests
