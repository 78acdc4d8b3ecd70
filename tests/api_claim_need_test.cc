// What claims make of their need, and what the end of a need makes of them.

#include <gmock/gmock.h>

#include "absl/strings/str_cat.h"
#include "services/core/time_proto.h"
#include "tests/claim_calls.h"

namespace xom::tests {
namespace {

using grpc::StatusCode;
using testing::ElementsAre;
using testing::IsEmpty;

constexpr char kRice[] = "needs/rice";
constexpr char kVan[] = "offers/van";
constexpr char kBike[] = "offers/bike";

class ClaimedNeedTest : public ClaimTest {
 protected:
  void SetUp() override {
    CreateRice("rice");
    CreateHelper("van");
    CreateHelper("bike");
  }
};

TEST_F(ClaimedNeedTest, EachClaimChangesTheEtagOfTheNeed) {
  const std::string open = GetNeed(kRice).etag();
  const v1::Claim claim = Claim(kRice, kVan, "lines { quantity: 1 }");
  const std::string claimed = GetNeed(kRice).etag();
  EXPECT_NE(claimed, open);
  Release(claim);
  EXPECT_NE(GetNeed(kRice).etag(), claimed);
  EXPECT_EQ(Call(FromText<v1::CloseNeedRequest>(
                     absl::StrCat("name: 'needs/rice' etag: '", open, "'")))
                .error_code(),
            StatusCode::ABORTED);
}

TEST_F(ClaimedNeedTest, ANeedIsClosedWhenAllOfItCame) {
  const v1::Claim a = Deliver(Claim(kRice, kVan, "lines { quantity: 6 }"));
  const v1::Claim b = Deliver(Claim(kRice, kBike));
  Confirm(a, "outcome: OUTCOME_RECEIVED");
  EXPECT_EQ(StateOf(kRice), v1::Need::STATE_CLAIMED);
  EXPECT_THAT(Nearest(), IsEmpty());
  Confirm(b, "outcome: OUTCOME_RECEIVED");
  EXPECT_EQ(StateOf(kRice), v1::Need::STATE_CLOSED);
  EXPECT_EQ(core::FromProto(GetNeed(kRice).end_time()), Now());
  EXPECT_EQ(ReasonOf(TryClaim(kRice, kVan)), "STATE_MISMATCH");
}

TEST_F(ClaimedNeedTest, WhatDidNotComeIsOpenAgain) {
  const v1::Claim claim = Deliver(Claim(kRice, kVan));
  EXPECT_THAT(Nearest(), IsEmpty());
  Confirm(claim,
          "outcome: OUTCOME_PARTLY_RECEIVED received { quantity: 9 } "
          "received { line_index: 1 quantity: 1 }");
  EXPECT_THAT(Nearest(), ElementsAre(kRice));
  EXPECT_EQ(CoverageOf(kRice), "10=0+0+9+1 1=0+0+1+0");
  const v1::Claim rest = Claim(kRice, kBike);
  ASSERT_EQ(rest.lines_size(), 1);
  EXPECT_EQ(rest.lines(0).quantity(), 1);
  Confirm(Deliver(rest), "outcome: OUTCOME_RECEIVED");
  EXPECT_EQ(StateOf(kRice), v1::Need::STATE_CLOSED);
}

TEST_F(ClaimedNeedTest, CloseReleasesWhatIsPromisedAndConfirmsWhatIsDelivered) {
  const v1::Claim promised = Claim(kRice, kVan, "lines { quantity: 6 }");
  const v1::Claim delivered = Deliver(Claim(kRice, kBike));
  Advance(absl::Minutes(1));
  EXPECT_EQ(server_.CloseNeed(kRice).state(), v1::Need::STATE_CLOSED);
  const v1::Claim released = GetClaim(promised.name());
  EXPECT_EQ(released.state(), v1::Claim::STATE_RELEASED);
  EXPECT_EQ(released.release_reason(), v1::Claim::RELEASE_REASON_NEED_ENDED);
  EXPECT_EQ(core::FromProto(released.end_time()), Now());
  EXPECT_EQ(GetClaim(delivered.name()).state(), v1::Claim::STATE_CONFIRMED);
  EXPECT_EQ(ActiveClaims(kVan), 0);
  const grpc::Status status = Call(Holding<v1::MarkDeliveredRequest>(promised));
  EXPECT_EQ(status.error_code(), StatusCode::FAILED_PRECONDITION);
}

TEST_F(ClaimedNeedTest, CancelReleasesWhatIsPromised) {
  CreateHelper("foot", 1);
  const v1::Claim claim = Claim(kRice, "offers/foot");
  const auto cancelled =
      Must<v1::Need>(FromText<v1::CancelNeedRequest>("name: 'needs/rice'"));
  EXPECT_EQ(cancelled.state(), v1::Need::STATE_CANCELLED);
  const v1::Claim released = GetClaim(claim.name());
  EXPECT_EQ(released.state(), v1::Claim::STATE_RELEASED);
  EXPECT_EQ(released.release_reason(), v1::Claim::RELEASE_REASON_NEED_ENDED);
  EXPECT_EQ(ActiveClaims("offers/foot"), 0);
  Claim(CreateRice("more").name(), "offers/foot");
}

// What ended does not come back, whatever becomes of its claims.
TEST_F(ClaimedNeedTest, AnEndedNeedStaysEnded) {
  Claim(kRice, kVan);
  server_.CloseNeed(kRice);
  Advance(absl::Hours(12));
  EXPECT_EQ(server_.Tick(), 0u);
  EXPECT_EQ(StateOf(kRice), v1::Need::STATE_CLOSED);
  EXPECT_THAT(Nearest(), IsEmpty());
}

TEST_F(ClaimedNeedTest, LinesCannotChangeWhileSomethingOfThemIsHeld) {
  const auto update = FromText<v1::UpdateNeedRequest>(
      "need { name: 'needs/rice' lines { item: 'noodles' quantity: 3 } }");
  const v1::Claim claim = Claim(kRice, kVan, "lines { quantity: 1 }");
  const storage::Revision before = revision();
  EXPECT_EQ(Call(update).error_code(), StatusCode::FAILED_PRECONDITION);
  EXPECT_EQ(revision(), before);
  Deliver(claim);
  EXPECT_EQ(Call(update).error_code(), StatusCode::FAILED_PRECONDITION);
  Confirm(claim, "outcome: OUTCOME_RECEIVED");
  EXPECT_EQ(Call(update).error_code(), StatusCode::FAILED_PRECONDITION);
  EXPECT_EQ(GetNeed(kRice).lines_size(), 2);
}

TEST_F(ClaimedNeedTest, LinesMayChangeWhenNothingOfThemIsHeldAnyMore) {
  Release(Claim(kRice, kVan));
  Must<v1::Need>(FromText<v1::UpdateNeedRequest>(
      "need { name: 'needs/rice' lines { item: 'noodles' quantity: 3 } }"));
  const v1::Claim claim = Claim(kRice, kBike);
  ASSERT_EQ(claim.lines_size(), 1);
  EXPECT_EQ(claim.lines(0).quantity(), 3);
  EXPECT_EQ(CoverageOf(kRice), "3=3+0+0+0");
}

TEST_F(ClaimedNeedTest, AClaimedNeedCanBeUpdatedAndRenewedInAllElse) {
  Claim(kRice, kVan);
  const auto updated = Must<v1::Need>(FromText<v1::UpdateNeedRequest>(
      "need { name: 'needs/rice' situation: 'The blue gate.' }"));
  EXPECT_EQ(updated.state(), v1::Need::STATE_CLAIMED);
  EXPECT_EQ(updated.coverage_size(), 2);
  Advance(absl::Hours(1));
  const auto renewed =
      Must<v1::Need>(FromText<v1::RenewNeedRequest>("name: 'needs/rice'"));
  EXPECT_EQ(renewed.state(), v1::Need::STATE_CLAIMED);
  EXPECT_EQ(core::FromProto(renewed.verify_time()), Now());
  EXPECT_EQ(CoverageOf(kRice), "10=10+0+0+0 1=1+0+0+0");
  EXPECT_THAT(Nearest(), IsEmpty());
}

TEST_F(ClaimedNeedTest, WhatAClientSaysOfTheCoverageIsIgnored) {
  v1::Need need = NeedAt(10, 106);
  MergeText("coverage { asked: 9 confirmed: 9 }", &need);
  EXPECT_EQ(server_.CreateNeed(need, "x").coverage_size(), 0);
  CreateHelper("x");
  Claim("needs/x", "offers/x");
  Must<v1::Need>(FromText<v1::UpdateNeedRequest>(
      "need { name: 'needs/x' } update_mask { paths: 'coverage' }"));
  EXPECT_EQ(CoverageOf("needs/x"), "1=1+0+0+0");
}

TEST_F(ClaimedNeedTest, ListNeedsShowsAClaimedNeedUnderItsState) {
  Claim(kRice, kVan);
  const auto list = [&](const std::string& state) {
    return Must<v1::ListNeedsResponse>(
               FromText<v1::ListNeedsRequest>(absl::StrCat("states: ", state)))
        .needs_size();
  };
  EXPECT_EQ(list("STATE_CLAIMED"), 1);
  EXPECT_EQ(list("STATE_OPEN"), 0);
}

TEST_F(ClaimedNeedTest, AClaimedNeedIsInNoMatch) {
  const auto match = [&] {
    return Must<v1::FindMatchesResponse>(
               FromText<v1::FindMatchesRequest>("offer: 'offers/bike' k: 9"))
        .matches_size();
  };
  EXPECT_EQ(match(), 1);
  const v1::Claim claim = Claim(kRice, kVan);
  EXPECT_EQ(match(), 0);
  Release(claim);
  EXPECT_EQ(match(), 1);
}

// Who asks for little at a time cannot fill a need with claims.
TEST_F(ClaimedNeedTest, ANeedHoldsAHundredClaimsThatHoldSomething) {
  v1::Need need = NeedAt(10, 106);
  MergeText("lines { item: 'rice' quantity: 200 }", &need);
  server_.CreateNeed(need, "many");
  CreateHelper("fleet", 10'000);
  const std::string one = "lines { quantity: 1 }";
  v1::Claim last;
  for (int i = 0; i < 100; ++i) last = Claim("needs/many", "offers/fleet", one);
  const storage::Revision full = revision();
  const grpc::Status status = TryClaim("needs/many", "offers/fleet", one);
  EXPECT_EQ(status.error_code(), StatusCode::FAILED_PRECONDITION);
  EXPECT_EQ(ReasonOf(status), "CLAIM_LIMIT_REACHED");
  EXPECT_EQ(revision(), full);
  Release(last);
  Claim("needs/many", "offers/fleet", one);
  EXPECT_EQ(CoverageOf("needs/many"), "200=100+0+0+100");
  EXPECT_EQ(ActiveClaims("offers/fleet"), 100);
}

}  // namespace
}  // namespace xom::tests
