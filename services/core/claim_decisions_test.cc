#include "services/core/claim_decisions.h"

#include <gmock/gmock.h>

#include <random>
#include <set>

#include "absl/random/random.h"
#include "absl/strings/str_cat.h"
#include "services/core/coverage.h"
#include "services/core/error.h"
#include "services/core/handover_decisions.h"
#include "services/core/limits.h"
#include "services/core/need_decisions.h"
#include "services/core/time_proto.h"

namespace xom::core {
namespace {

using internal::v1::StoredNeed;
using v1::Claim;

const absl::Time kNow = absl::FromUnixSeconds(1'900'000'000);

// Open, with lines of these quantities; none: a need without lines.
StoredNeed NeedOf(const std::vector<int>& quantities) {
  StoredNeed stored;
  v1::Need& need = *stored.mutable_need();
  need.set_name("needs/a");
  need.set_state(v1::Need::STATE_OPEN);
  need.set_urgency(v1::URGENCY_NORMAL);
  *need.mutable_expire_time() = ToProto(kNow + kDefaultNeedLifetime);
  for (const int quantity : quantities) {
    need.add_lines()->set_quantity(quantity);
  }
  return stored;
}

v1::ClaimNeedRequest Request(
    const std::vector<std::pair<int, int>>& lines = {}) {
  v1::ClaimNeedRequest request;
  request.set_name("needs/a");
  request.set_offer("offers/h");
  for (const auto& [index, quantity] : lines) {
    request.add_lines()->set_line_index(index);
    request.mutable_lines()->rbegin()->set_quantity(quantity);
  }
  return request;
}

ClaimIdentity Identity(int64_t n) {
  return {absl::StrCat("needs/a/claims/c", n), n};
}

// The n-th claim of the need; fails the test when it is refused.
StoredNeed Claimed(const StoredNeed& need, int64_t n,
                   const v1::ClaimNeedRequest& request = Request(),
                   absl::Time now = kNow) {
  auto claimed = ClaimNeed(need, request, Identity(n), now);
  EXPECT_TRUE(claimed.ok()) << claimed.status();
  return claimed.ok() ? *claimed : need;
}

template <typename R>
R About(int64_t n) {
  R request;
  request.set_name(Identity(n).name);
  if constexpr (requires { request.set_fencing_token(n); }) {
    request.set_fencing_token(n);
  }
  return request;
}

// With the token that the claim has now.
template <typename R>
R Held(const StoredNeed& need, int64_t n) {
  R request = About<R>(n);
  const Claim* claim = FindClaim(need, request.name());
  if (claim != nullptr) request.set_fencing_token(claim->fencing_token());
  return request;
}

// What holds of the claims of any need, whatever was done to them.
void ExpectSound(const StoredNeed& need) {
  std::set<std::string> names;
  std::set<int64_t> tokens;
  for (const Claim& claim : need.claims()) {
    ASSERT_TRUE(names.insert(claim.name()).second) << claim.name();
    ASSERT_TRUE(tokens.insert(claim.fencing_token()).second) << claim.name();
    ASSERT_LE(claim.handover_count(), kMaxClaimHandovers);
    if (!claim.has_handover()) continue;
    ASSERT_EQ(claim.state(), Claim::STATE_ACTIVE);
    ASSERT_TRUE(names.insert(claim.handover().claim()).second);
    ASSERT_TRUE(tokens.insert(claim.handover().fencing_token()).second);
    ASSERT_GT(claim.handover().fencing_token(), claim.fencing_token());
  }
}

StoredNeed Delivered(const StoredNeed& need, int64_t n, absl::Time now = kNow) {
  return *MarkDelivered(need, About<v1::MarkDeliveredRequest>(n), now);
}

v1::ConfirmDeliveryRequest Confirmation(int64_t n, Claim::Outcome outcome) {
  auto request = About<v1::ConfirmDeliveryRequest>(n);
  request.set_outcome(outcome);
  return request;
}

std::string ReasonName(const absl::Status& status) {
  const ReasonEntry* reason = ReasonOf(status);
  return reason == nullptr ? "" : std::string(reason->name);
}

// "asked promised delivered confirmed open" of each line.
std::vector<std::string> CoverageText(const StoredNeed& stored) {
  std::vector<std::string> text;
  for (const v1::LineCoverage& line : stored.need().coverage()) {
    text.push_back(absl::StrCat(line.asked(), " ", line.promised(), " ",
                                line.delivered(), " ", line.confirmed(), " ",
                                line.open()));
  }
  return text;
}

TEST(ClaimDecisionsTest, AClaimWithoutLinesTakesAllThatIsOpen) {
  const StoredNeed part = Claimed(NeedOf({5, 0}), 7, Request({{0, 2}}));
  EXPECT_THAT(CoverageText(part),
              testing::ElementsAre("5 2 0 0 3", "1 0 0 0 1"));
  EXPECT_EQ(part.need().state(), v1::Need::STATE_OPEN);
  const StoredNeed whole = Claimed(part, 8);
  EXPECT_THAT(CoverageText(whole),
              testing::ElementsAre("5 5 0 0 0", "1 1 0 0 0"));
  EXPECT_EQ(whole.need().state(), v1::Need::STATE_CLAIMED);
  EXPECT_EQ(whole.claims(1).fencing_token(), 8);
}

TEST(ClaimDecisionsTest, MoreThanIsOpenIsNotPromised) {
  const StoredNeed part = Claimed(NeedOf({5}), 1, Request({{0, 3}}));
  const auto more = ClaimNeed(part, Request({{0, 3}}), Identity(2), kNow);
  EXPECT_EQ(ReasonName(more.status()), "ALREADY_CLAIMED");
  const StoredNeed whole = Claimed(part, 2, Request({{0, 2}}));
  const auto late = ClaimNeed(whole, Request(), Identity(3), kNow);
  EXPECT_EQ(ReasonName(late.status()), "ALREADY_CLAIMED");
}

TEST(ClaimDecisionsTest, ANeedWithoutLinesIsOneUnit) {
  const StoredNeed claimed = Claimed(NeedOf({}), 1);
  EXPECT_THAT(CoverageText(claimed), testing::ElementsAre("1 1 0 0 0"));
  EXPECT_EQ(claimed.need().state(), v1::Need::STATE_CLAIMED);
}

TEST(ClaimDecisionsTest, AClaimHoldsForTheDefaultUnlessItSays) {
  ClaimIdentity identity = Identity(1);
  identity.default_lease = absl::Minutes(90);
  v1::ClaimNeedRequest request = Request();
  const auto by_default = ClaimNeed(NeedOf({2}), request, identity, kNow);
  ASSERT_TRUE(by_default.ok());
  EXPECT_EQ(FromProto(by_default->claims(0).lease_expire_time()),
            kNow + absl::Minutes(90));
  request.mutable_lease_duration()->set_seconds(60);
  const auto said = ClaimNeed(NeedOf({2}), request, identity, kNow);
  ASSERT_TRUE(said.ok());
  EXPECT_EQ(FromProto(said->claims(0).lease_expire_time()),
            kNow + absl::Minutes(1));
}

TEST(ClaimDecisionsTest, ALeaseEndsAtItsInstantAndNotBefore) {
  const StoredNeed claimed = Claimed(NeedOf({2}), 1);
  const absl::Time end = FromProto(claimed.claims(0).lease_expire_time());
  EXPECT_EQ(NextDue(claimed), end);
  EXPECT_EQ(Advance(claimed, end - absl::Microseconds(1)).need().state(),
            v1::Need::STATE_CLAIMED);
  const StoredNeed open = Advance(claimed, end);
  EXPECT_EQ(open.claims(0).state(), Claim::STATE_EXPIRED);
  EXPECT_EQ(open.need().state(), v1::Need::STATE_OPEN);
  EXPECT_EQ(open.need().coverage_size(), 0);
}

TEST(ClaimDecisionsTest, ALapsedLeaseBindsNobodyThoughNobodyWroteItDown) {
  const StoredNeed claimed = Claimed(NeedOf({2}), 1);
  const absl::Time end = FromProto(claimed.claims(0).lease_expire_time());
  const auto late =
      MarkDelivered(claimed, About<v1::MarkDeliveredRequest>(1), end);
  EXPECT_EQ(ReasonName(late.status()), "STATE_MISMATCH");
  const StoredNeed next = Claimed(claimed, 2, Request(), end);
  EXPECT_EQ(next.claims(0).state(), Claim::STATE_EXPIRED);
  EXPECT_EQ(next.claims(1).state(), Claim::STATE_ACTIVE);
}

TEST(ClaimDecisionsTest, AStaleFencingTokenIsRefused) {
  const StoredNeed claimed = Claimed(NeedOf({2}), 5);
  auto release = About<v1::ReleaseClaimRequest>(5);
  release.set_fencing_token(4);
  EXPECT_EQ(ReasonName(ReleaseClaim(claimed, release, kNow).status()),
            "FENCING_TOKEN_STALE");
}

TEST(ClaimDecisionsTest, ALeaseIsRenewedSoOftenAndNotMore) {
  StoredNeed need = Claimed(NeedOf({2}), 1);
  absl::Time now = kNow;
  for (int i = 0; i < kMaxClaimRenewals; ++i) {
    now += absl::Hours(1);
    const auto renewed =
        RenewClaim(need, About<v1::RenewClaimRequest>(1), absl::Hours(2), now);
    ASSERT_TRUE(renewed.ok()) << renewed.status();
    need = *renewed;
    EXPECT_EQ(FromProto(need.claims(0).lease_expire_time()),
              now + absl::Hours(2));
  }
  const auto more =
      RenewClaim(need, About<v1::RenewClaimRequest>(1), absl::Hours(2), now);
  EXPECT_EQ(ReasonName(more.status()), "RENEWAL_LIMIT_REACHED");
}

TEST(ClaimDecisionsTest, WhatCameCountsAndTheRestIsOpenAgain) {
  const StoredNeed delivered = Delivered(Claimed(NeedOf({5}), 1), 1);
  EXPECT_THAT(CoverageText(delivered), testing::ElementsAre("5 0 5 0 0"));
  auto partly = Confirmation(1, Claim::OUTCOME_PARTLY_RECEIVED);
  partly.add_received()->set_quantity(3);
  const auto confirmed = ConfirmDelivery(delivered, partly, kNow);
  ASSERT_TRUE(confirmed.ok()) << confirmed.status();
  EXPECT_THAT(CoverageText(*confirmed), testing::ElementsAre("5 0 0 3 2"));
  EXPECT_EQ(confirmed->need().state(), v1::Need::STATE_OPEN);
}

TEST(ClaimDecisionsTest, ANeedIsClosedOnceAllOfItCame) {
  const StoredNeed delivered = Delivered(Claimed(NeedOf({5}), 1), 1);
  const auto closed = ConfirmDelivery(
      delivered, Confirmation(1, Claim::OUTCOME_RECEIVED), kNow);
  ASSERT_TRUE(closed.ok());
  EXPECT_EQ(closed->need().state(), v1::Need::STATE_CLOSED);
  EXPECT_EQ(FromProto(closed->need().end_time()), kNow);
  EXPECT_EQ(NextDue(*closed), absl::InfiniteFuture());
}

TEST(ClaimDecisionsTest, WhatDidNotComeIsOpenAgain) {
  for (const auto outcome :
       {Claim::OUTCOME_NOT_RECEIVED, Claim::OUTCOME_WRONG_PERSON}) {
    const StoredNeed delivered = Delivered(Claimed(NeedOf({5}), 1), 1);
    const auto open =
        ConfirmDelivery(delivered, Confirmation(1, outcome), kNow);
    ASSERT_TRUE(open.ok());
    EXPECT_EQ(open->need().state(), v1::Need::STATE_OPEN);
    EXPECT_EQ(open->claims(0).outcome(), outcome);
    EXPECT_EQ(open->need().coverage_size(), 0);
  }
}

TEST(ClaimDecisionsTest, ADeliveryConfirmsItselfInTime) {
  const StoredNeed delivered = Delivered(Claimed(NeedOf({5}), 1), 1);
  EXPECT_EQ(NextDue(delivered), kNow + kConfirmWithin);
  const StoredNeed closed = Advance(delivered, kNow + kConfirmWithin);
  EXPECT_EQ(closed.claims(0).state(), Claim::STATE_CONFIRMED);
  EXPECT_EQ(closed.claims(0).outcome(), Claim::OUTCOME_ASSUMED_RECEIVED);
  EXPECT_EQ(closed.need().state(), v1::Need::STATE_CLOSED);
}

TEST(ClaimDecisionsTest, ANeedDoesNotExpireUnderAHelper) {
  StoredNeed need = NeedOf({5});
  *need.mutable_need()->mutable_expire_time() = ToProto(kNow + absl::Hours(1));
  const StoredNeed claimed = Claimed(need, 1);
  EXPECT_EQ(Advance(claimed, kNow + absl::Hours(2)).need().state(),
            v1::Need::STATE_CLAIMED);
  const absl::Time lease = FromProto(claimed.claims(0).lease_expire_time());
  const StoredNeed expired = Advance(claimed, lease);
  EXPECT_EQ(expired.claims(0).state(), Claim::STATE_EXPIRED);
  EXPECT_EQ(expired.need().state(), v1::Need::STATE_EXPIRED);
}

TEST(ClaimDecisionsTest, TheEndOfANeedEndsItsClaims) {
  StoredNeed need = Claimed(NeedOf({5}), 1, Request({{0, 2}}));
  need = Delivered(Claimed(need, 2), 2);
  const auto closed = EndNeed(need, v1::Need::STATE_CLOSED, "", kNow);
  ASSERT_TRUE(closed.ok());
  EXPECT_EQ(closed->claims(0).state(), Claim::STATE_RELEASED);
  EXPECT_EQ(closed->claims(0).release_reason(),
            Claim::RELEASE_REASON_NEED_ENDED);
  EXPECT_EQ(closed->claims(1).state(), Claim::STATE_CONFIRMED);
  EXPECT_THAT(CoverageText(*closed), testing::ElementsAre("5 0 0 3 2"));
}

TEST(ClaimDecisionsTest, ReleasedClaimsMakeRoomAndUnfinishedOnesDoNot) {
  StoredNeed need = NeedOf({kMaxClaimsPerNeed + 1});
  for (int n = 1; n <= kMaxClaimsPerNeed; ++n) {
    need = Claimed(need, n, Request({{0, 1}}));
  }
  EXPECT_EQ(
      ReasonName(ClaimNeed(need, Request(), Identity(1'000), kNow).status()),
      "CLAIM_LIMIT_REACHED");
  need = *ReleaseClaim(need, About<v1::ReleaseClaimRequest>(3), kNow);
  need = Claimed(need, 1'000, Request({{0, 1}}));
  EXPECT_EQ(need.claims_size(), kMaxClaimsPerNeed);
  EXPECT_EQ(FindClaim(need, Identity(3).name), nullptr);
}

TEST(ClaimDecisionsTest, WhatCameCountsAlsoWhenItsClaimHasMadeRoom) {
  StoredNeed need = NeedOf({kMaxClaimsPerNeed + 50});
  for (int n = 1; n <= kMaxClaimsPerNeed + 20; ++n) {
    need = Delivered(Claimed(need, n, Request({{0, 1}})), n);
    need =
        *ConfirmDelivery(need, Confirmation(n, Claim::OUTCOME_RECEIVED), kNow);
  }
  EXPECT_EQ(need.claims_size(), kMaxClaimsPerNeed);
  EXPECT_THAT(CoverageText(need), testing::ElementsAre("150 0 0 120 30"));
}

TEST(ClaimDecisionsTest, ANeedWhoseTimeHasPassedIsNotClaimedAnew) {
  StoredNeed need = NeedOf({5});
  *need.mutable_need()->mutable_expire_time() = ToProto(kNow + absl::Hours(1));
  need = Claimed(need, 1, Request({{0, 2}}));
  const absl::Time late = kNow + absl::Hours(2);
  EXPECT_EQ(ReasonName(ClaimNeed(need, Request(), Identity(2), late).status()),
            "STATE_MISMATCH");
  const auto released =
      ReleaseClaim(need, About<v1::ReleaseClaimRequest>(1), late);
  ASSERT_TRUE(released.ok());
  EXPECT_EQ(released->need().state(), v1::Need::STATE_EXPIRED);
}

TEST(ClaimDecisionsTest, ARenewalIsNoChangeOfTheNeed) {
  const StoredNeed claimed = Claimed(NeedOf({5}), 1);
  const auto renewed = RenewClaim(claimed, About<v1::RenewClaimRequest>(1),
                                  absl::Hours(2), kNow + absl::Hours(1));
  ASSERT_TRUE(renewed.ok());
  EXPECT_EQ(renewed->need().SerializeAsString(),
            claimed.need().SerializeAsString());
}

TEST(ClaimDecisionsTest, AnOfferTakesAsManyClaimsAsItsCapacity) {
  v1::Offer offer;
  offer.set_state(v1::Offer::STATE_ACTIVE);
  offer.set_capacity(2);
  EXPECT_TRUE(CheckMayClaim(offer, 1).ok());
  EXPECT_EQ(ReasonName(CheckMayClaim(offer, 2)), "CAPACITY_REACHED");
  offer.set_quarantined(true);
  EXPECT_EQ(ReasonName(CheckMayClaim(offer, 0)), "HELPER_QUARANTINED");
  offer.set_state(v1::Offer::STATE_PAUSED);
  EXPECT_EQ(ReasonName(CheckMayClaim(offer, 0)), "STATE_MISMATCH");
}

// One random step; what is refused changes nothing.
StoredNeed RandomStep(const StoredNeed& need, int64_t n, absl::Time now,
                      std::mt19937_64& random) {
  const auto keep = [&](const absl::StatusOr<StoredNeed>& next) {
    return next.ok() ? *next : need;
  };
  const int64_t other = absl::Uniform<int64_t>(random, 0, n + 1);
  switch (absl::Uniform(random, 0, 9)) {
    case 0:
      return keep(ClaimNeed(
          need,
          Request({{absl::Uniform(random, 0, 2), absl::Uniform(random, 1, 5)}}),
          Identity(n), now));
    case 1:
      return keep(
          ReleaseClaim(need, Held<v1::ReleaseClaimRequest>(need, other), now));
    case 2:
      return keep(MarkDelivered(
          need, Held<v1::MarkDeliveredRequest>(need, other), now));
    case 3:
      return keep(ConfirmDelivery(
          need,
          Confirmation(other, absl::Bernoulli(random, 0.5)
                                  ? Claim::OUTCOME_RECEIVED
                                  : Claim::OUTCOME_NOT_RECEIVED),
          now));
    case 4:
      return keep(RenewClaim(need, Held<v1::RenewClaimRequest>(need, other),
                             absl::Hours(2), now));
    case 5: {
      auto ask = About<v1::RequestHandoverRequest>(other);
      ask.set_offer("offers/other");
      return keep(RequestHandover(need, ask, Identity(n), now));
    }
    case 6: {
      auto answer = Held<v1::AnswerHandoverRequest>(need, other);
      answer.set_answer(absl::Bernoulli(random, 0.5)
                            ? v1::AnswerHandoverRequest::ANSWER_GIVE
                            : v1::AnswerHandoverRequest::ANSWER_KEEP);
      return keep(AnswerHandover(need, answer, now));
    }
    case 7:
      return keep(
          ReassignClaim(need, About<v1::ReassignClaimRequest>(other), n, now));
    default:
      return Advance(need, now);
  }
}

TEST(ClaimDecisionsTest, WhateverHappensTheSumOfALineIsWhatIsAsked) {
  const uint64_t seed = std::random_device()();
  SCOPED_TRACE(absl::StrCat("seed ", seed));
  std::mt19937_64 random(seed);
  for (int round = 0; round < 200; ++round) {
    StoredNeed need = NeedOf({7, 3});
    absl::Time now = kNow;
    for (int64_t n = 1; n < 60; ++n) {
      need = RandomStep(need, n, now, random);
      now += absl::Minutes(absl::Uniform(random, 0, 120));
      ASSERT_NO_FATAL_FAILURE(ExpectSound(need)) << need.ShortDebugString();
      for (const v1::LineCoverage& line : CoverageOf(need)) {
        ASSERT_GE(line.open(), 0) << need.ShortDebugString();
        ASSERT_EQ(line.asked(), line.promised() + line.delivered() +
                                    line.confirmed() + line.open());
      }
      // Reading a need again finds nothing that writing it left out.
      if (need.need().end_time().seconds() > 0) break;
      StoredNeed again = need;
      UpdateCoverage(&again);
      ASSERT_EQ(again.SerializeAsString(), need.SerializeAsString());
    }
  }
}

}  // namespace
}  // namespace xom::core
