#include "services/core/need_erasure.h"

#include <gmock/gmock.h>

#include "absl/strings/match.h"
#include "geo/public_point.h"
#include "services/core/category_decisions.h"
#include "services/core/claim_decisions.h"
#include "services/core/entry.h"
#include "services/core/error.h"
#include "services/core/need_decisions.h"
#include "services/core/time_proto.h"

namespace xom::core {
namespace {

using internal::v1::StoredNeed;

const absl::Time kNow = absl::FromUnixSeconds(1'900'000'000);
const absl::Time kLater = kNow + absl::Hours(1);

CategoryTable Categories() {
  CategoryTable table;
  for (const auto& stored : BuiltInCategories(kNow)) {
    table = table.With({stored, 1});
  }
  return table;
}

StoredNeed Created(v1::LocationPrecision precision) {
  v1::CreateNeedRequest request;
  v1::Need& need = *request.mutable_need();
  need.add_categories("categories/groceries");
  need.mutable_place()->mutable_location()->set_latitude(10.7712345);
  need.mutable_place()->mutable_location()->set_longitude(106.7012345);
  need.mutable_place()->set_location_precision(precision);
  need.set_situation("canary-situation");
  need.set_language_code("vi-VN");
  need.set_urgency(v1::URGENCY_HIGH);
  need.set_on_behalf_of_other(true);
  need.mutable_people()->set_pregnant(1);
  v1::Line& line = *need.add_lines();
  line.set_item("canary-item");
  line.set_quantity(5);
  line.set_unit("canary-unit");
  const auto record = CreateNeed(request, "needs/x", Categories(), kNow);
  EXPECT_TRUE(record.ok()) << record.status();
  return record->stored;
}

StoredNeed Claimed(const StoredNeed& need) {
  v1::ClaimNeedRequest request;
  request.set_offer("offers/h");
  request.add_lines()->set_quantity(3);
  const auto claimed = ClaimNeed(need, request, {"needs/x/claims/c", 1}, kNow);
  EXPECT_TRUE(claimed.ok()) << claimed.status();
  return *claimed;
}

bool HoldsTexts(const google::protobuf::Message& message) {
  return absl::StrContains(message.SerializeAsString(), "canary");
}

Reason ReasonIn(const absl::Status& status) {
  return ReasonOf(status) == nullptr ? Reason::kInternal
                                     : ReasonOf(status)->reason;
}

TEST(NeedErasureTest, OpenNeedIsCancelledAndItsClaimsKeepTheirCounts) {
  const auto erased = EraseNeed(
      Claimed(Created(v1::LOCATION_PRECISION_METERS_300)), "", kLater);
  ASSERT_TRUE(erased.ok()) << erased.status();
  const v1::Need& need = erased->need();
  EXPECT_EQ(need.state(), v1::Need::STATE_CANCELLED);
  EXPECT_EQ(FromProto(need.end_time()), kLater);
  EXPECT_EQ(FromProto(need.erase_time()), kLater);
  EXPECT_FALSE(HoldsTexts(*erased));
  EXPECT_FALSE(need.has_people());
  EXPECT_FALSE(need.on_behalf_of_other());
  EXPECT_EQ(need.language_code(), "");
  EXPECT_EQ(need.lines(0).quantity(), 5);
  ASSERT_EQ(erased->claims_size(), 1);
  EXPECT_EQ(erased->claims(0).state(), v1::Claim::STATE_RELEASED);
  EXPECT_EQ(erased->claims(0).lines(0).quantity(), 3);
}

TEST(NeedErasureTest, PublicPointBecomesThatOfTheCoarsestCell) {
  for (const auto precision :
       {v1::LOCATION_PRECISION_EXACT, v1::LOCATION_PRECISION_METERS_150,
        v1::LOCATION_PRECISION_METERS_2400}) {
    const auto erased = EraseNeed(Created(precision), "", kLater);
    ASSERT_TRUE(erased.ok());
    const auto coarse =
        geo::PublicPoint(*geo::Point::FromDegrees({10.7712345, 106.7012345}),
                         geo::Precision::k2400Meters)
            .degrees();
    const auto& shown = erased->need().public_location();
    EXPECT_NEAR(shown.latitude(), coarse.latitude_degrees, 1e-9);
    EXPECT_NEAR(shown.longitude(), coarse.longitude_degrees, 1e-9);
    EXPECT_EQ(erased->need().location_precision(),
              v1::LOCATION_PRECISION_METERS_2400);
  }
}

TEST(NeedErasureTest, AnotherEtagErasesNothing) {
  const StoredNeed need = Created(v1::LOCATION_PRECISION_METERS_300);
  EXPECT_EQ(ReasonIn(EraseNeed(need, "abc", kLater).status()),
            Reason::kEtagMismatch);
  const auto closed = EndNeed(need, v1::Need::STATE_CLOSED, "", kNow);
  ASSERT_TRUE(closed.ok());
  EXPECT_EQ(ReasonIn(EraseNeed(*closed, "abc", kLater).status()),
            Reason::kEtagMismatch);
  const auto erased = EraseNeed(*closed, closed->need().etag(), kLater);
  ASSERT_TRUE(erased.ok()) << erased.status();
  EXPECT_EQ(erased->need().state(), v1::Need::STATE_CLOSED);
  EXPECT_FALSE(HoldsTexts(*erased));
}

TEST(NeedErasureTest, ClaimsOfAMergedNeedEndWithIt) {
  StoredNeed merged = Claimed(Created(v1::LOCATION_PRECISION_METERS_300));
  merged.mutable_need()->set_state(v1::Need::STATE_MERGED);
  *merged.mutable_need()->mutable_end_time() = ToProto(kNow);
  const auto erased = EraseNeed(merged, "", kLater);
  ASSERT_TRUE(erased.ok()) << erased.status();
  EXPECT_EQ(erased->need().state(), v1::Need::STATE_MERGED);
  EXPECT_EQ(erased->claims(0).state(), v1::Claim::STATE_RELEASED);
}

TEST(NeedErasureTest, WhatIsErasedStaysAsItIs) {
  const auto once = EraseNeed(Created(v1::LOCATION_PRECISION_EXACT), "", kNow);
  ASSERT_TRUE(once.ok());
  const auto twice = EraseNeed(*once, "", kLater);
  ASSERT_TRUE(twice.ok());
  EXPECT_EQ(once->SerializeAsString(), twice->SerializeAsString());
}

// What searches and watches ask of an entry is as before.
void ExpectSameToWatches(const StoredNeed& before, const StoredNeed& after) {
  const auto entry = [](const StoredNeed& stored) {
    const auto made =
        MakeEntry("needs/x", stored.SerializeAsString(), 1, Categories());
    EXPECT_TRUE(made.ok()) << made.status();
    return boost::static_pointer_cast<const NeedEntry>(*made);
  };
  const auto a = entry(before);
  const auto b = entry(after);
  EXPECT_EQ(a->point(), b->point());
  EXPECT_EQ(a->live, b->live);
  EXPECT_EQ(a->categories, b->categories);
  EXPECT_EQ(a->urgency, b->urgency);
  EXPECT_EQ(a->create_time_micros, b->create_time_micros);
  EXPECT_EQ(a->verify_time_micros(), b->verify_time_micros());
  EXPECT_EQ(a->language(), b->language());
}

TEST(NeedErasureTest, RecordInTheLogKeepsWhatWatchesGoBy) {
  const StoredNeed before = Claimed(Created(v1::LOCATION_PRECISION_METERS_150));
  const auto erasure = ErasureOf("needs/x", kLater);
  const std::string redacted = erasure.redact_value(before.SerializeAsString());
  StoredNeed after;
  ASSERT_TRUE(after.ParseFromString(redacted));
  EXPECT_FALSE(HoldsTexts(after));
  EXPECT_FALSE(after.need().has_people());
  ExpectSameToWatches(before, after);
  EXPECT_FALSE(MovedByErasure(after.need()));
  EXPECT_EQ(erasure.redact_value(redacted), redacted);
}

TEST(NeedErasureTest, ExactPointIsCoarseAndMarkedInTheLog) {
  const StoredNeed before = Created(v1::LOCATION_PRECISION_EXACT);
  EXPECT_FALSE(MovedByErasure(before.need()));
  StoredNeed after;
  ASSERT_TRUE(after.ParseFromString(
      ErasureOf("needs/x", kLater).redact_value(before.SerializeAsString())));
  EXPECT_NE(after.need().public_location().latitude(), 10.7712345);
  EXPECT_TRUE(MovedByErasure(after.need()));
}

TEST(NeedErasureTest, OnlyRepliesThatAreTheNeedAreRedacted) {
  const auto erasure = ErasureOf("needs/x", kLater);
  const StoredNeed need = Created(v1::LOCATION_PRECISION_METERS_300);
  v1::Need reply;
  ASSERT_TRUE(reply.ParseFromString(
      erasure.redact_reply(need.need().SerializeAsString())));
  EXPECT_FALSE(HoldsTexts(reply));
  EXPECT_EQ(reply.name(), "needs/x");
  EXPECT_TRUE(reply.has_erase_time());
  v1::Claim claim;
  claim.set_name("needs/x/claims/c");
  claim.set_fencing_token(17);
  v1::Reveal look;
  look.set_user("users/canary");
  look.set_claim("needs/x/claims/c");
  for (const std::string& other :
       {claim.SerializeAsString(), look.SerializeAsString(),
        std::string("\xff not a message")}) {
    EXPECT_EQ(erasure.redact_reply(other), other);
  }
}

}  // namespace
}  // namespace xom::core
