// Needs that are the same, over the socket: hints for who posts, candidates for
// moderators, and merging.

#include <gmock/gmock.h>

#include "absl/strings/str_cat.h"
#include "tests/moderation_calls.h"

namespace xom::tests {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

constexpr char kFever[] =
    "situation: 'Mẹ tôi sốt cao hai ngày, cần gạo và sữa' "
    "lines { item: 'gạo' quantity: 10 unit: 'kg' } ";
// The same in other words, accents and case.
constexpr char kFeverAgain[] =
    "situation: 'me toi SOT CAO 2 ngay, can gao va sua' "
    "lines { item: 'Gạo' quantity: 10 unit: 'kg' } ";
constexpr char kPhone[] = "contact { phone_number: '+84912345678' } ";

std::vector<std::string> Names(
    const google::protobuf::RepeatedPtrField<std::string>& names) {
  return {names.begin(), names.end()};
}

class DuplicatesTest : public ModerationTest {
 protected:
  std::vector<v1::DuplicateCandidate> Candidates(const std::string& need) {
    v1::ListDuplicatesRequest request;
    request.set_parent(need);
    const auto found =
        As("mod").Must<v1::ListDuplicatesResponse>(request).candidates();
    return {found.begin(), found.end()};
  }
  std::vector<std::string> CandidateNames(const std::string& need) {
    std::vector<std::string> names;
    for (const auto& found : Candidates(need)) {
      names.push_back(found.need().name());
    }
    return names;
  }

  grpc::Status TryMerge(const std::string& kept, const std::string& duplicate) {
    v1::MergeNeedsRequest request;
    request.set_name(kept);
    request.add_duplicates(duplicate);
    return As("mod").Call(request);
  }

  v1::Need Read(const ApiClient& client, const std::string& name) {
    v1::GetNeedRequest request;
    request.set_name(name);
    return client.Must<v1::Need>(request);
  }
};

TEST_F(DuplicatesTest, APosterIsToldOfTheirOwnAlone) {
  AddUser("an");
  AddUser("binh");
  const std::string first = absl::StrCat(kFever, kPhone);
  const std::string again = absl::StrCat(kFeverAgain, kPhone);
  EXPECT_THAT(CreateNeedAs(As("an"), "a", first).possible_duplicates(),
              IsEmpty());
  EXPECT_THAT(Names(CreateNeedAs(As("an"), "b", again).possible_duplicates()),
              ElementsAre("needs/a"));
  EXPECT_THAT(CreateNeedAs(As("binh"), "c", again).possible_duplicates(),
              IsEmpty());
  EXPECT_THAT(CreateNeedAs(client_, "d", again).possible_duplicates(),
              IsEmpty());
  EXPECT_THAT(Read(As("an"), "needs/b").possible_duplicates(), IsEmpty())
      << "only the answer of the create tells";
}

TEST_F(DuplicatesTest, TheAccessCodeThatCameAlongSaysWhatIsOnesOwn) {
  const std::string text = absl::StrCat(kFever, kPhone);
  const v1::Need first = CreateNeedAs(client_, "a", text);
  const v1::Need other = CreateNeedAs(client_, "other");
  EXPECT_THAT(
      Names(CreateNeedAs(WithCode(first), "b", text).possible_duplicates()),
      ElementsAre("needs/a"));
  EXPECT_THAT(CreateNeedAs(WithCode(other), "c", text).possible_duplicates(),
              IsEmpty());
}

TEST_F(DuplicatesTest, WhatIsOnesOwnButNotAlikeIsNoHint) {
  AddUser("an");
  CreateNeedAs(As("an"), "a", kFever);
  EXPECT_THAT(
      CreateNeedAs(As("an"), "b", "situation: 'school books for two girls'")
          .possible_duplicates(),
      IsEmpty());
}

TEST_F(DuplicatesTest, ARetryIsToldTheSame) {
  AddUser("an");
  CreateNeedAs(As("an"), "a", kFever);
  auto request = FromText<v1::CreateNeedRequest>(
      absl::StrCat("need_id: 'b' need { ", kFever, " }"));
  request.mutable_need()->MergeFrom(NeedAt(10, 106));
  request.set_request_id(NewRequestId());
  const auto first = As("an").Must<v1::Need>(request);
  EXPECT_THAT(Names(first.possible_duplicates()), ElementsAre("needs/a"));
  EXPECT_EQ(As("an").Must<v1::Need>(request).DebugString(),
            first.DebugString());
}

TEST_F(DuplicatesTest, ModeratorsSeeCandidatesTheLikeliestFirst) {
  CreateNeedAs(client_, "rice", absl::StrCat(kFever, kPhone));
  CreateNeedAs(client_, "words", kFeverAgain);
  CreateNeedAs(client_, "both", absl::StrCat(kFeverAgain, kPhone));
  CreateNeedAs(client_, "phone",
               absl::StrCat("situation: 'anything else' ", kPhone));
  CreateNeedAs(client_, "neighbour", "situation: 'school books'");
  const auto found = Candidates("needs/rice");
  EXPECT_THAT(CandidateNames("needs/rice"),
              ElementsAre("needs/both", "needs/words", "needs/phone"));
  EXPECT_TRUE(found[0].same_phone_number());
  EXPECT_FALSE(found[1].same_phone_number());
  EXPECT_GT(found[1].text_likeness(), 0.6);
  EXPECT_EQ(found[1].distance_meters(), 0);
}

TEST_F(DuplicatesTest, APhoneIsFoundHoweverFarAndOnlyWhileItIsNamed) {
  v1::Need far = NeedAt(21, 105.8);
  MergeText(kPhone, &far);
  v1::CreateNeedRequest create;
  *create.mutable_need() = far;
  create.set_need_id("far");
  const auto created = Must<v1::Need>(create);
  CreateNeedAs(client_, "near", kPhone);
  EXPECT_THAT(CandidateNames("needs/near"), ElementsAre("needs/far"));
  WithCode(created).Must<v1::Need>(FromText<v1::UpdateNeedRequest>(
      "need { name: 'needs/far' contact { phone_number: '+84987654321' } }"));
  EXPECT_THAT(CandidateNames("needs/near"), IsEmpty());
}

TEST_F(DuplicatesTest, WhatHasEndedIsNoCandidate) {
  const std::string text = absl::StrCat(kFever, kPhone);
  CreateNeedAs(client_, "a", text);
  const v1::Need other = CreateNeedAs(client_, "b", text);
  EXPECT_THAT(CandidateNames("needs/a"), ElementsAre("needs/b"));
  v1::CloseNeedRequest close;
  close.set_name("needs/b");
  WithCode(other).Must<v1::Need>(close);
  EXPECT_THAT(CandidateNames("needs/a"), IsEmpty());
}

TEST_F(DuplicatesTest,
       AMergedNeedLeavesAllListsAndItsCodeShowsTheKeptOnesClaims) {
  CreateNeedAs(client_, "a", kFever);
  const v1::Need other = CreateNeedAs(client_, "b", kFever);
  v1::CloseNeedRequest close;
  close.set_name("needs/a");
  EXPECT_EQ(ReasonOf(WithCode(other).Call(close)), "ACCESS_CODE_WRONG");
  EXPECT_TRUE(TryMerge("needs/a", "needs/b").ok());
  EXPECT_THAT(Nearest(), ElementsAre("needs/a"));
  EXPECT_THAT(Listed(), ElementsAre("needs/a"));
  EXPECT_THAT(Listed("states: STATE_MERGED"), ElementsAre("needs/b"));
  const v1::Need merged = Read(client_, "needs/b");
  EXPECT_EQ(merged.state(), v1::Need::STATE_MERGED);
  EXPECT_EQ(merged.merged_into(), "needs/a");
  // Who made the other may be a stranger: their code opens nothing private.
  EXPECT_EQ(ReasonOf(WithCode(other).Call(close)), "ACCESS_CODE_WRONG");
  v1::RevealNeedRequest reveal;
  reveal.set_name("needs/a");
  EXPECT_EQ(ReasonOf(WithCode(other).Call(reveal)), "ACCESS_CODE_WRONG");
  v1::ListClaimsRequest list;
  list.set_parent("needs/a");
  EXPECT_TRUE(WithCode(other).Call(list).ok());
}

TEST_F(DuplicatesTest, ClaimsOfAMergedNeedRunToTheirEnd) {
  AddUser("an");
  v1::CreateOfferRequest offer;
  *offer.mutable_offer() = OfferAt(10, 106);
  offer.mutable_offer()->set_capacity(5);
  offer.set_offer_id("van");
  As("an").Must<v1::Offer>(offer);
  CreateNeedAs(client_, "a", kFever);
  CreateNeedAs(client_, "b", kFever);
  const auto claim_part = [&](const std::string& need, int quantity) {
    return FromText<v1::ClaimNeedRequest>(
        absl::StrCat("name: '", need, "' offer: 'offers/van' ",
                     "lines { quantity: ", quantity, " }"));
  };
  const auto lost = As("an").Must<v1::Claim>(claim_part("needs/b", 3));
  const auto brought = As("an").Must<v1::Claim>(claim_part("needs/b", 4));
  EXPECT_TRUE(TryMerge("needs/a", "needs/b").ok());

  EXPECT_EQ(ReasonOf(As("an").Call(claim_part("needs/b", 1))),
            "STATE_MISMATCH");
  EXPECT_TRUE(As("an").Call(claim_part("needs/a", 1)).ok());
  v1::MarkDeliveredRequest deliver;
  deliver.set_name(brought.name());
  deliver.set_fencing_token(brought.fencing_token());
  EXPECT_TRUE(As("an").Call(deliver).ok());
  server_.clock().Advance(absl::Hours(80));
  while (server_.Tick() > 0) {
  }
  const auto state_of = [&](const v1::Claim& claim) {
    v1::GetClaimRequest get;
    get.set_name(claim.name());
    return As("an").Must<v1::Claim>(get).state();
  };
  EXPECT_EQ(state_of(lost), v1::Claim::STATE_EXPIRED);
  EXPECT_EQ(state_of(brought), v1::Claim::STATE_CONFIRMED);
  EXPECT_EQ(Read(client_, "needs/b").state(), v1::Need::STATE_MERGED);
}

TEST_F(DuplicatesTest, AMergedNeedIsDeletedInTime) {
  CreateNeedAs(client_, "a");
  CreateNeedAs(client_, "b");
  EXPECT_TRUE(TryMerge("needs/a", "needs/b").ok());
  server_.clock().Advance(absl::Hours(24 * 31));
  while (server_.Tick() > 0) {
  }
  EXPECT_EQ(WhyHidden(client_, "needs/b"), "RESOURCE_NOT_FOUND");
}

TEST_F(DuplicatesTest, WhatCannotBeMergedChangesNothing) {
  CreateNeedAs(client_, "a");
  const v1::Need ended = CreateNeedAs(client_, "ended");
  v1::CloseNeedRequest close;
  close.set_name("needs/ended");
  WithCode(ended).Must<v1::Need>(close);
  const storage::Revision before = revision();
  EXPECT_EQ(ReasonOf(TryMerge("needs/a", "needs/ended")), "STATE_MISMATCH");
  EXPECT_EQ(ReasonOf(TryMerge("needs/ended", "needs/a")), "STATE_MISMATCH");
  EXPECT_EQ(ReasonOf(TryMerge("needs/a", "needs/none")), "RESOURCE_NOT_FOUND");
  EXPECT_EQ(FieldsOf(TryMerge("needs/a", "needs/a")), "duplicates[0]");
  EXPECT_EQ(FieldsOf(As("mod").Call(
                FromText<v1::MergeNeedsRequest>("name: 'needs/a'"))),
            "duplicates");
  EXPECT_EQ(revision(), before);
  v1::MergeNeedsRequest request;
  request.set_name("needs/a");
  request.add_duplicates("needs/ended");
  EXPECT_EQ(ReasonOf(As("ward").Call(request)), "NOT_ALLOWED");
}

}  // namespace
}  // namespace xom::tests
