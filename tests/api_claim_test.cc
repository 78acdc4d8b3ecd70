// ClaimService as helpers use it: what a claim holds, how it goes on and ends.

#include <gmock/gmock.h>

#include "absl/strings/str_cat.h"
#include "services/core/time_proto.h"
#include "tests/claim_calls.h"

namespace xom::tests {
namespace {

using grpc::StatusCode;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::StartsWith;

constexpr char kRice[] = "needs/rice";
constexpr char kVan[] = "offers/van";
constexpr char kBike[] = "offers/bike";

class ApiClaimTest : public ClaimTest {
 protected:
  void SetUp() override {
    CreateRice("rice");
    CreateHelper("van");
    CreateHelper("bike");
  }
};

std::string LinesOf(const v1::Claim& claim) {
  std::string text;
  for (const v1::ClaimedLine& line : claim.lines()) {
    absl::StrAppend(&text, line.line_index(), ":", line.quantity(), "/",
                    line.received_quantity(), " ");
  }
  return text;
}

TEST_F(ApiClaimTest, AClaimWithoutLinesTakesAllThatIsOpen) {
  const v1::Claim claim = Claim(kRice, kVan);
  EXPECT_THAT(claim.name(), StartsWith("needs/rice/claims/"));
  EXPECT_EQ(claim.offer(), kVan);
  EXPECT_EQ(claim.state(), v1::Claim::STATE_ACTIVE);
  EXPECT_EQ(LinesOf(claim), "0:10/0 1:1/0 ");
  EXPECT_GT(claim.fencing_token(), 0);
  EXPECT_EQ(core::FromProto(claim.create_time()), Now());
  EXPECT_EQ(core::FromProto(claim.update_time()), Now());
  EXPECT_EQ(core::FromProto(claim.lease_expire_time()),
            Now() + absl::Hours(12));
  EXPECT_EQ(claim.renewal_count(), 0);
  EXPECT_FALSE(claim.has_deliver_time());
  EXPECT_FALSE(claim.has_end_time());
  EXPECT_EQ(GetClaim(claim.name()).DebugString(), claim.DebugString());
  EXPECT_EQ(StateOf(kRice), v1::Need::STATE_CLAIMED);
  EXPECT_EQ(CoverageOf(kRice), "10=10+0+0+0 1=1+0+0+0");
}

TEST_F(ApiClaimTest, AClaimOfAPartLeavesTheRestOpen) {
  const v1::Claim claim =
      Claim(kRice, kVan, "lines { line_index: 0 quantity: 4 }");
  EXPECT_EQ(LinesOf(claim), "0:4/0 ");
  EXPECT_EQ(StateOf(kRice), v1::Need::STATE_OPEN);
  EXPECT_EQ(CoverageOf(kRice), "10=4+0+0+6 1=0+0+0+1");
  EXPECT_THAT(Nearest(), ElementsAre(kRice));
  EXPECT_EQ(LinesOf(Claim(kRice, kBike)), "0:6/0 1:1/0 ");
  EXPECT_THAT(Nearest(), IsEmpty());
}

TEST_F(ApiClaimTest, PartsAddUpToTheCoverageOfTheNeed) {
  EXPECT_EQ(CoverageOf(kRice), "");
  const v1::Claim a = Claim(kRice, kVan, "lines { quantity: 2 }");
  const v1::Claim b = Claim(kRice, kBike, "lines { quantity: 3 }");
  Claim(kRice, kBike, "lines { line_index: 1 quantity: 1 }");
  EXPECT_EQ(CoverageOf(kRice), "10=5+0+0+5 1=1+0+0+0");
  Deliver(a);
  EXPECT_EQ(CoverageOf(kRice), "10=3+2+0+5 1=1+0+0+0");
  Confirm(a, "outcome: OUTCOME_RECEIVED");
  EXPECT_EQ(CoverageOf(kRice), "10=3+0+2+5 1=1+0+0+0");
  Release(b);
  EXPECT_EQ(CoverageOf(kRice), "10=0+0+2+8 1=1+0+0+0");
  EXPECT_EQ(StateOf(kRice), v1::Need::STATE_OPEN);
}

TEST_F(ApiClaimTest, ReceivedQuantitiesOfAClaimAreIgnoredInTheRequest) {
  const v1::Claim claim =
      Claim(kRice, kVan, "lines { quantity: 2 received_quantity: 2 }");
  EXPECT_EQ(LinesOf(claim), "0:2/0 ");
}

TEST_F(ApiClaimTest, ANeedWithoutLinesIsOneUnit) {
  server_.CreateNeed(NeedAt(10, 106), "doctor");
  const v1::Claim claim = Claim("needs/doctor", kVan);
  EXPECT_EQ(LinesOf(claim), "0:1/0 ");
  EXPECT_EQ(CoverageOf("needs/doctor"), "1=1+0+0+0");
  EXPECT_EQ(StateOf("needs/doctor"), v1::Need::STATE_CLAIMED);
  Release(claim);
  const v1::Claim again =
      Claim("needs/doctor", kBike, "lines { line_index: 0 quantity: 1 }");
  Confirm(Deliver(again), "outcome: OUTCOME_RECEIVED");
  EXPECT_EQ(StateOf("needs/doctor"), v1::Need::STATE_CLOSED);
}

TEST_F(ApiClaimTest, LaterClaimsHaveLargerFencingTokens) {
  int64_t last = 0;
  for (int i = 0; i < 5; ++i) {
    const v1::Claim claim = Claim(kRice, kVan, "lines { quantity: 1 }");
    EXPECT_GT(claim.fencing_token(), last);
    last = claim.fencing_token();
    if (i % 2 == 0) Release(claim);
  }
}

TEST_F(ApiClaimTest, TheLeaseIsAsAskedOrAsTheUrgencySays) {
  const struct {
    v1::Urgency urgency;
    int hours;
  } kRows[] = {{v1::URGENCY_CRITICAL, 1},
               {v1::URGENCY_HIGH, 4},
               {v1::URGENCY_NORMAL, 12},
               {v1::URGENCY_LOW, 24}};
  for (const auto& row : kRows) {
    v1::Need need = NeedAt(10, 106);
    need.set_urgency(row.urgency);
    const v1::Claim claim = Claim(server_.CreateNeed(need).name(), kVan);
    EXPECT_EQ(core::FromProto(claim.lease_expire_time()),
              Now() + absl::Hours(row.hours));
  }
  for (const int seconds : {60, 48 * 3'600}) {
    const v1::Claim claim = Claim(
        kRice, kVan,
        absl::StrCat(
            "lines { quantity: 1 } lease_duration { seconds: ", seconds, " }"));
    EXPECT_EQ(core::FromProto(claim.lease_expire_time()),
              Now() + absl::Seconds(seconds));
  }
}

TEST_F(ApiClaimTest, RenewPutsTheEndOffThreeTimes) {
  v1::Claim claim = Claim(kRice, kVan);
  const int64_t token = claim.fencing_token();
  for (int i = 1; i <= 3; ++i) {
    Advance(absl::Hours(11));
    claim = Renew(claim);
    EXPECT_EQ(claim.renewal_count(), i);
    EXPECT_EQ(claim.fencing_token(), token);
    EXPECT_EQ(core::FromProto(claim.lease_expire_time()),
              Now() + absl::Hours(12));
  }
  const storage::Revision before = revision();
  const grpc::Status status = Call(Holding<v1::RenewClaimRequest>(claim));
  EXPECT_EQ(status.error_code(), StatusCode::FAILED_PRECONDITION);
  EXPECT_EQ(ReasonOf(status), "RENEWAL_LIMIT_REACHED");
  EXPECT_EQ(revision(), before);
  EXPECT_EQ(GetClaim(claim.name()).DebugString(), claim.DebugString());
}

TEST_F(ApiClaimTest, RenewTakesALeaseOfItsOwn) {
  const v1::Claim claim =
      Renew(Claim(kRice, kVan), "lease_duration { seconds: 90 }");
  EXPECT_EQ(core::FromProto(claim.lease_expire_time()),
            Now() + absl::Seconds(90));
}

TEST_F(ApiClaimTest, ReleaseOpensWhatTheClaimHeld) {
  const v1::Claim claim = Claim(kRice, kVan);
  EXPECT_THAT(Nearest(), IsEmpty());
  Advance(absl::Minutes(5));
  const v1::Claim released =
      Release(claim, "reason: RELEASE_REASON_OUT_OF_STOCK");
  EXPECT_EQ(released.state(), v1::Claim::STATE_RELEASED);
  EXPECT_EQ(released.release_reason(), v1::Claim::RELEASE_REASON_OUT_OF_STOCK);
  EXPECT_EQ(core::FromProto(released.end_time()), Now());
  EXPECT_EQ(StateOf(kRice), v1::Need::STATE_OPEN);
  EXPECT_EQ(CoverageOf(kRice), "");
  EXPECT_THAT(Nearest(), ElementsAre(kRice));
  EXPECT_EQ(LinesOf(Claim(kRice, kBike)), "0:10/0 1:1/0 ");
}

TEST_F(ApiClaimTest, EachOutcomeOfADelivery) {
  const struct {
    const char* text;
    v1::Claim::Outcome outcome;
    const char* lines;
    const char* coverage;
  } kRows[] = {{"outcome: OUTCOME_RECEIVED", v1::Claim::OUTCOME_RECEIVED,
                "0:5/5 1:1/1 ", "10=0+0+5+5 1=0+0+1+0"},
               {"outcome: OUTCOME_PARTLY_RECEIVED received { quantity: 2 }",
                v1::Claim::OUTCOME_PARTLY_RECEIVED, "0:5/2 1:1/0 ",
                "10=0+0+2+8 1=0+0+0+1"},
               {"outcome: OUTCOME_PARTLY_RECEIVED received { quantity: 0 } "
                "received { line_index: 1 quantity: 1 }",
                v1::Claim::OUTCOME_PARTLY_RECEIVED, "0:5/0 1:1/1 ",
                "10=0+0+0+10 1=0+0+1+0"},
               {"outcome: OUTCOME_NOT_RECEIVED",
                v1::Claim::OUTCOME_NOT_RECEIVED, "0:5/0 1:1/0 ", ""},
               {"outcome: OUTCOME_WRONG_PERSON",
                v1::Claim::OUTCOME_WRONG_PERSON, "0:5/0 1:1/0 ", ""}};
  for (const auto& row : kRows) {
    SCOPED_TRACE(row.text);
    const std::string need = CreateRice("").name();
    const v1::Claim claim =
        Claim(need, kVan,
              "lines { quantity: 5 } lines { line_index: 1 quantity: 1 }");
    const v1::Claim delivered = Deliver(claim);
    EXPECT_EQ(delivered.state(), v1::Claim::STATE_DELIVERED);
    EXPECT_EQ(core::FromProto(delivered.deliver_time()), Now());
    EXPECT_FALSE(delivered.has_end_time());
    const v1::Claim confirmed = Confirm(claim, row.text);
    EXPECT_EQ(confirmed.state(), v1::Claim::STATE_CONFIRMED);
    EXPECT_EQ(confirmed.outcome(), row.outcome);
    EXPECT_EQ(core::FromProto(confirmed.end_time()), Now());
    EXPECT_EQ(LinesOf(confirmed), row.lines);
    EXPECT_EQ(CoverageOf(need), row.coverage);
  }
}

// The lease does not end what was delivered.
TEST_F(ApiClaimTest, ADeliveryThatNobodyAnswersCountsAfter72Hours) {
  const v1::Claim claim = Deliver(Claim(kRice, kVan));
  Advance(absl::Hours(72) - absl::Microseconds(1));
  EXPECT_EQ(server_.Tick(), 0u);
  EXPECT_EQ(StateOf(kRice), v1::Need::STATE_CLAIMED);
  Advance(absl::Microseconds(1));
  EXPECT_EQ(server_.Tick(), 1u);
  const v1::Claim confirmed = GetClaim(claim.name());
  EXPECT_EQ(confirmed.state(), v1::Claim::STATE_CONFIRMED);
  EXPECT_EQ(confirmed.outcome(), v1::Claim::OUTCOME_ASSUMED_RECEIVED);
  EXPECT_EQ(LinesOf(confirmed), "0:10/10 1:1/1 ");
  EXPECT_EQ(core::FromProto(confirmed.end_time()), Now());
  EXPECT_EQ(StateOf(kRice), v1::Need::STATE_CLOSED);
}

TEST_F(ApiClaimTest, AnOfferHoldsAsManyClaimsAsItsCapacity) {
  const v1::Offer before = CreateHelper("scooter", 2);
  const std::string need = CreateRice("").name();
  const v1::Claim a = Claim(need, "offers/scooter", "lines { quantity: 1 }");
  EXPECT_EQ(ActiveClaims("offers/scooter"), 1);
  Claim(kRice, "offers/scooter", "lines { quantity: 1 }");
  const storage::Revision full = revision();
  const grpc::Status status =
      TryClaim(need, "offers/scooter", "lines { quantity: 1 }");
  EXPECT_EQ(status.error_code(), StatusCode::FAILED_PRECONDITION);
  EXPECT_EQ(ReasonOf(status), "CAPACITY_REACHED");
  EXPECT_EQ(revision(), full);
  // What is delivered is not held any more.
  Deliver(a);
  EXPECT_EQ(ActiveClaims("offers/scooter"), 1);
  Claim(need, "offers/scooter", "lines { quantity: 1 }");
  const v1::Offer after = GetOffer("offers/scooter");
  EXPECT_EQ(ActiveClaims("offers/scooter"), 2);
  EXPECT_EQ(after.etag(), before.etag());
  EXPECT_EQ(core::FromProto(after.update_time()),
            core::FromProto(before.update_time()));
  Restart();
  EXPECT_EQ(ReasonOf(TryClaim(need, "offers/scooter", "lines { quantity: 1 }")),
            "CAPACITY_REACHED");
}

TEST_F(ApiClaimTest, WhateverEndsAClaimFreesTheCapacity) {
  CreateHelper("foot", 1);
  const std::string foot = "offers/foot";
  Release(Claim(kRice, foot));
  EXPECT_EQ(ActiveClaims(foot), 0);
  Claim(kRice, foot);
  Advance(absl::Hours(12));
  server_.Tick();
  EXPECT_EQ(ActiveClaims(foot), 0);
  Claim(kRice, foot);
  server_.CloseNeed(kRice);
  EXPECT_EQ(ActiveClaims(foot), 0);
  Claim(CreateRice("").name(), foot);
}

// The default capacity is 1; a smaller one takes nothing back.
TEST_F(ApiClaimTest, ASmallerCapacityTakesNoClaimBack) {
  const v1::Claim a = Claim(kRice, kVan, "lines { quantity: 1 }");
  Claim(kRice, kVan, "lines { quantity: 1 }");
  Must<v1::Offer>(FromText<v1::UpdateOfferRequest>(
      "offer { name: 'offers/van' capacity: 1 }"));
  EXPECT_EQ(ActiveClaims(kVan), 2);
  EXPECT_EQ(ReasonOf(TryClaim(kRice, kVan)), "CAPACITY_REACHED");
  Release(a);
  EXPECT_EQ(ReasonOf(TryClaim(kRice, kVan)), "CAPACITY_REACHED");
}

TEST_F(ApiClaimTest, WhoIsSlowerIsToldTheNextNeedAndNotTheWinner) {
  v1::Need other = NeedAt(10.0005, 106);
  other.set_categories(0, "categories/medical-advice");
  server_.CreateNeed(other, "doctor");
  server_.CreateNeed(NeedAt(10.003, 106), "farther");
  server_.CreateNeed(NeedAt(10.001, 106), "ended");
  server_.CloseNeed("needs/ended");
  server_.CreateNeed(NeedAt(10.002, 106), "next");
  Claim(kRice, kVan);
  const grpc::Status status = TryClaim(kRice, kBike);
  EXPECT_EQ(status.error_code(), StatusCode::FAILED_PRECONDITION);
  EXPECT_EQ(ReasonOf(status), "ALREADY_CLAIMED");
  EXPECT_EQ(CountErrorInfos(status), 1);
  EXPECT_EQ(MetadataOf(status, "state"), "STATE_CLAIMED");
  EXPECT_EQ(MetadataOf(status, "next_need"), "needs/next");
  for (const std::string& said :
       {status.error_message(), status.error_details()}) {
    EXPECT_THAT(said, Not(HasSubstr(kVan)));
    EXPECT_THAT(said, Not(HasSubstr("/claims/")));
  }
}

TEST_F(ApiClaimTest, WhatIsNotOpenAnyMoreIsSaidWithTheNextNeed) {
  server_.CreateNeed(NeedAt(10.002, 106), "next");
  Claim(kRice, kVan, "lines { quantity: 7 }");
  const storage::Revision before = revision();
  const grpc::Status status = TryClaim(kRice, kBike, "lines { quantity: 4 }");
  EXPECT_EQ(status.error_code(), StatusCode::FAILED_PRECONDITION);
  EXPECT_EQ(ReasonOf(status), "ALREADY_CLAIMED");
  EXPECT_EQ(MetadataOf(status, "state"), "STATE_OPEN");
  EXPECT_EQ(MetadataOf(status, "next_need"), "needs/next");
  EXPECT_THAT(status.error_message(), Not(HasSubstr(kVan)));
  EXPECT_THAT(status.error_details(), Not(HasSubstr(kVan)));
  EXPECT_EQ(revision(), before);
  Claim(kRice, kBike, "lines { quantity: 3 }");
}

// An offer is not sent where it does not go.
TEST_F(ApiClaimTest, TheNextNeedIsOneThatTheOfferCanServe) {
  v1::Offer offer = OfferAt(10, 106);
  offer.set_service_radius_meters(300);
  server_.CreateOffer(offer, "foot");
  server_.CreateNeed(NeedAt(10.01, 106), "far");
  Claim(kRice, kVan);
  EXPECT_EQ(MetadataOf(TryClaim(kRice, "offers/foot"), "next_need"), "");
  EXPECT_EQ(MetadataOf(TryClaim(kRice, kBike), "next_need"), "needs/far");
  server_.CreateNeed(NeedAt(10.001, 106), "near");
  EXPECT_EQ(MetadataOf(TryClaim(kRice, "offers/foot"), "next_need"),
            "needs/near");
}

TEST_F(ApiClaimTest, ARetryIsOneClaimAndOneAnswer) {
  v1::ClaimNeedRequest request =
      ClaimRequest(kRice, kVan, "lines { quantity: 4 }");
  request.set_request_id(NewRequestId());
  const auto first = Must<v1::Claim>(request);
  const storage::Revision after = revision();
  EXPECT_EQ(Must<v1::Claim>(request).SerializeAsString(),
            first.SerializeAsString());
  Restart();
  EXPECT_EQ(Must<v1::Claim>(request).SerializeAsString(),
            first.SerializeAsString());
  EXPECT_EQ(revision(), after);
  EXPECT_EQ(CoverageOf(kRice), "10=4+0+0+6 1=0+0+0+1");
  EXPECT_EQ(ActiveClaims(kVan), 1);
  request.mutable_lines(0)->set_quantity(5);
  EXPECT_EQ(ReasonOf(Call(request)), "REQUEST_ID_REUSED");
}

// Each would be refused when it were decided anew.
TEST_F(ApiClaimTest, EachMutationIsAnsweredAgainAfterItHappened) {
  const auto twice = [&](auto request) {
    SCOPED_TRACE(request.GetTypeName());
    request.set_request_id(NewRequestId());
    const auto first = Must<v1::Claim>(request);
    const storage::Revision after = revision();
    EXPECT_EQ(Must<v1::Claim>(request).SerializeAsString(),
              first.SerializeAsString());
    EXPECT_EQ(revision(), after);
    return first;
  };
  const v1::Claim claim = twice(ClaimRequest(kRice, kVan));
  EXPECT_EQ(twice(Holding<v1::RenewClaimRequest>(claim)).renewal_count(), 1);
  twice(Holding<v1::ReleaseClaimRequest>(claim));
  const v1::Claim other = twice(ClaimRequest(kRice, kBike));
  twice(Holding<v1::MarkDeliveredRequest>(other));
  twice(ConfirmRequest(other, "outcome: OUTCOME_RECEIVED"));
}

TEST_F(ApiClaimTest, ClaimsOutliveARestart) {
  const v1::Claim claim = Claim(kRice, kVan);
  const v1::Need need = GetNeed(kRice);
  Restart();
  EXPECT_EQ(GetClaim(claim.name()).DebugString(), claim.DebugString());
  EXPECT_EQ(GetNeed(kRice).DebugString(), need.DebugString());
  EXPECT_EQ(Deliver(claim).state(), v1::Claim::STATE_DELIVERED);
}

}  // namespace
}  // namespace xom::tests
