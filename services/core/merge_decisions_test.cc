#include "services/core/merge_decisions.h"

#include <gmock/gmock.h>

#include "absl/strings/str_cat.h"
#include "services/core/claim_decisions.h"
#include "services/core/limits.h"
#include "services/core/need_decisions.h"
#include "services/core/time_proto.h"

namespace xom::core {
namespace {

using internal::v1::StoredNeed;
using v1::Claim;

const absl::Time kNow = absl::FromUnixSeconds(1'900'000'000);

StoredNeed NeedCalled(const std::string& id) {
  StoredNeed stored;
  v1::Need& need = *stored.mutable_need();
  need.set_name(absl::StrCat("needs/", id));
  need.set_state(v1::Need::STATE_OPEN);
  need.set_urgency(v1::URGENCY_NORMAL);
  *need.mutable_expire_time() = ToProto(kNow + kDefaultNeedLifetime);
  need.add_lines()->set_quantity(10);
  stored.set_access_code_hash(absl::StrCat("code of ", id));
  return stored;
}

// With a claim of that quantity, `needs/{id}/claims/c`, with token 7.
StoredNeed Claimed(const StoredNeed& need, int quantity) {
  v1::ClaimNeedRequest request;
  request.set_name(need.need().name());
  request.set_offer("offers/h");
  request.add_lines()->set_quantity(quantity);
  return *ClaimNeed(need, request,
                    {absl::StrCat(need.need().name(), "/claims/c"), 7}, kNow);
}

// b merged into a.
std::vector<StoredNeed> Merged(const StoredNeed& a, const StoredNeed& b) {
  const auto merged = MergeNeeds({a, b}, kNow);
  EXPECT_TRUE(merged.ok()) << merged.status();
  return *merged;
}

TEST(MergeTest, TheOthersPointToTheKeptOneWhichIsAsItWas) {
  const auto needs = Merged(NeedCalled("a"), NeedCalled("b"));
  EXPECT_EQ(needs[0].need().SerializeAsString(),
            NeedCalled("a").need().SerializeAsString());
  EXPECT_EQ(needs[1].need().state(), v1::Need::STATE_MERGED);
  EXPECT_EQ(needs[1].need().merged_into(), "needs/a");
  EXPECT_EQ(FromProto(needs[1].need().end_time()), kNow);
}

TEST(MergeTest, CodesGoAlongAlsoOverSeveralMerges) {
  const auto bc = Merged(NeedCalled("b"), NeedCalled("c"));
  const auto ab = Merged(NeedCalled("a"), bc[0]);
  std::vector<std::string> codes;
  for (const auto& merged : ab[0].merged()) {
    EXPECT_EQ(merged.access_code_hash(),
              absl::StrCat("code of ", merged.need().substr(6)));
    codes.push_back(merged.need());
  }
  EXPECT_THAT(codes, testing::ElementsAre("needs/b", "needs/c"));
}

TEST(MergeTest, AMergedNeedTakesNoClaimAndNoChange) {
  const StoredNeed merged = Merged(NeedCalled("a"), NeedCalled("b"))[1];
  v1::ClaimNeedRequest request;
  request.set_offer("offers/h");
  EXPECT_EQ(
      ClaimNeed(merged, request, {"needs/b/claims/c", 1}, kNow).status().code(),
      absl::StatusCode::kFailedPrecondition);
  EXPECT_EQ(EndNeed(merged, v1::Need::STATE_CLOSED, "", kNow).status().code(),
            absl::StatusCode::kFailedPrecondition);
  EXPECT_EQ(MergeNeeds({NeedCalled("d"), merged}, kNow).status().code(),
            absl::StatusCode::kFailedPrecondition);
}

TEST(MergeTest, ItsLeasesRunOutAndItStaysMerged) {
  const StoredNeed merged =
      Merged(NeedCalled("a"), Claimed(NeedCalled("b"), 4))[1];
  const absl::Time end = FromProto(merged.claims(0).lease_expire_time());
  EXPECT_EQ(NextDue(merged), end);
  const StoredNeed after = Advance(merged, end);
  EXPECT_EQ(after.claims(0).state(), Claim::STATE_EXPIRED);
  EXPECT_EQ(after.need().state(), v1::Need::STATE_MERGED);
  EXPECT_EQ(FromProto(after.need().end_time()), kNow);
  EXPECT_EQ(NextDue(after), absl::InfiniteFuture());
  EXPECT_EQ(Advance(after, end + absl::Hours(24 * 300)).SerializeAsString(),
            after.SerializeAsString());
}

TEST(MergeTest, ItsClaimsAreDeliveredAndConfirmed) {
  StoredNeed merged = Merged(NeedCalled("a"), Claimed(NeedCalled("b"), 10))[1];
  v1::MarkDeliveredRequest deliver;
  deliver.set_name("needs/b/claims/c");
  deliver.set_fencing_token(7);
  merged = *MarkDelivered(merged, deliver, kNow);
  EXPECT_EQ(NextDue(merged), kNow + kConfirmWithin);
  merged = Advance(merged, kNow + kConfirmWithin);
  EXPECT_EQ(merged.claims(0).state(), Claim::STATE_CONFIRMED);
  EXPECT_EQ(merged.need().coverage(0).confirmed(), 10);
  EXPECT_EQ(merged.need().state(), v1::Need::STATE_MERGED) << "not CLOSED";
}

TEST(MergeTest, TheKeptOneStandsForABoundedNumber) {
  StoredNeed kept = NeedCalled("a");
  for (int i = 0; i < kMaxMergedIntoNeed; ++i) kept.add_merged();
  EXPECT_EQ(MergeNeeds({kept, NeedCalled("b")}, kNow).status().code(),
            absl::StatusCode::kFailedPrecondition);
}

TEST(MergeTest, NamesMustBeOfNeedsAndDifferent) {
  v1::MergeNeedsRequest request;
  request.set_name("needs/a");
  EXPECT_FALSE(CheckMerge(request).ok());
  request.add_duplicates("needs/b");
  EXPECT_TRUE(CheckMerge(request).ok());
  request.add_duplicates("needs/a");
  EXPECT_THAT(std::string(CheckMerge(request).message()),
              testing::HasSubstr("duplicates[1]"));
  request.set_duplicates(1, "offers/c");
  EXPECT_FALSE(CheckMerge(request).ok());
}

}  // namespace
}  // namespace xom::core
