// What time makes of claims and of the needs that they hold.

#include <gmock/gmock.h>

#include "absl/strings/str_cat.h"
#include "services/core/time_proto.h"
#include "tests/claim_calls.h"

namespace xom::tests {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

constexpr absl::Duration kDay = absl::Hours(24);
constexpr absl::Duration kLease = absl::Hours(12);
constexpr char kRice[] = "needs/rice";
constexpr char kVan[] = "offers/van";
constexpr char kBike[] = "offers/bike";
constexpr char kLongest[] = "lease_duration { seconds: 172800 }";

class ClaimTimeTest : public ClaimTest {
 protected:
  void SetUp() override {
    CreateRice("rice");
    CreateHelper("van");
    CreateHelper("bike");
  }
};

TEST_F(ClaimTimeTest, ANeedIsBackAtTheInstantItsLeaseEnds) {
  const v1::Claim claim = Claim(kRice, kVan);
  EXPECT_THAT(Nearest(), IsEmpty());
  Advance(kLease - absl::Microseconds(1));
  EXPECT_EQ(server_.Tick(), 0u);
  EXPECT_THAT(Nearest(), IsEmpty());
  EXPECT_EQ(StateOf(kRice), v1::Need::STATE_CLAIMED);
  Advance(absl::Microseconds(1));
  EXPECT_EQ(server_.Tick(), 1u);
  EXPECT_EQ(server_.Tick(), 0u);
  EXPECT_THAT(Nearest(), ElementsAre(kRice));
  EXPECT_EQ(StateOf(kRice), v1::Need::STATE_OPEN);
  EXPECT_EQ(CoverageOf(kRice), "");
  const v1::Claim expired = GetClaim(claim.name());
  EXPECT_EQ(expired.state(), v1::Claim::STATE_EXPIRED);
  EXPECT_EQ(core::FromProto(expired.end_time()), Now());
  EXPECT_EQ(expired.release_reason(), v1::Claim::RELEASE_REASON_UNSPECIFIED);
}

TEST_F(ClaimTimeTest, ALeaseThatEndedWhileDownHasEndedAtTheStart) {
  Claim(kRice, kVan);
  Restart();
  EXPECT_EQ(server_.Tick(), 0u);
  EXPECT_THAT(Nearest(), IsEmpty());
  server_.Stop();
  Advance(kLease);
  Restart();
  EXPECT_THAT(Nearest(), ElementsAre(kRice));
  EXPECT_EQ(ActiveClaims(kVan), 0);
}

// Whether or not somebody wrote it down yet.
TEST_F(ClaimTimeTest, ALeaseThatRanOutBindsNobody) {
  const v1::Claim old = Claim(kRice, kVan);
  Advance(kLease);
  const grpc::Status status = Call(Holding<v1::MarkDeliveredRequest>(old));
  EXPECT_EQ(status.error_code(), grpc::StatusCode::FAILED_PRECONDITION);
  EXPECT_EQ(MetadataOf(status, "state"), "STATE_EXPIRED");
  const v1::Claim claim = Claim(kRice, kBike);
  EXPECT_GT(claim.fencing_token(), old.fencing_token());
  EXPECT_EQ(GetClaim(old.name()).state(), v1::Claim::STATE_EXPIRED);
  EXPECT_EQ(CoverageOf(kRice), "10=10+0+0+0 1=1+0+0+0");
  EXPECT_EQ(ActiveClaims(kVan), 0);
}

TEST_F(ClaimTimeTest, ALeaseThatRanOutCountsForNoCapacity) {
  const std::string foot = CreateHelper("foot", 1).name();
  Claim(kRice, foot);
  Advance(kLease - absl::Seconds(1));
  const std::string other = CreateRice("").name();
  EXPECT_FALSE(TryClaim(other, foot).ok());
  Advance(absl::Seconds(1));
  Claim(other, foot);
}

TEST_F(ClaimTimeTest, EachLeaseEndsByItself) {
  Claim(kRice, kVan, "lines { quantity: 4 } lease_duration { seconds: 3600 }");
  const v1::Claim longer =
      Claim(kRice, kBike, "lease_duration { seconds: 7200 }");
  Advance(absl::Hours(1));
  EXPECT_EQ(server_.Tick(), 1u);
  EXPECT_EQ(CoverageOf(kRice), "10=6+0+0+4 1=1+0+0+0");
  EXPECT_THAT(Nearest(), ElementsAre(kRice));
  Renew(longer, "lease_duration { seconds: 7200 }");
  Advance(absl::Hours(1));
  EXPECT_EQ(server_.Tick(), 0u);
  Advance(absl::Hours(1));
  EXPECT_EQ(server_.Tick(), 1u);
  EXPECT_EQ(CoverageOf(kRice), "");
}

TEST_F(ClaimTimeTest, AHeldNeedExpiresWhenItsLastLeaseEnds) {
  Advance(6 * kDay);
  Claim(kRice, kVan, kLongest);
  Advance(kDay);
  EXPECT_EQ(server_.Tick(), 0u);
  EXPECT_EQ(StateOf(kRice), v1::Need::STATE_CLAIMED);
  Advance(kDay);
  EXPECT_GE(server_.Tick(), 1u);
  server_.Tick();
  EXPECT_EQ(StateOf(kRice), v1::Need::STATE_EXPIRED);
  EXPECT_EQ(core::FromProto(GetNeed(kRice).end_time()), Now());
  EXPECT_THAT(Nearest(), IsEmpty());
}

TEST_F(ClaimTimeTest, AHeldNeedExpiresWhenItsLastClaimIsReleased) {
  Advance(6 * kDay);
  const v1::Claim a =
      Claim(kRice, kVan, absl::StrCat("lines { quantity: 1 } ", kLongest));
  const v1::Claim b = Claim(kRice, kBike, kLongest);
  Advance(kDay + absl::Hours(1));
  EXPECT_EQ(server_.Tick(), 0u);
  Release(a);
  server_.Tick();
  EXPECT_NE(StateOf(kRice), v1::Need::STATE_EXPIRED);
  Release(b);
  server_.Tick();
  EXPECT_EQ(StateOf(kRice), v1::Need::STATE_EXPIRED);
}

TEST_F(ClaimTimeTest, ANeedWaitsForTheAnswerToADelivery) {
  Advance(6 * kDay);
  const v1::Claim claim = Deliver(Claim(kRice, kVan));
  Advance(2 * kDay);
  EXPECT_EQ(server_.Tick(), 0u);
  EXPECT_EQ(StateOf(kRice), v1::Need::STATE_CLAIMED);
  Confirm(claim, "outcome: OUTCOME_NOT_RECEIVED");
  server_.Tick();
  EXPECT_EQ(StateOf(kRice), v1::Need::STATE_EXPIRED);
}

// It was helped, not forgotten.
TEST_F(ClaimTimeTest, WhatAllCameIsClosedAlsoAfterItsTime) {
  Advance(6 * kDay);
  const v1::Claim claim = Deliver(Claim(kRice, kVan));
  Advance(2 * kDay);
  Confirm(claim, "outcome: OUTCOME_RECEIVED");
  server_.Tick();
  EXPECT_EQ(StateOf(kRice), v1::Need::STATE_CLOSED);
}

// A need and its claims are deleted together.
TEST_F(ClaimTimeTest, ClaimsGoWithTheirNeed) {
  const v1::Claim claim = Claim(kRice, kVan);
  server_.CloseNeed(kRice);
  Advance(30 * kDay);
  EXPECT_EQ(server_.Tick(), 1u) << "what is personal of it goes first";
  EXPECT_EQ(server_.Tick(), 1u);
  v1::GetClaimRequest request;
  request.set_name(claim.name());
  EXPECT_EQ(Call(request).error_code(), grpc::StatusCode::NOT_FOUND);
  v1::ListClaimsRequest list;
  list.set_parent("needs/-");
  list.set_offer(kVan);
  EXPECT_EQ(Must<v1::ListClaimsResponse>(list).claims_size(), 0);
}

}  // namespace
}  // namespace xom::tests
