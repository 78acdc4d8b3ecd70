// Claims that come to another helper, on a server without accounts.

#include <gmock/gmock.h>

#include <string>

#include "absl/strings/str_cat.h"
#include "tests/claim_calls.h"
#include "tests/refused_fields.h"

namespace xom::tests {
namespace {

constexpr char kVan[] = "offers/van";
constexpr char kBike[] = "offers/bike";
// Of the default lease of 12 hours a quarter is more.
constexpr absl::Duration kWait = absl::Hours(2);

class HandoverTest : public ClaimTest {
 protected:
  void SetUp() override {
    CreateRice("rice");
    CreateHelper("van");
    CreateHelper("bike", 1);
    claim_ = Claim("needs/rice", kVan);
  }

  static v1::RequestHandoverRequest Asking(const std::string& claim,
                                           const std::string& offer = kBike) {
    v1::RequestHandoverRequest request;
    request.set_name(claim);
    request.set_offer(offer);
    return request;
  }
  v1::Claim Ask() { return Must<v1::Claim>(Asking(claim_.name())); }
  v1::Claim Answer(const std::string& answer) {
    return Must<v1::Claim>(Holding<v1::AnswerHandoverRequest>(
        claim_, absl::StrCat("answer: ANSWER_", answer)));
  }

  v1::Claim claim_;
};

TEST_F(HandoverTest, AClaimIsTheAskersWhenNobodyAnswers) {
  const v1::Claim asked = Ask();
  EXPECT_EQ(asked.name(), claim_.name());
  EXPECT_EQ(asked.fencing_token(), 0);
  EXPECT_EQ(asked.handover().fencing_token(), 0);
  const std::string next = asked.handover().claim();
  Advance(kWait - absl::Microseconds(1));
  server_.Tick();
  EXPECT_EQ(GetClaim(claim_.name()).state(), v1::Claim::STATE_ACTIVE);
  EXPECT_EQ(ReasonOf(Call(FromText<v1::GetClaimRequest>(
                absl::StrCat("name: '", next, "'")))),
            "RESOURCE_NOT_FOUND");
  Advance(absl::Microseconds(1));
  server_.Tick();
  EXPECT_EQ(GetClaim(claim_.name()).release_reason(),
            v1::Claim::RELEASE_REASON_HANDED_OVER);
  const v1::Claim moved = GetClaim(next);
  EXPECT_EQ(moved.state(), v1::Claim::STATE_ACTIVE);
  EXPECT_EQ(moved.offer(), kBike);
  EXPECT_GT(moved.fencing_token(), claim_.fencing_token());
  EXPECT_EQ(CoverageOf("needs/rice"), "10=10+0+0+0 1=1+0+0+0");
  EXPECT_EQ(ReasonOf(Call(Holding<v1::MarkDeliveredRequest>(claim_))),
            "STATE_MISMATCH");
  Deliver(moved);
}

// Before anybody wrote down that time has moved it.
TEST_F(HandoverTest, AClaimThatTimeMovedIsThereAtOnce) {
  const v1::Claim asked = Ask();
  EXPECT_EQ(asked.offer(), "");  // who holds it is not said
  v1::ReassignClaimRequest request;
  request.set_name(asked.handover().claim());
  EXPECT_EQ(ReasonOf(Call(request)), "RESOURCE_NOT_FOUND");
  Advance(kWait);
  const auto moved = Must<v1::Claim>(request);
  EXPECT_EQ(moved.state(), v1::Claim::STATE_ACTIVE);
  EXPECT_EQ(moved.offer(), kBike);
}

TEST_F(HandoverTest, AMoveIsMadeAlsoAcrossARestart) {
  const std::string next = Ask().handover().claim();
  server_.Stop();
  Advance(kWait);
  Restart();
  EXPECT_EQ(GetClaim(next).state(), v1::Claim::STATE_ACTIVE);
}

TEST_F(HandoverTest, TheHolderAnswers) {
  Ask();
  EXPECT_FALSE(Answer("KEEP").has_handover());
  EXPECT_EQ(ReasonOf(Call(Holding<v1::AnswerHandoverRequest>(
                claim_, "answer: ANSWER_KEEP"))),
            "HANDOVER_MISSING");
  const std::string next = Ask().handover().claim();
  EXPECT_EQ(Answer("GIVE").state(), v1::Claim::STATE_RELEASED);
  EXPECT_EQ(GetClaim(next).offer(), kBike);
}

TEST_F(HandoverTest, WhoAsksKeepsAPlaceForTheClaim) {
  CreateRice("other");
  Ask();
  EXPECT_EQ(ReasonOf(TryClaim("needs/other", kBike)), "CAPACITY_REACHED");
  Answer("KEEP");
  const v1::Claim other = Claim("needs/other", kBike);
  EXPECT_EQ(ReasonOf(Call(Asking(claim_.name()))), "CAPACITY_REACHED");
  Release(other);
  Ask();
  Advance(kWait);
  // Due, and not written yet.
  EXPECT_EQ(ReasonOf(TryClaim("needs/other", kBike)), "CAPACITY_REACHED");
  server_.Tick();
  EXPECT_EQ(ReasonOf(TryClaim("needs/other", kBike)), "CAPACITY_REACHED");
  EXPECT_EQ(ActiveClaims(kBike), 1);
  EXPECT_EQ(ActiveClaims(kVan), 0);
}

TEST_F(HandoverTest, AnyClaimOfANeedCanBeAskedFor) {
  EXPECT_EQ(Must<v1::Claim>(Asking("needs/rice/claims/-")).name(),
            claim_.name());
  EXPECT_EQ(ReasonOf(Call(Asking("needs/rice/claims/-", kVan))),
            "STATE_MISMATCH");
  CreateHelper("car");
  EXPECT_EQ(ReasonOf(Call(Asking("needs/rice/claims/-", "offers/car"))),
            "HANDOVER_PENDING");
}

TEST_F(HandoverTest, ARetryGetsTheSameAnswer) {
  auto ask = Asking(claim_.name());
  ask.set_request_id(NewRequestId());
  const auto first = Must<v1::Claim>(ask);
  EXPECT_EQ(Must<v1::Claim>(ask).DebugString(), first.DebugString());
}

TEST_F(HandoverTest, EachWrongFieldIsNamed) {
  const std::vector<WrongField> names = {{"name: ''", "name"},
                                         {"name: 'needs/rice'", "name"},
                                         {"name: 'needs/-/claims/-'", "name"},
                                         {"request_id: '1'", "request_id"}};
  ExpectRefused(
      client_, &server_.server().ledger(), Asking(claim_.name()),
      Joined(
          {names, {{"offer: ''", "offer"}, {"offer: 'needs/rice'", "offer"}}}));
  ExpectRefused(
      client_, &server_.server().ledger(),
      Holding<v1::AnswerHandoverRequest>(claim_, "answer: ANSWER_GIVE"),
      Joined({names,
              {{"answer: ANSWER_UNSPECIFIED", "answer"},
               {"answer: 3", "answer"},
               {"fencing_token: 0", "fencing_token"}}}));
  v1::ReassignClaimRequest reassign;
  reassign.set_name(claim_.name());
  ExpectRefused(client_, &server_.server().ledger(), reassign,
                Joined({names,
                        {{"assignee: 'an'", "assignee"},
                         {"assignee: 'users/-'", "assignee"}}}));
}

TEST_F(HandoverTest, WhatIsAbsentIsNotFound) {
  EXPECT_EQ(ReasonOf(Call(Asking("needs/none/claims/-"))),
            "RESOURCE_NOT_FOUND");
  EXPECT_EQ(ReasonOf(Call(Asking("needs/rice/claims/none"))),
            "RESOURCE_NOT_FOUND");
  EXPECT_EQ(ReasonOf(Call(Asking(claim_.name(), "offers/none"))),
            "RESOURCE_NOT_FOUND");
}

TEST_F(HandoverTest, AClaimOfNoOrganizationHasNoMembers) {
  v1::ReassignClaimRequest request;
  request.set_name(claim_.name());
  EXPECT_GT(Must<v1::Claim>(request).fencing_token(), claim_.fencing_token());
  request.set_assignee("users/an");
  EXPECT_EQ(ReasonOf(Call(request)), "NOT_A_MEMBER");
}

}  // namespace
}  // namespace xom::tests
