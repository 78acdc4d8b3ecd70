#include "services/core/need_decisions.h"

#include <gtest/gtest.h>

#include "services/core/category_decisions.h"
#include "services/core/claim_decisions.h"
#include "services/core/error.h"
#include "services/core/limits.h"
#include "services/core/time_proto.h"

namespace xom::core {
namespace {

using internal::v1::StoredNeed;

const absl::Time kNow = absl::FromUnixSeconds(1'629'684'000);

CategoryTable Categories() {
  CategoryTable table;
  for (const auto& stored : BuiltInCategories(kNow)) {
    table = table.With({stored, 1});
  }
  return table;
}

v1::CreateNeedRequest NewNeed() {
  v1::CreateNeedRequest request;
  v1::Need& need = *request.mutable_need();
  need.add_categories("categories/groceries");
  need.mutable_place()->mutable_location()->set_latitude(10.7712345);
  need.mutable_place()->mutable_location()->set_longitude(106.7012345);
  need.mutable_place()->set_address("the blue gate");
  need.mutable_contact()->set_phone_number("+84 912 345 678");
  return request;
}

NeedRecord CreatedRecord() {
  const auto record = CreateNeed(NewNeed(), "needs/x", Categories(), kNow);
  EXPECT_TRUE(record.ok()) << record.status();
  return *record;
}

StoredNeed Created() { return CreatedRecord().stored; }

absl::StatusOr<NeedRecord> Updated(const NeedRecord& current,
                                   const v1::UpdateNeedRequest& request) {
  return UpdateNeed(current, request, Categories(), kNow);
}

// Of a need that was created like that.
absl::StatusOr<StoredNeed> Updated(const StoredNeed& current,
                                   const v1::UpdateNeedRequest& request,
                                   absl::Time now) {
  const auto record = UpdateNeed({current, CreatedRecord().details}, request,
                                 Categories(), now);
  if (!record.ok()) return record.status();
  return record->stored;
}

TEST(NeedDecisionsTest, WhatIsPrivateStandsApart) {
  const auto [stored, details] = CreatedRecord();
  EXPECT_FALSE(stored.need().has_place());
  EXPECT_FALSE(stored.need().has_contact());
  EXPECT_EQ(details.place().location().latitude(), 10.7712345);
  EXPECT_EQ(details.place().address(), "the blue gate");
  EXPECT_EQ(details.contact().phone_number(), "+84912345678");
  EXPECT_NE(stored.need().public_location().latitude(), 10.7712345);
  EXPECT_EQ(stored.need().location_precision(),
            v1::LOCATION_PRECISION_METERS_300);
}

TEST(NeedDecisionsTest, AnUpdateOfTheRestKeepsWhatIsPrivate) {
  const NeedRecord before = CreatedRecord();
  v1::UpdateNeedRequest request;
  request.mutable_need()->set_situation("Enough.");
  const auto after = Updated(before, request);
  ASSERT_TRUE(after.ok());
  EXPECT_EQ(after->details.place().DebugString(),
            before.details.place().DebugString());
  EXPECT_EQ(after->details.contact().DebugString(),
            before.details.contact().DebugString());
  EXPECT_EQ(after->stored.need().public_location().DebugString(),
            before.stored.need().public_location().DebugString());
  EXPECT_EQ(after->stored.need().situation(), "Enough.");
}

TEST(NeedDecisionsTest, AnUpdateOfTheLocationMovesThePublicPoint) {
  v1::UpdateNeedRequest request;
  auto& location = *request.mutable_need()->mutable_place()->mutable_location();
  location.set_latitude(11);
  location.set_longitude(107);
  request.mutable_update_mask()->add_paths("place.location");
  const auto after = Updated(CreatedRecord(), request);
  ASSERT_TRUE(after.ok());
  EXPECT_EQ(after->details.place().location().latitude(), 11);
  EXPECT_EQ(after->details.place().address(), "the blue gate");
  EXPECT_NEAR(after->stored.need().public_location().latitude(), 11, 0.01);
}

// Somebody who knows only the name could read the true place off the answer.
TEST(NeedDecisionsTest, APartOfAPlaceCannotBeMadePublicAlone) {
  for (const std::string path :
       {"place.location_precision", "place.location.latitude",
        "place.location.longitude"}) {
    v1::UpdateNeedRequest request;
    request.mutable_need()->mutable_place()->set_location_precision(
        v1::LOCATION_PRECISION_EXACT);
    request.mutable_update_mask()->add_paths(path);
    EXPECT_EQ(Updated(CreatedRecord(), request).status().code(),
              absl::StatusCode::kInvalidArgument)
        << path;
  }
}

// Else who was visited could move, and be taken for visited there.
TEST(NeedDecisionsTest, WhatWasVerifiedHoldsForItsPlaceAndNumber) {
  NeedRecord before = CreatedRecord();
  before.stored.mutable_need()->set_verification(v1::VERIFICATION_VISITED);
  const auto updated = [&](const std::string& path) {
    v1::UpdateNeedRequest request;
    request.mutable_update_mask()->add_paths(path);
    v1::Need& need = *request.mutable_need();
    need.set_situation("Enough.");
    need.mutable_place()->mutable_location()->set_latitude(10.8);
    need.mutable_place()->set_address("the green gate");
    need.mutable_contact()->set_phone_number("+84 912 345 679");
    const auto after = Updated(before, request);
    EXPECT_TRUE(after.ok()) << after.status();
    return after->stored.need().verification();
  };
  for (const std::string path : {"situation", "place.address"}) {
    EXPECT_EQ(updated(path), v1::VERIFICATION_VISITED) << path;
  }
  for (const std::string path : {"place.location", "contact"}) {
    EXPECT_EQ(updated(path), v1::VERIFICATION_UNSPECIFIED) << path;
  }
}

TEST(NeedDecisionsTest, TheContactCanBeTakenAway) {
  v1::UpdateNeedRequest request;
  request.mutable_update_mask()->add_paths("contact");
  const auto after = Updated(CreatedRecord(), request);
  ASSERT_TRUE(after.ok());
  EXPECT_FALSE(after->details.has_contact());
}

TEST(NeedDecisionsTest, TheStateIsLookedAtBeforeTheEtag) {
  const auto ended = EndNeed(Created(), v1::Need::STATE_CLOSED, "", kNow);
  ASSERT_TRUE(ended.ok());
  EXPECT_EQ(FromProto(ended->need().end_time()), kNow);
  const auto again = EndNeed(*ended, v1::Need::STATE_CANCELLED, "other", kNow);
  EXPECT_EQ(again.status().code(), absl::StatusCode::kFailedPrecondition);
  v1::RenewNeedRequest renew;
  EXPECT_EQ(RenewNeed(*ended, renew, kNow).status().code(),
            absl::StatusCode::kFailedPrecondition);
  EXPECT_EQ(Updated(*ended, v1::UpdateNeedRequest(), kNow).status().code(),
            absl::StatusCode::kFailedPrecondition);
}

TEST(NeedDecisionsTest, TheEtagDecides) {
  const StoredNeed need = Created();
  const std::string etag = need.need().etag();
  EXPECT_TRUE(EndNeed(need, v1::Need::STATE_CLOSED, etag, kNow).ok());
  EXPECT_EQ(
      EndNeed(need, v1::Need::STATE_CLOSED, etag + "0", kNow).status().code(),
      absl::StatusCode::kAborted);
}

// Clocks go back; etags must not repeat.
TEST(NeedDecisionsTest, UpdateTimesGrowWhateverTheClockDoes) {
  StoredNeed need = Created();
  absl::Time last = FromProto(need.need().update_time());
  for (const absl::Duration back : {absl::ZeroDuration(), absl::Hours(1),
                                    -absl::Hours(1), absl::Hours(2)}) {
    v1::RenewNeedRequest request;
    const auto next = RenewNeed(need, request, kNow - back);
    ASSERT_TRUE(next.ok());
    EXPECT_GT(FromProto(next->need().update_time()), last);
    EXPECT_NE(next->need().etag(), need.need().etag());
    last = FromProto(next->need().update_time());
    need = *next;
  }
}

TEST(NeedDecisionsTest, ANeedExpiresAtItsTime) {
  const StoredNeed need = Created();
  const absl::Time time = FromProto(need.need().expire_time());
  EXPECT_EQ(time, kNow + kDefaultNeedLifetime);
  EXPECT_EQ(Advance(need, time - absl::Microseconds(1)).need().state(),
            v1::Need::STATE_OPEN);
  const StoredNeed expired = Advance(need, time);
  EXPECT_EQ(expired.need().state(), v1::Need::STATE_EXPIRED);
  EXPECT_EQ(FromProto(expired.need().end_time()), time);
  EXPECT_EQ(Advance(expired, time + absl::Hours(1)).SerializeAsString(),
            expired.SerializeAsString());
}

// A need of 5 whose claim of 2 has a lease of an hour.
StoredNeed Promised() {
  v1::CreateNeedRequest request = NewNeed();
  request.mutable_need()->add_lines()->set_item("rice");
  request.mutable_need()->mutable_lines(0)->set_quantity(5);
  const auto need = CreateNeed(request, "needs/x", Categories(), kNow);
  v1::ClaimNeedRequest claim;
  claim.set_offer("offers/h");
  claim.add_lines()->set_quantity(2);
  claim.mutable_lease_duration()->set_seconds(3'600);
  const auto claimed =
      ClaimNeed(need->stored, claim, {"needs/x/claims/c", 7}, kNow);
  EXPECT_TRUE(claimed.ok()) << claimed.status();
  return *claimed;
}

void ExpectLapsed(const absl::StatusOr<StoredNeed>& changed, absl::Time now) {
  ASSERT_TRUE(changed.ok()) << changed.status();
  EXPECT_EQ(changed->claims(0).state(), v1::Claim::STATE_EXPIRED);
  EXPECT_EQ(FromProto(changed->claims(0).end_time()), now);
  EXPECT_EQ(changed->need().coverage_size(), 0);
}

// Whether or not somebody had written down that the lease ran out.
TEST(NeedDecisionsTest, ALeaseThatRanOutIsExpiredBeforeTheNeedChanges) {
  const StoredNeed need = Promised();
  const std::string etag = need.need().etag();
  const absl::Time later = kNow + absl::Hours(1);
  v1::UpdateNeedRequest update;
  update.mutable_need()->set_etag(etag);
  // Nothing holds the lines any more.
  update.mutable_need()->add_lines()->set_item("milk");
  update.mutable_update_mask()->add_paths("lines");
  ExpectLapsed(Updated(need, update, later), later);
  v1::RenewNeedRequest renew;
  renew.set_etag(etag);
  ExpectLapsed(RenewNeed(need, renew, later), later);
  ExpectLapsed(EndNeed(need, v1::Need::STATE_CLOSED, etag, later), later);
  ExpectLapsed(EndNeed(need, v1::Need::STATE_CANCELLED, "", later), later);

  const absl::Time before = later - absl::Microseconds(1);
  EXPECT_FALSE(Updated(need, update, before).ok());
  const auto closed = EndNeed(need, v1::Need::STATE_CLOSED, etag, before);
  ASSERT_TRUE(closed.ok());
  EXPECT_EQ(closed->claims(0).state(), v1::Claim::STATE_RELEASED);
}

TEST(NeedDecisionsTest, ANeedWhoseTimeIsOverHasEnded) {
  const StoredNeed need = Created();
  const absl::Time end = FromProto(need.need().expire_time());
  const v1::UpdateNeedRequest update;
  const v1::RenewNeedRequest renew;
  const absl::Time before = end - absl::Microseconds(1);
  EXPECT_TRUE(Updated(need, update, before).ok());
  EXPECT_TRUE(RenewNeed(need, renew, before).ok());
  EXPECT_TRUE(EndNeed(need, v1::Need::STATE_CLOSED, "", before).ok());
  for (const absl::Status& status :
       {Updated(need, update, end).status(),
        RenewNeed(need, renew, end).status(),
        EndNeed(need, v1::Need::STATE_CLOSED, "", end).status()}) {
    EXPECT_EQ(status.code(), absl::StatusCode::kFailedPrecondition);
    EXPECT_EQ(status.message(), "needs/x is STATE_EXPIRED");
  }
}

// A promise holds it open until it is kept or runs out.
TEST(NeedDecisionsTest, ANeedThatIsClaimedBeyondItsTimeHasNotEnded) {
  StoredNeed need = Promised();
  *need.mutable_need()->mutable_expire_time() =
      ToProto(kNow + absl::Minutes(30));
  const absl::Time later = kNow + absl::Minutes(45);
  EXPECT_TRUE(RenewNeed(need, v1::RenewNeedRequest(), later).ok());
  EXPECT_TRUE(EndNeed(need, v1::Need::STATE_CLOSED, "", later).ok());
}

TEST(NeedDecisionsTest, AnExpireTimeIsAheadByAMonthAtMost) {
  const auto create = [](absl::Time time) {
    v1::CreateNeedRequest request = NewNeed();
    *request.mutable_need()->mutable_expire_time() = ToProto(time);
    return CreateNeed(request, "needs/x", Categories(), kNow).ok();
  };
  EXPECT_TRUE(create(kNow + absl::Microseconds(1)));
  EXPECT_TRUE(create(kNow + kMaxNeedLifetime));
  EXPECT_FALSE(create(kNow));
  EXPECT_FALSE(create(kNow + kMaxNeedLifetime + absl::Microseconds(1)));
}

}  // namespace
}  // namespace xom::core
