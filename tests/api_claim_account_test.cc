// Who may claim what on a server with accounts, and what they may read.

#include <gmock/gmock.h>

#include <atomic>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "services/core/limits.h"
#include "tests/claim_accounts.h"

namespace xom::tests {
namespace {

using internal::v1::StoredNeed;
using internal::v1::StoredOffer;
using internal::v1::StoredUser;

constexpr char kPart[] = "lines { quantity: 1 }";
constexpr char kRice[] = "lines { item: 'rice' quantity: 100 }";

class ClaimAccountsTest : public ClaimAccountTest {
 protected:
  v1::ListClaimsRequest ListOf(const std::string& need) {
    return FromText<v1::ListClaimsRequest>(
        absl::StrCat("parent: '", need, "'"));
  }
};

TEST_F(ClaimAccountsTest, AHelperHoldsMoreOnceTheyDelivered) {
  const ApiClient family = PostNeed("rice", kRice);
  AddUser("an");
  AddOffer("a", "users/an");
  AddOffer("b", "users/an");
  const auto claim = [&](const std::string& offer) {
    return As("an").Ask<v1::Claim>(ClaimRequest("needs/rice", offer, kPart));
  };
  std::vector<v1::Claim> held;
  for (int i = 0; i < core::kNewHelperClaims; ++i) {
    const auto answer = claim(i % 2 == 0 ? "offers/a" : "offers/b");
    ASSERT_TRUE(answer.status.ok()) << answer.status.error_message();
    EXPECT_EQ(answer.reply.assignee(), "users/an");
    EXPECT_NE(answer.reply.fencing_token(), 0);
    held.push_back(answer.reply);
  }
  const auto refused = claim("offers/b").status;
  EXPECT_EQ(ReasonOf(refused), "HELPER_CAP_REACHED");
  EXPECT_EQ(MetadataOf(refused, "cap"), "3");
  // What they say alone makes the cap no higher.
  As("an").Must<v1::Claim>(Holding<v1::MarkDeliveredRequest>(held[0]));
  EXPECT_TRUE(claim("offers/a").status.ok());
  EXPECT_EQ(MetadataOf(claim("offers/a").status, "cap"), "3");
  // One delivered: a cap of 4, of which 3 are held.
  v1::ConfirmDeliveryRequest confirm;
  confirm.set_name(held[0].name());
  confirm.set_outcome(v1::Claim::OUTCOME_RECEIVED);
  family.Must<v1::Claim>(confirm);
  EXPECT_TRUE(claim("offers/a").status.ok());
  EXPECT_EQ(MetadataOf(claim("offers/a").status, "cap"), "4");
  // A lease that runs out counts against them.
  Advance(absl::Hours(13));
  server_.Tick();
  EXPECT_TRUE(claim("offers/a").status.ok());
  EXPECT_EQ(MetadataOf(claim("offers/a").status, "cap"), "1");
}

TEST_F(ClaimAccountsTest, ClaimsThroughManyOffersAtOnceKeepToTheCap) {
  constexpr int kOffers = 12;
  const ApiClient an = AddUser("an");
  for (int i = 0; i < kOffers; ++i) {
    PostNeed(absl::StrCat("n", i));
    AddOffer(absl::StrCat("o", i), "users/an");
  }
  std::atomic<int> won = 0;
  std::vector<std::thread> threads;
  for (int i = 0; i < kOffers; ++i) {
    threads.emplace_back([&, i] {
      const auto status = an.Call(ClaimRequest(absl::StrCat("needs/n", i),
                                               absl::StrCat("offers/o", i)));
      won += status.ok();
      if (!status.ok()) {
        EXPECT_EQ(ReasonOf(status), "HELPER_CAP_REACHED");
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(won, core::kNewHelperClaims);
}

TEST_F(ClaimAccountsTest, ANeedForKnownHelpersIsForNobodyElse) {
  const ApiClient poster =
      PostNeed("safe", "min_helper_verification: VERIFICATION_VOUCHED");
  AddUser("new");
  AddUser("known", "verification: VERIFICATION_VISITED");
  AddOffer("new", "users/new");
  AddOffer("known", "users/known");
  const auto refused = As("new").Call(ClaimRequest("needs/safe", "offers/new"));
  EXPECT_EQ(ReasonOf(refused), "HELPER_NOT_VERIFIED");
  EXPECT_EQ(MetadataOf(refused, "min_helper_verification"),
            "VERIFICATION_VOUCHED");
  EXPECT_EQ(MetadataOf(refused, "next_need"), "");
  EXPECT_EQ(As("new")
                .Must<v1::BatchClaimResponse>(
                    FromText<v1::BatchClaimRequest>("offer: 'offers/new'"))
                .claims_size(),
            0);
  As("known").Must<v1::Claim>(ClaimRequest("needs/safe", "offers/known"));
  EXPECT_EQ(ReasonOf(As("new").Call(FromText<v1::RequestHandoverRequest>(
                "name: 'needs/safe/claims/-' offer: 'offers/new'"))),
            "HELPER_NOT_VERIFIED");
  // Who asked opens it to all.
  const auto opened = poster.Must<v1::Need>(FromText<v1::UpdateNeedRequest>(
      "need { name: 'needs/safe' } "
      "update_mask { paths: 'min_helper_verification' }"));
  EXPECT_EQ(opened.min_helper_verification(), v1::VERIFICATION_UNSPECIFIED);
  As("new").Must<v1::Claim>(FromText<v1::RequestHandoverRequest>(
      "name: 'needs/safe/claims/-' offer: 'offers/new'"));
}

TEST_F(ClaimAccountsTest, WhatIsQuarantinedClaimsNothingAndIsNotClaimed) {
  PostNeed("rice", kRice);
  PostNeed("hidden", kRice);
  const ApiClient an = AddUser("an");
  AddOffer("a", "users/an");
  AddOffer("b", "users/an");
  Edit<StoredOffer>("offers/a", [](StoredOffer* stored) {
    stored->mutable_offer()->set_quarantined(true);
  });
  Edit<StoredNeed>("needs/hidden", [](StoredNeed* stored) {
    stored->mutable_need()->set_quarantined(true);
  });
  EXPECT_EQ(ReasonOf(an.Call(ClaimRequest("needs/rice", "offers/a"))),
            "HELPER_QUARANTINED");
  EXPECT_EQ(ReasonOf(an.Call(ClaimRequest("needs/hidden", "offers/b"))),
            "RESOURCE_NOT_FOUND");
  const auto batch = an.Must<v1::BatchClaimResponse>(
      FromText<v1::BatchClaimRequest>("offer: 'offers/b'"));
  ASSERT_EQ(batch.claims_size(), 1);
  Edit<StoredUser>("users/an", [](StoredUser* stored) {
    stored->mutable_user()->set_quarantined(true);
  });
  EXPECT_EQ(ReasonOf(an.Call(ClaimRequest("needs/rice", "offers/b"))),
            "HELPER_QUARANTINED");
  EXPECT_EQ(
      ReasonOf(an.Call(FromText<v1::BatchClaimRequest>("offer: 'offers/b'"))),
      "HELPER_QUARANTINED");
}

TEST_F(ClaimAccountsTest, WhoAskedReadsItsClaimsWithoutTheirTokens) {
  const ApiClient poster = PostNeed("rice", kRice);
  AddUser("an");
  AddUser("bo");
  const ApiClient moderator = AddUser("mod", "roles: ROLE_MODERATOR");
  AddOffer("a", "users/an");
  AddOffer("b", "users/bo");
  const auto claim =
      As("an").Must<v1::Claim>(ClaimRequest("needs/rice", "offers/a", kPart));
  As("bo").Must<v1::Claim>(ClaimRequest("needs/rice", "offers/b", kPart));
  const auto asked =
      As("bo").Must<v1::Claim>(FromText<v1::RequestHandoverRequest>(
          absl::StrCat("name: '", claim.name(), "' offer: 'offers/b'")));
  EXPECT_EQ(asked.name(), claim.name());
  EXPECT_EQ(asked.fencing_token(), 0);
  EXPECT_EQ(asked.handover().fencing_token(), 0);

  for (const ApiClient& reader : {poster, moderator}) {
    const auto list = reader.Must<v1::ListClaimsResponse>(ListOf("needs/rice"));
    EXPECT_EQ(list.claims_size(), 2);
    for (const v1::Claim& each : list.claims()) {
      EXPECT_EQ(each.fencing_token(), 0);
      EXPECT_EQ(each.handover().fencing_token(), 0);
    }
  }
  v1::GetClaimRequest get;
  get.set_name(claim.name());
  EXPECT_EQ(poster.Must<v1::Claim>(get).fencing_token(), 0);
  EXPECT_EQ(As("an").Must<v1::Claim>(get).fencing_token(),
            claim.fencing_token());
  EXPECT_EQ(As("an").Must<v1::Claim>(get).handover().fencing_token(), 0);
  EXPECT_EQ(ReasonOf(As("bo").Call(get)), "NOT_ALLOWED");
  EXPECT_EQ(ReasonOf(As("bo").Call(ListOf("needs/rice"))), "NOT_ALLOWED");

  As("an").Must<v1::Claim>(Holding<v1::MarkDeliveredRequest>(claim));
  EXPECT_EQ(
      poster.Must<v1::Claim>(ConfirmRequest(claim, "outcome: OUTCOME_RECEIVED"))
          .fencing_token(),
      0);
}

class OrganizationClaimTest : public ClaimAccountTest {
 protected:
  void SetUp() override {
    PostNeed("rice", kRice);
    dispatcher_ = std::make_unique<ApiClient>(AddMember("boss", true));
    AddMember("an");
    AddMember("bo");
    AddUser("stranger");
    AddOffer("van", "organizations/relief", 20);
  }
  const ApiClient& Dispatcher() { return *dispatcher_; }
  static v1::ReassignClaimRequest Reassigning(const v1::Claim& claim,
                                              const std::string& assignee) {
    v1::ReassignClaimRequest request;
    request.set_name(claim.name());
    request.set_assignee(assignee);
    return request;
  }
  v1::Claim ClaimPart(const std::string& user) {
    return As(user).Must<v1::Claim>(
        ClaimRequest("needs/rice", "offers/van", kPart));
  }

 private:
  std::unique_ptr<ApiClient> dispatcher_;
};

TEST_F(OrganizationClaimTest, ADispatcherGivesAClaimToAnotherMember) {
  const v1::Claim claim = ClaimPart("an");
  EXPECT_EQ(ReasonOf(As("an").Call(Reassigning(claim, "users/bo"))),
            "NOT_ALLOWED");
  const auto given =
      Dispatcher().Must<v1::Claim>(Reassigning(claim, "users/bo"));
  EXPECT_EQ(given.assignee(), "users/bo");
  EXPECT_GT(given.fencing_token(), claim.fencing_token());
  EXPECT_EQ(ReasonOf(As("bo").Call(Holding<v1::MarkDeliveredRequest>(claim))),
            "FENCING_TOKEN_STALE");
  EXPECT_EQ(ReasonOf(As("an").Call(Holding<v1::MarkDeliveredRequest>(given))),
            "NOT_ALLOWED");
  As("bo").Must<v1::Claim>(Holding<v1::MarkDeliveredRequest>(given));
  // To nobody in particular.
  EXPECT_EQ(Dispatcher().Must<v1::Claim>(Reassigning(claim, "")).assignee(),
            "");
}

TEST_F(OrganizationClaimTest, OnlyAMemberWithRoomForItIsGivenAClaim) {
  const v1::Claim claim = ClaimPart("an");
  for (const char* user : {"users/stranger", "users/none"}) {
    EXPECT_EQ(ReasonOf(Dispatcher().Call(Reassigning(claim, user))),
              "NOT_A_MEMBER");
  }
  EXPECT_EQ(FieldsOf(Dispatcher().Call(Reassigning(claim, "bo"))), "assignee");
  for (int i = 0; i < core::kNewHelperClaims; ++i) ClaimPart("bo");
  EXPECT_EQ(ReasonOf(Dispatcher().Call(Reassigning(claim, "users/bo"))),
            "HELPER_CAP_REACHED");
}

TEST_F(OrganizationClaimTest, ABatchForNobodyIsBoundByTheCapacityAlone) {
  for (int i = 0; i < 30; ++i) PostNeed(absl::StrCat("n", i));
  auto request = FromText<v1::BatchClaimRequest>("offer: 'offers/van'");
  EXPECT_EQ(ReasonOf(As("an").Call(request)), "NOT_ALLOWED");
  request.set_assignee("users/stranger");
  EXPECT_EQ(ReasonOf(Dispatcher().Call(request)), "NOT_A_MEMBER");
  request.set_assignee("users/an");
  const auto ans = Dispatcher().Must<v1::BatchClaimResponse>(request);
  EXPECT_EQ(ans.claims_size(), core::kNewHelperClaims);
  EXPECT_EQ(ans.claims(0).assignee(), "users/an");
  EXPECT_EQ(ReasonOf(Dispatcher().Call(request)), "HELPER_CAP_REACHED");
  request.clear_assignee();
  EXPECT_EQ(Dispatcher().Must<v1::BatchClaimResponse>(request).claims_size(),
            20 - core::kNewHelperClaims);
  EXPECT_EQ(ReasonOf(Dispatcher().Call(request)), "CAPACITY_REACHED");
}

}  // namespace
}  // namespace xom::tests
