#include "services/core/handover_decisions.h"

#include <gtest/gtest.h>

#include <string>

#include "absl/strings/str_cat.h"
#include "services/core/claim_decisions.h"
#include "services/core/error.h"
#include "services/core/limits.h"
#include "services/core/need_decisions.h"
#include "services/core/time_proto.h"

namespace xom::core {
namespace {

using internal::v1::StoredNeed;
using v1::Claim;

const absl::Time kNow = absl::FromUnixSeconds(1'900'000'000);
constexpr absl::Duration kLease = absl::Hours(4);
constexpr absl::Duration kWait = absl::Hours(1);  // a quarter of it
constexpr absl::Duration kNextLease = absl::Minutes(90);

ClaimIdentity Identity(int64_t n) {
  return {absl::StrCat("needs/a/claims/c", n), n, absl::StrCat("users/u", n),
          n == 1 ? kLease : kNextLease};
}

// 5 units, all of them claimed by offers/h as the first claim.
StoredNeed Claimed(absl::Duration lifetime = kDefaultNeedLifetime) {
  StoredNeed stored;
  v1::Need& need = *stored.mutable_need();
  need.set_name("needs/a");
  need.set_state(v1::Need::STATE_OPEN);
  need.add_lines()->set_quantity(5);
  *need.mutable_expire_time() = ToProto(kNow + lifetime);
  v1::ClaimNeedRequest request;
  request.set_name("needs/a");
  request.set_offer("offers/h");
  return *ClaimNeed(stored, request, Identity(1), kNow);
}

v1::RequestHandoverRequest Asking(const std::string& claim = Identity(1).name,
                                  const std::string& offer = "offers/o") {
  v1::RequestHandoverRequest request;
  request.set_name(claim);
  request.set_offer(offer);
  return request;
}

// Asked for as the second claim.
StoredNeed Asked(const StoredNeed& need = Claimed(), absl::Time now = kNow) {
  const auto asked = RequestHandover(need, Asking(), Identity(2), now);
  EXPECT_TRUE(asked.ok()) << asked.status();
  return asked.ok() ? *asked : need;
}

v1::AnswerHandoverRequest Answer(v1::AnswerHandoverRequest::Answer answer,
                                 int64_t token = 1) {
  v1::AnswerHandoverRequest request;
  request.set_name(Identity(1).name);
  request.set_fencing_token(token);
  request.set_answer(answer);
  return request;
}

template <typename Request>
Request Held(int64_t n) {
  Request request;
  request.set_name(Identity(n).name);
  request.set_fencing_token(n);
  return request;
}

std::string ReasonName(const absl::Status& status) {
  const ReasonEntry* reason = ReasonOf(status);
  return reason == nullptr ? "" : std::string(reason->name);
}

void ExpectMoved(const StoredNeed& need, absl::Time when) {
  ASSERT_EQ(need.claims_size(), 2);
  const Claim& old = need.claims(0);
  EXPECT_EQ(old.state(), Claim::STATE_RELEASED);
  EXPECT_EQ(old.release_reason(), Claim::RELEASE_REASON_HANDED_OVER);
  EXPECT_FALSE(old.has_handover());
  EXPECT_EQ(FromProto(old.end_time()), when);
  const Claim& next = need.claims(1);
  EXPECT_EQ(next.name(), Identity(2).name);
  EXPECT_EQ(next.offer(), "offers/o");
  EXPECT_EQ(next.assignee(), "users/u2");
  EXPECT_EQ(next.state(), Claim::STATE_ACTIVE);
  EXPECT_GT(next.fencing_token(), old.fencing_token());
  EXPECT_EQ(FromProto(next.lease_expire_time()), when + kNextLease);
  EXPECT_EQ(next.lines(0).quantity(), 5);
  EXPECT_EQ(need.need().state(), v1::Need::STATE_CLAIMED);
  EXPECT_EQ(need.need().coverage(0).promised(), 5);
}

TEST(HandoverTest, AClaimMovesAtItsInstantAndNotBefore) {
  const StoredNeed asked = Asked();
  EXPECT_EQ(asked.claims(0).state(), Claim::STATE_ACTIVE);
  EXPECT_EQ(NextDue(asked), kNow + kWait);
  EXPECT_EQ(
      Advance(asked, kNow + kWait - absl::Microseconds(1)).SerializeAsString(),
      asked.SerializeAsString());
  ExpectMoved(Advance(asked, kNow + kWait), kNow + kWait);
}

TEST(HandoverTest, TheHolderHasAQuarterOfTheLeaseAndTwoHoursAtMost) {
  StoredNeed need = Claimed();
  *need.mutable_claims(0)->mutable_lease_expire_time() =
      ToProto(kNow + absl::Hours(48));
  EXPECT_EQ(NextDue(Asked(need)), kNow + kMaxHandoverWait);
  EXPECT_EQ(NextDue(Asked(Claimed(), kNow + absl::Hours(2))),
            kNow + absl::Hours(2) + absl::Minutes(30));
}

TEST(HandoverTest, AMoveIsNoChangeOfTheNeed) {
  const StoredNeed asked = Asked();
  EXPECT_EQ(Advance(asked, kNow + kWait).need().SerializeAsString(),
            asked.need().SerializeAsString());
}

TEST(HandoverTest, TheHolderGivesOrKeeps) {
  const auto given = AnswerHandover(
      Asked(), Answer(v1::AnswerHandoverRequest::ANSWER_GIVE), kNow);
  ASSERT_TRUE(given.ok()) << given.status();
  ExpectMoved(*given, kNow);
  const auto kept = AnswerHandover(
      Asked(), Answer(v1::AnswerHandoverRequest::ANSWER_KEEP), kNow);
  ASSERT_TRUE(kept.ok()) << kept.status();
  EXPECT_FALSE(kept->claims(0).has_handover());
  EXPECT_EQ(NextDue(*kept), kNow + kLease);
  EXPECT_EQ(kept->claims(0).handover_count(), 1);
}

TEST(HandoverTest, OnlyTheHolderAnswersAndOnlyWhoIsAsked) {
  const auto refused = [](const StoredNeed& need,
                          const v1::AnswerHandoverRequest& request,
                          absl::Time now = kNow) {
    return ReasonName(AnswerHandover(need, request, now).status());
  };
  constexpr auto kGive = v1::AnswerHandoverRequest::ANSWER_GIVE;
  EXPECT_EQ(refused(Asked(), Answer(kGive, 2)), "FENCING_TOKEN_STALE");
  EXPECT_EQ(refused(Claimed(), Answer(kGive)), "HANDOVER_MISSING");
  EXPECT_EQ(refused(Asked(), Answer(kGive), kNow + kWait), "STATE_MISMATCH");
  EXPECT_EQ(
      refused(Asked(), Answer(v1::AnswerHandoverRequest::ANSWER_UNSPECIFIED)),
      "FIELD_INVALID");
  auto absent = Answer(kGive);
  absent.set_name("needs/a/claims/none");
  EXPECT_EQ(refused(Asked(), absent), "RESOURCE_NOT_FOUND");
}

TEST(HandoverTest, WhenTheClaimEndsBeforeTheHandoverEndsWithIt) {
  const StoredNeed asked = Asked();
  const auto delivered =
      MarkDelivered(asked, Held<v1::MarkDeliveredRequest>(1), kNow);
  ASSERT_TRUE(delivered.ok());
  EXPECT_FALSE(delivered->claims(0).has_handover());
  EXPECT_EQ(Advance(*delivered, kNow + kWait).claims_size(), 1);

  const auto released =
      ReleaseClaim(asked, Held<v1::ReleaseClaimRequest>(1), kNow);
  ASSERT_TRUE(released.ok());
  EXPECT_FALSE(released->claims(0).has_handover());
  EXPECT_EQ(released->need().state(), v1::Need::STATE_OPEN);

  const auto closed = EndNeed(asked, v1::Need::STATE_CLOSED, "", kNow);
  ASSERT_TRUE(closed.ok());
  EXPECT_FALSE(closed->claims(0).has_handover());
}

// A renewal may shorten the lease.
TEST(HandoverTest, ALeaseThatRunsOutBeforeTheMoveEndsIt) {
  auto renew = Held<v1::RenewClaimRequest>(1);
  renew.mutable_lease_duration()->set_seconds(60);
  const auto renewed = RenewClaim(Asked(), renew, kLease, kNow);
  ASSERT_TRUE(renewed.ok());
  EXPECT_TRUE(renewed->claims(0).has_handover());
  EXPECT_EQ(NextDue(*renewed), kNow + absl::Minutes(1));
  // Also when time is looked at long after both.
  for (const absl::Time late : {kNow + absl::Minutes(1), kNow + kWait}) {
    const StoredNeed ended = Advance(*renewed, late);
    ASSERT_EQ(ended.claims_size(), 1);
    EXPECT_EQ(ended.claims(0).state(), Claim::STATE_EXPIRED);
    EXPECT_FALSE(ended.claims(0).has_handover());
    EXPECT_EQ(ended.need().state(), v1::Need::STATE_OPEN);
  }
}

TEST(HandoverTest, ARenewalIsNoAnswer) {
  const auto renewed =
      RenewClaim(Asked(), Held<v1::RenewClaimRequest>(1), kLease, kNow);
  ASSERT_TRUE(renewed.ok());
  ExpectMoved(Advance(*renewed, kNow + kWait), kNow + kWait);
}

TEST(HandoverTest, WhatCannotBeAskedFor) {
  const auto refused = [](const StoredNeed& need,
                          const v1::RequestHandoverRequest& request,
                          absl::Time now = kNow) {
    return ReasonName(
        RequestHandover(need, request, Identity(3), now).status());
  };
  EXPECT_EQ(refused(Claimed(), Asking("needs/a/claims/none")),
            "RESOURCE_NOT_FOUND");
  EXPECT_EQ(refused(Claimed(), Asking(Identity(1).name, "offers/h")),
            "STATE_MISMATCH");
  EXPECT_EQ(refused(Asked(), Asking()), "HANDOVER_PENDING");
  EXPECT_EQ(refused(Claimed(), Asking(), kNow + kLease), "STATE_MISMATCH");
  EXPECT_EQ(refused(Claimed(absl::Hours(1)), Asking(), kNow + absl::Hours(1)),
            "STATE_MISMATCH");
}

TEST(HandoverTest, AClaimIsAskedForOnlySoOftenWhoeverHoldsIt) {
  StoredNeed need = Claimed();
  std::string claim = Identity(1).name;
  for (int64_t n = 2; n < 2 + kMaxClaimHandovers; ++n) {
    const std::string offer = absl::StrCat("offers/o", n);
    const auto asked =
        RequestHandover(need, Asking(claim, offer), Identity(n), kNow);
    ASSERT_TRUE(asked.ok()) << asked.status();
    need = Advance(*asked, NextDue(*asked));
    claim = Identity(n).name;
    ASSERT_EQ(FindClaim(need, claim)->state(), Claim::STATE_ACTIVE);
  }
  EXPECT_EQ(
      ReasonName(
          RequestHandover(need, Asking(claim), Identity(9), kNow).status()),
      "HANDOVER_LIMIT_REACHED");
}

TEST(HandoverTest, AnyClaimIsTheOldestThatCanBeAskedFor) {
  EXPECT_TRUE(IsAnyClaim("needs/a/claims/-"));
  for (const char* name : {"needs/-/claims/-", "needs/a/claims/c", "claims/-",
                           "needs/a/claims/-/claims/-", "offers/a/claims/-"}) {
    EXPECT_FALSE(IsAnyClaim(name)) << name;
  }
  const auto any = Asking("needs/a/claims/-");
  const auto asked = RequestHandover(Claimed(), any, Identity(2), kNow);
  ASSERT_TRUE(asked.ok()) << asked.status();
  EXPECT_EQ(FindAskedFor(*asked, Identity(2).name)->name(), Identity(1).name);
  EXPECT_EQ(
      ReasonName(RequestHandover(*asked, any, Identity(3), kNow).status()),
      "HANDOVER_PENDING");
  EXPECT_EQ(
      ReasonName(
          RequestHandover(Claimed(), any, Identity(2), kNow + kLease).status()),
      "STATE_MISMATCH");
}

// All of 100 claims are held: the one that is handed over goes.
TEST(HandoverTest, AFullNeedHandsOverToo) {
  StoredNeed need = Asked();
  while (need.claims_size() < kMaxClaimsPerNeed) {
    Claim& claim = *need.add_claims();
    claim = need.claims(0);
    claim.clear_handover();
    claim.clear_lines();
    claim.set_name(absl::StrCat("needs/a/claims/x", need.claims_size()));
  }
  const auto given = AnswerHandover(
      need, Answer(v1::AnswerHandoverRequest::ANSWER_GIVE), kNow);
  ASSERT_TRUE(given.ok());
  for (const StoredNeed& full : {*given, Advance(need, kNow + kWait)}) {
    EXPECT_EQ(full.claims_size(), kMaxClaimsPerNeed);
    EXPECT_EQ(FindClaim(full, Identity(1).name), nullptr);
    EXPECT_NE(FindClaim(full, Identity(2).name), nullptr);
  }
}

v1::ReassignClaimRequest To(const std::string& assignee) {
  v1::ReassignClaimRequest request;
  request.set_name(Identity(1).name);
  request.set_assignee(assignee);
  return request;
}

TEST(HandoverTest, WhoHadAReassignedClaimCanChangeItNoMore) {
  const auto changed = ReassignClaim(Claimed(), To("users/b"), 7, kNow);
  ASSERT_TRUE(changed.ok()) << changed.status();
  EXPECT_EQ(changed->claims(0).assignee(), "users/b");
  EXPECT_EQ(changed->claims(0).fencing_token(), 7);
  EXPECT_EQ(ReasonName(
                MarkDelivered(*changed, Held<v1::MarkDeliveredRequest>(1), kNow)
                    .status()),
            "FENCING_TOKEN_STALE");
}

TEST(HandoverTest, OfAReassignedClaimThatIsAskedForTheNextTokenIsLargerStill) {
  const auto changed = ReassignClaim(Asked(), To(""), 7, kNow);
  ASSERT_TRUE(changed.ok()) << changed.status();
  EXPECT_EQ(changed->claims(0).fencing_token(), 2);
  const StoredNeed moved = Advance(*changed, kNow + kWait);
  EXPECT_EQ(moved.claims(1).fencing_token(), 7);
}

TEST(HandoverTest, WhatWasBroughtIsReassignedAndWhatIsOverIsNot) {
  const StoredNeed delivered =
      *MarkDelivered(Claimed(), Held<v1::MarkDeliveredRequest>(1), kNow);
  EXPECT_TRUE(ReassignClaim(delivered, To("users/b"), 7, kNow).ok());
  EXPECT_EQ(
      ReasonName(
          ReassignClaim(Claimed(), To("users/b"), 7, kNow + kLease).status()),
      "STATE_MISMATCH");
  auto absent = To("users/b");
  absent.set_name("needs/a/claims/none");
  EXPECT_EQ(ReasonName(ReassignClaim(Claimed(), absent, 7, kNow).status()),
            "RESOURCE_NOT_FOUND");
}

}  // namespace
}  // namespace xom::core
