// What time brings by itself.

#include "absl/strings/str_cat.h"
#include "services/core/time_proto.h"
#include "tests/api_client.h"

namespace xom::tests {
namespace {

using grpc::StatusCode;

constexpr absl::Duration kDay = absl::Hours(24);

class TimeTest : public ApiTest {
 protected:
  grpc::Status Get(const std::string& name) {
    return Call(
        FromText<v1::GetNeedRequest>(absl::StrCat("name: '", name, "'")));
  }
  v1::Need::State StateOf(const std::string& name) {
    return Must<v1::Need>(
               FromText<v1::GetNeedRequest>(absl::StrCat("name: '", name, "'")))
        .state();
  }
  int CountNearest() {
    return Must<v1::FindNearestNeedsResponse>(
               FromText<v1::FindNearestNeedsRequest>(
                   "point { latitude: 10 longitude: 106 } k: 9"))
        .needs_size();
  }
};

TEST_F(TimeTest, ANeedExpiresAtItsTimeAndNotBefore) {
  const v1::Need created = server_.CreateNeed(NeedAt(10, 106), "x");
  server_.clock().Advance(7 * kDay - absl::Microseconds(1));
  EXPECT_EQ(server_.Tick(), 0u);
  EXPECT_EQ(CountNearest(), 1);
  server_.clock().Advance(absl::Microseconds(1));
  EXPECT_EQ(server_.Tick(), 1u);
  EXPECT_EQ(server_.Tick(), 0u);
  EXPECT_EQ(CountNearest(), 0);
  const auto need =
      Must<v1::Need>(FromText<v1::GetNeedRequest>("name: 'needs/x'"));
  EXPECT_EQ(need.state(), v1::Need::STATE_EXPIRED);
  EXPECT_EQ(core::FromProto(need.end_time()), server_.clock().Now());
  EXPECT_NE(need.etag(), created.etag());
}

TEST_F(TimeTest, WhatCameDueWhileDownHappensAfterTheStart) {
  server_.CreateNeed(NeedAt(10, 106), "x");
  v1::Need later = NeedAt(10, 106);
  *later.mutable_expire_time() =
      core::ToProto(server_.clock().Now() + 20 * kDay);
  server_.CreateNeed(later, "later");
  server_.clock().Advance(10 * kDay);
  Restart();
  server_.Tick();
  EXPECT_EQ(StateOf("needs/x"), v1::Need::STATE_EXPIRED);
  EXPECT_EQ(StateOf("needs/later"), v1::Need::STATE_OPEN);
  EXPECT_EQ(CountNearest(), 1);
}

TEST_F(TimeTest, WhatEndedIsDeletedThirtyDaysLater) {
  for (const char* id : {"closed", "expired"}) {
    server_.CreateNeed(NeedAt(10, 106), id);
  }
  server_.CreateOffer(OfferAt(10, 106), "closed");
  server_.CreateOffer(OfferAt(10, 106), "open");
  server_.CloseNeed("needs/closed");
  Must<v1::Offer>(FromText<v1::CloseOfferRequest>("name: 'offers/closed'"));
  server_.clock().Advance(7 * kDay);
  EXPECT_EQ(server_.Tick(), 2u);  // its details are wiped; the other expires
  server_.clock().Advance(23 * kDay - absl::Microseconds(1));
  EXPECT_EQ(server_.Tick(), 1u);  // those of the other are wiped
  EXPECT_TRUE(Get("needs/closed").ok());
  server_.clock().Advance(absl::Microseconds(1));
  EXPECT_EQ(server_.Tick(), 2u);
  EXPECT_EQ(Get("needs/closed").error_code(), StatusCode::NOT_FOUND);
  EXPECT_EQ(
      Call(FromText<v1::GetOfferRequest>("name: 'offers/closed'")).error_code(),
      StatusCode::NOT_FOUND);
  EXPECT_TRUE(Get("needs/expired").ok());
  server_.clock().Advance(7 * kDay);
  Restart();
  server_.Tick();
  EXPECT_EQ(Get("needs/expired").error_code(), StatusCode::NOT_FOUND);
  EXPECT_TRUE(Call(FromText<v1::GetOfferRequest>("name: 'offers/open'")).ok());
  // The name is free again.
  server_.CreateNeed(NeedAt(10, 106), "closed");
}

TEST_F(TimeTest, ManyThatAreDueAllHappen) {
  for (int i = 0; i < 1'100; ++i) {
    server_.CreateNeed(NeedAt(10, 106 + i * 0.001), absl::StrCat("n", i));
  }
  server_.clock().Advance(7 * kDay);
  size_t expired = 0;
  while (const size_t n = server_.Tick()) expired += n;
  EXPECT_EQ(expired, 1'100u);
  EXPECT_EQ(CountNearest(), 0);
}

}  // namespace
}  // namespace xom::tests
