#include "services/core/claim_index.h"

#include <gtest/gtest.h>

#include <string>

#include "absl/strings/str_cat.h"
#include "services/core/claimants.h"
#include "services/core/error.h"
#include "services/core/limits.h"
#include "services/core/resource_name.h"
#include "services/core/time_proto.h"

namespace xom::core {
namespace {

using internal::v1::StoredNeed;
using v1::Claim;

const absl::Time kNow = absl::FromUnixSeconds(1'900'000'000);

Claim& AddClaim(Claim::State state, StoredNeed* need) {
  need->mutable_need()->set_name("needs/a");
  Claim& claim = *need->add_claims();
  claim.set_name(absl::StrCat("needs/a/claims/c", need->claims_size()));
  claim.set_offer("offers/h");
  claim.set_assignee("users/h");
  claim.set_state(state);
  claim.add_lines()->set_quantity(2);
  *claim.mutable_lease_expire_time() = ToProto(kNow + absl::Hours(1));
  *claim.mutable_deliver_time() = ToProto(kNow);
  *claim.mutable_end_time() = ToProto(kNow);
  return claim;
}

void AskFor(absl::Duration wait, Claim* claim) {
  claim->mutable_handover()->set_offer("offers/o");
  claim->mutable_handover()->set_assignee("users/o");
  claim->mutable_handover()->set_claim(claim->name() + "x");
  *claim->mutable_handover()->mutable_answer_before_time() =
      ToProto(kNow + wait);
}

TEST(ClaimIndexTest, ALeaseCountsForTheOfferAndForWhoGoesUntilItEnds) {
  StoredNeed need;
  AddClaim(Claim::STATE_ACTIVE, &need);
  AddClaim(Claim::STATE_ACTIVE, &need).clear_assignee();
  AddClaim(Claim::STATE_DELIVERED, &need);
  ClaimIndex index;
  index.Add(need);
  const absl::Time end = kNow + absl::Hours(1);
  EXPECT_EQ(index.CountActive("offers/h", end - absl::Nanoseconds(1)), 2);
  EXPECT_EQ(index.CountActive("users/h", end - absl::Nanoseconds(1)), 1);
  EXPECT_EQ(index.CountActive("offers/h", end), 0);
  EXPECT_EQ(index.CountActive("users/h", end), 0);
  EXPECT_EQ(index.claimed_needs().size(), 1u);
  index.Remove(need);
  EXPECT_EQ(index.CountActive("offers/h", kNow), 0);
  EXPECT_TRUE(index.claimed_needs().empty());
}

TEST(ClaimIndexTest, WhoAsksIsCountedUntilTheMoveIsWritten) {
  StoredNeed need;
  AskFor(absl::Minutes(15), &AddClaim(Claim::STATE_ACTIVE, &need));
  ClaimIndex index;
  index.Add(need);
  for (const char* party : {"offers/o", "users/o"}) {
    EXPECT_EQ(index.CountActive(party, kNow), 1) << party;
    EXPECT_EQ(index.CountActive(party, kNow + absl::Hours(9)), 1) << party;
  }
  index.Remove(need);
  EXPECT_EQ(index.CountActive("offers/o", kNow), 0);

  // The lease ends before: nothing moves.
  need.Clear();
  AskFor(absl::Hours(2), &AddClaim(Claim::STATE_ACTIVE, &need));
  index.Add(need);
  EXPECT_EQ(index.CountActive("offers/o", kNow), 1);
  EXPECT_EQ(index.CountActive("offers/o", kNow + absl::Hours(1)), 0);
}

TEST(ClaimIndexTest, ARecordIsWhatBecameOfTheClaims) {
  StoredNeed need;
  AddClaim(Claim::STATE_ACTIVE, &need);
  AddClaim(Claim::STATE_RELEASED, &need);
  AddClaim(Claim::STATE_EXPIRED, &need);
  AddClaim(Claim::STATE_DELIVERED, &need);  // nobody has said so yet
  AddClaim(Claim::STATE_CONFIRMED, &need);  // nothing came
  AddClaim(Claim::STATE_CONFIRMED, &need)
      .mutable_lines(0)
      ->set_received_quantity(1);
  AddClaim(Claim::STATE_EXPIRED, &need).set_assignee("users/i");
  AddClaim(Claim::STATE_EXPIRED, &need).set_assignee("users/g");
  ClaimIndex index;
  index.Add(need);
  EXPECT_EQ(index.RecordOf("users/h").delivered, 1);
  EXPECT_EQ(index.RecordOf("users/h").failed, 2);
  EXPECT_EQ(index.RecordOf("users/none").failed, 0);
  index.Remove(need);
  EXPECT_EQ(index.RecordOf("users/h").delivered, 0);
}

TEST(ClaimIndexTest, OnlyTheLastClaimsCount) {
  StoredNeed need;
  for (int i = 0; i < kTrackRecordClaims + 5; ++i) {
    Claim& claim = AddClaim(Claim::STATE_CONFIRMED, &need);
    claim.mutable_lines(0)->set_received_quantity(1);
    *claim.mutable_end_time() = ToProto(kNow + absl::Minutes(i));
  }
  *AddClaim(Claim::STATE_EXPIRED, &need).mutable_end_time() =
      ToProto(kNow - absl::Hours(1));
  *AddClaim(Claim::STATE_EXPIRED, &need).mutable_end_time() =
      ToProto(kNow + absl::Hours(9));
  ClaimIndex index;
  index.Add(need);
  EXPECT_EQ(index.RecordOf("users/h").failed, 1);
  EXPECT_EQ(index.RecordOf("users/h").delivered, kTrackRecordClaims - 1);
}

std::string ReasonName(const absl::Status& status) {
  const ReasonEntry* reason = ReasonOf(status);
  return reason == nullptr ? "" : std::string(reason->name);
}

TEST(ClaimantsTest, WhoDeliversMayHoldMore) {
  auto user = std::make_shared<v1::User>();
  user->set_name("users/h");
  Goer goer{.user = user, .claimant = {.active_claims = kNewHelperClaims - 1}};
  EXPECT_TRUE(CheckMayGo(goer).ok());
  goer.claimant.active_claims = kNewHelperClaims;
  EXPECT_EQ(ReasonName(CheckMayGo(goer)), "HELPER_CAP_REACHED");
  goer.claimant.record.delivered = 1;
  EXPECT_TRUE(CheckMayGo(goer).ok());
  user->set_quarantined(true);
  EXPECT_EQ(ReasonName(CheckMayGo(goer)), "HELPER_QUARANTINED");
  EXPECT_TRUE(CheckMayGo(Goer()).ok());
}

TEST(ClaimantsTest, ANeedIsForWhoIsKnownWellEnough) {
  v1::Need need;
  EXPECT_TRUE(CheckVerified(need, v1::VERIFICATION_UNSPECIFIED).ok());
  need.set_min_helper_verification(v1::VERIFICATION_UNVERIFIED);
  EXPECT_TRUE(CheckVerified(need, v1::VERIFICATION_UNSPECIFIED).ok());
  need.set_min_helper_verification(v1::VERIFICATION_VOUCHED);
  EXPECT_EQ(ReasonName(CheckVerified(need, v1::VERIFICATION_PHONE_CHECKED)),
            "HELPER_NOT_VERIFIED");
  EXPECT_TRUE(CheckVerified(need, v1::VERIFICATION_VOUCHED).ok());
  EXPECT_TRUE(CheckVerified(need, v1::VERIFICATION_VISITED).ok());
}

TEST(ClaimantsTest, AnOfferAndAUserOfOneIdMeetInTwoRecords) {
  EXPECT_EQ(ClaimantKey("offers/x"), "claimants/x");
  EXPECT_EQ(ClaimantKey("users/x"), "claimants/users/x");
}

}  // namespace
}  // namespace xom::core
