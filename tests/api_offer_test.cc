// OfferService and SupplyPointService as they are used.

#include <gmock/gmock.h>

#include "absl/strings/str_cat.h"
#include "services/core/time_proto.h"
#include "tests/api_client.h"

namespace xom::tests {
namespace {

using testing::HasSubstr;
using testing::Not;

class OfferTest : public ApiTest {
 protected:
  absl::Time Now() { return server_.clock().Now(); }
};
using SupplyPointTest = OfferTest;

v1::Offer FullOffer() {
  v1::Offer offer = OfferAt(10.77, 106.70);
  MergeText(R"(
    lines { item: 'rice' quantity: 100 unit: 'kg' }
    place { accuracy_meters: 5 address: '12 Market St' }
    service_radius_meters: 3000
    capacity: 4
    hours {
      time_zone: 'Asia/Ho_Chi_Minh'
      weekly_spans {
        day: MONDAY span { open_minute: 480 close_minute: 1020 }
      }
    }
    helper_kind: HELPER_KIND_ORGANIZATION
    display_name: 'Bếp Nhà'
    description: 'Meals, warm.'
    language_codes: 'vi'
    language_codes: 'en-GB'
    contact { phone_number: '+84912345678' other_channel: 'zalo: bep' })",
            &offer);
  return offer;
}

TEST_F(OfferTest, ACreatedOfferIsAnsweredWithAllButItsContact) {
  v1::Offer sent = FullOffer();
  v1::Offer offer = server_.CreateOffer(sent, "kitchen");
  EXPECT_EQ(offer.state(), v1::Offer::STATE_ACTIVE);
  EXPECT_EQ(core::FromProto(offer.create_time()), Now());
  EXPECT_EQ(
      Must<v1::Offer>(FromText<v1::GetOfferRequest>("name: 'offers/kitchen'"))
          .DebugString(),
      offer.DebugString());
  sent.clear_contact();
  sent.set_name("offers/kitchen");
  sent.set_state(offer.state());
  sent.set_etag(offer.etag());
  sent.set_verification(v1::VERIFICATION_UNVERIFIED);
  *sent.mutable_create_time() = offer.create_time();
  *sent.mutable_update_time() = offer.update_time();
  EXPECT_EQ(offer.DebugString(), sent.DebugString());
}

TEST_F(OfferTest, AnOfferBeginsWithOneAtATimeOfAPerson) {
  const v1::Offer offer = server_.CreateOffer(OfferAt(10, 106));
  EXPECT_EQ(offer.capacity(), 1);
  EXPECT_EQ(offer.helper_kind(), v1::Offer::HELPER_KIND_PERSON);
  EXPECT_FALSE(offer.has_service_radius_meters());
}

TEST_F(OfferTest, ARadiusOfZeroIsNotAnywhere) {
  v1::Offer sent = OfferAt(10, 106);
  sent.set_service_radius_meters(0);
  const v1::Offer offer = server_.CreateOffer(sent);
  EXPECT_TRUE(offer.has_service_radius_meters());
  EXPECT_EQ(offer.service_radius_meters(), 0);
}

TEST_F(OfferTest, ValidateOnlyStoresNothing) {
  v1::CreateOfferRequest request;
  *request.mutable_offer() = FullOffer();
  request.set_validate_only(true);
  EXPECT_EQ(Must<v1::Offer>(request).state(), v1::Offer::STATE_ACTIVE);
  EXPECT_EQ(revision(), 1);
}

TEST_F(OfferTest, AnUpdateTakesAMask) {
  const v1::Offer before = server_.CreateOffer(FullOffer(), "x");
  const auto update = [&](const std::string& offer, const std::string& paths) {
    return Must<v1::Offer>(FromText<v1::UpdateOfferRequest>(
        absl::StrCat("offer { name: 'offers/x' ", offer, " } ", paths)));
  };
  const v1::Offer radius =
      update("capacity: 9", "update_mask { paths: 'service_radius_meters' }");
  EXPECT_FALSE(radius.has_service_radius_meters());
  EXPECT_EQ(radius.capacity(), 4);
  EXPECT_NE(radius.etag(), before.etag());
  EXPECT_EQ(update("capacity: 9", "").capacity(), 9);
  EXPECT_EQ(update("place { address: 'There' }",
                   "update_mask { paths: 'place.address' }")
                .place()
                .location()
                .latitude(),
            10.77);
  const v1::Offer ignored =
      update("state: STATE_CLOSED", "update_mask { paths: 'state' }");
  EXPECT_EQ(ignored.state(), v1::Offer::STATE_ACTIVE);
  v1::UpdateOfferRequest all;
  *all.mutable_offer() = OfferAt(11, 107);
  all.mutable_offer()->set_name("offers/x");
  all.mutable_update_mask()->add_paths("*");
  const auto replaced = Must<v1::Offer>(all);
  EXPECT_EQ(replaced.description(), "");
  EXPECT_FALSE(replaced.has_hours());
  EXPECT_EQ(replaced.language_codes_size(), 0);
  EXPECT_EQ(replaced.capacity(), 1);
  EXPECT_EQ(replaced.helper_kind(), v1::Offer::HELPER_KIND_PERSON);
}

TEST_F(OfferTest, PauseResumeAndClose) {
  server_.CreateOffer(OfferAt(10, 106), "x");
  const std::string name = "name: 'offers/x'";
  const auto paused = Must<v1::Offer>(FromText<v1::PauseOfferRequest>(name));
  EXPECT_EQ(paused.state(), v1::Offer::STATE_PAUSED);
  // A paused offer can be changed.
  Must<v1::Offer>(FromText<v1::UpdateOfferRequest>(
      absl::StrCat("offer { ", name, " description: 'x' }")));
  const auto active = Must<v1::Offer>(FromText<v1::ResumeOfferRequest>(name));
  EXPECT_EQ(active.state(), v1::Offer::STATE_ACTIVE);
  EXPECT_FALSE(active.has_end_time());
  Must<v1::Offer>(FromText<v1::PauseOfferRequest>(name));
  const auto closed = Must<v1::Offer>(FromText<v1::CloseOfferRequest>(name));
  EXPECT_EQ(closed.state(), v1::Offer::STATE_CLOSED);
  EXPECT_EQ(core::FromProto(closed.end_time()), Now());
}

TEST_F(OfferTest, NoReplyHoldsTheContact) {
  v1::CreateOfferRequest create;
  *create.mutable_offer() = FullOffer();
  create.set_offer_id("x");
  create.set_request_id(NewRequestId());
  server_.CreateNeed(NeedAt(10.77, 106.70), "n");
  std::vector<std::unique_ptr<google::protobuf::Message>> requests;
  const auto add = [&](const google::protobuf::Message& request) {
    requests.emplace_back(request.New())->CopyFrom(request);
  };
  const std::string name = "name: 'offers/x'";
  add(create);
  add(create);
  add(FromText<v1::GetOfferRequest>(name));
  add(v1::ListOffersRequest());
  add(FromText<v1::FindNearestOffersRequest>(
      "point { latitude: 10.77 longitude: 106.7 } k: 9"));
  add(FromText<v1::FindMatchesRequest>("need: 'needs/n' k: 9"));
  add(FromText<v1::UpdateOfferRequest>(absl::StrCat(
      "offer { ", name, " contact { other_channel: 'zalo 2' } }")));
  add(FromText<v1::PauseOfferRequest>(name));
  add(FromText<v1::ResumeOfferRequest>(name));
  add(FromText<v1::CloseOfferRequest>(name));
  for (const auto& request : requests) {
    const WireAnswer answer =
        client_.CallBytes(MethodOf(*request), request->SerializeAsString());
    EXPECT_TRUE(answer.status.ok()) << answer.status.error_message();
    EXPECT_THAT(answer.reply, HasSubstr("offers/x"));
    EXPECT_THAT(answer.reply, Not(HasSubstr("912345678")));
    EXPECT_THAT(answer.reply, Not(HasSubstr("zalo")));
  }
}

v1::SupplyPoint FullSupplyPoint() {
  v1::SupplyPoint point = SupplyPointAt(10.77, 106.70);
  MergeText(R"(
    display_name: 'Chợ Bến Thành'
    availability: AVAILABILITY_CROWDED
    stock_lines { item: 'rice' }
    charge: CHARGE_SOLD
    accessible: true
    phone_number: '+84 28 3829 5723'
    description: 'The south gate.')",
            &point);
  return point;
}

TEST_F(SupplyPointTest, ACreatedSupplyPointIsAnsweredWhole) {
  v1::SupplyPoint sent = FullSupplyPoint();
  const v1::SupplyPoint point = server_.CreateSupplyPoint(sent, "market");
  sent.set_name("supplyPoints/market");
  sent.set_phone_number("+842838295723");
  sent.set_etag(point.etag());
  for (auto* time : {sent.mutable_create_time(), sent.mutable_update_time(),
                     sent.mutable_availability_time()}) {
    *time = core::ToProto(Now());
  }
  EXPECT_EQ(point.DebugString(), sent.DebugString());
  EXPECT_EQ(Must<v1::SupplyPoint>(FromText<v1::GetSupplyPointRequest>(
                                      "name: 'supplyPoints/market'"))
                .DebugString(),
            point.DebugString());
}

TEST_F(SupplyPointTest, ASupplyPointBeginsOpen) {
  EXPECT_EQ(server_.CreateSupplyPoint(SupplyPointAt(10, 106)).availability(),
            v1::SupplyPoint::AVAILABILITY_OPEN);
}

TEST_F(SupplyPointTest, ValidateOnlyStoresNothing) {
  v1::CreateSupplyPointRequest request;
  *request.mutable_supply_point() = FullSupplyPoint();
  request.set_validate_only(true);
  Must<v1::SupplyPoint>(request);
  EXPECT_EQ(revision(), 1);
}

TEST_F(SupplyPointTest, AnUpdateLeavesTheAvailabilityAlone) {
  const v1::SupplyPoint before =
      server_.CreateSupplyPoint(FullSupplyPoint(), "x");
  server_.clock().Advance(absl::Hours(1));
  const auto after =
      Must<v1::SupplyPoint>(FromText<v1::UpdateSupplyPointRequest>(
          "supply_point { name: 'supplyPoints/x' description: 'North gate.' "
          "availability: AVAILABILITY_CLOSED }"));
  EXPECT_EQ(after.description(), "North gate.");
  EXPECT_EQ(after.availability(), v1::SupplyPoint::AVAILABILITY_CROWDED);
  EXPECT_EQ(core::FromProto(after.availability_time()),
            core::FromProto(before.availability_time()));
  EXPECT_EQ(core::FromProto(after.update_time()), Now());
  EXPECT_NE(after.etag(), before.etag());
  v1::UpdateSupplyPointRequest all;
  *all.mutable_supply_point() = SupplyPointAt(11, 107);
  all.mutable_supply_point()->set_name("supplyPoints/x");
  all.mutable_update_mask()->add_paths("*");
  const auto replaced = Must<v1::SupplyPoint>(all);
  EXPECT_EQ(replaced.availability(), v1::SupplyPoint::AVAILABILITY_CROWDED);
  EXPECT_EQ(replaced.stock_lines_size(), 0);
  EXPECT_FALSE(replaced.accessible());
  EXPECT_EQ(replaced.phone_number(), "");
}

TEST_F(SupplyPointTest, AReportSaysHowItIsNow) {
  server_.CreateSupplyPoint(FullSupplyPoint(), "x");
  server_.clock().Advance(absl::Hours(1));
  const std::string report =
      "name: 'supplyPoints/x' availability: AVAILABILITY_PAUSED ";
  const auto paused =
      Must<v1::SupplyPoint>(FromText<v1::ReportAvailabilityRequest>(report));
  EXPECT_EQ(paused.availability(), v1::SupplyPoint::AVAILABILITY_PAUSED);
  EXPECT_EQ(core::FromProto(paused.availability_time()), Now());
  EXPECT_EQ(paused.stock_lines(0).item(), "rice");
  const auto stocked =
      Must<v1::SupplyPoint>(FromText<v1::ReportAvailabilityRequest>(
          report + "stock_lines { item: 'eggs' quantity: 30 }"));
  ASSERT_EQ(stocked.stock_lines_size(), 1);
  EXPECT_EQ(stocked.stock_lines(0).item(), "eggs");
}

TEST_F(SupplyPointTest, ADeletedSupplyPointIsGone) {
  const v1::SupplyPoint point =
      server_.CreateSupplyPoint(FullSupplyPoint(), "x");
  EXPECT_TRUE(Call(FromText<v1::DeleteSupplyPointRequest>(absl::StrCat(
                       "name: 'supplyPoints/x' etag: '", point.etag(), "'")))
                  .ok());
  const std::string name = "name: 'supplyPoints/x'";
  EXPECT_EQ(Call(FromText<v1::GetSupplyPointRequest>(name)).error_code(),
            grpc::StatusCode::NOT_FOUND);
  EXPECT_EQ(Must<v1::FindNearestSupplyPointsResponse>(
                FromText<v1::FindNearestSupplyPointsRequest>(
                    "point { latitude: 10.77 longitude: 106.7 } k: 1"))
                .supply_points_size(),
            0);
  Restart();
  EXPECT_EQ(Call(FromText<v1::DeleteSupplyPointRequest>(name)).error_code(),
            grpc::StatusCode::NOT_FOUND);
  server_.CreateSupplyPoint(FullSupplyPoint(), "x");
}

}  // namespace
}  // namespace xom::tests
