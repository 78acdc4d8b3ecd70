// NeedService as it is used, and what stays hidden.

#include <gmock/gmock.h>

#include <set>

#include "absl/strings/str_cat.h"
#include "geo/public_point.h"
#include "services/core/time_proto.h"
#include "tests/api_client.h"

namespace xom::tests {
namespace {

using testing::HasSubstr;
using testing::Not;

class NeedTest : public ApiTest {
 protected:
  v1::Need Get(const std::string& name) {
    return Must<v1::Need>(
        FromText<v1::GetNeedRequest>(absl::StrCat("name: '", name, "'")));
  }
  v1::Need Update(const std::string& text) {
    return Must<v1::Need>(FromText<v1::UpdateNeedRequest>(text));
  }
  absl::Time Now() { return server_.clock().Now(); }
};

// A need in which everything is said.
v1::Need FullNeed() {
  v1::Need need = NeedAt(10.77, 106.70);
  MergeText(R"(
    categories: 'categories/medical-advice'
    lines { item: 'rice' quantity: 5 unit: 'kg' }
    lines { item: 'milk' }
    people { adults: 2 children: 1 elderly: 1 pregnant: 1 disabled: 1 ill: 1 }
    urgency: URGENCY_CRITICAL
    situation: 'Hai mẹ con hết gạo.'
    language_code: 'vi'
    place {
      accuracy_meters: 12.5
      address: 'Alley 24, the blue gate'
      location_precision: LOCATION_PRECISION_METERS_150
    }
    contact {
      display_name: 'Bà Tư'
      phone_number: '+84 912 345 678'
      other_channel: 'zalo: batu'
    }
    on_behalf_of_other: true)",
            &need);
  return need;
}

TEST_F(NeedTest, ACreatedNeedIsAnsweredWithAllThatIsPublic) {
  v1::Need sent = FullNeed();
  v1::Need need = server_.CreateNeed(sent);
  EXPECT_THAT(need.access_code(),
              testing::MatchesRegex("[0-9A-Z]{3}-[0-9A-Z]{3}-[0-9A-Z]{3}"));
  // It is told once; all else stays.
  need.clear_access_code();
  EXPECT_THAT(need.name(), testing::StartsWith("needs/x"));
  EXPECT_EQ(need.state(), v1::Need::STATE_OPEN);
  EXPECT_EQ(core::FromProto(need.create_time()), Now());
  EXPECT_EQ(core::FromProto(need.update_time()), Now());
  EXPECT_EQ(core::FromProto(need.verify_time()), Now());
  EXPECT_EQ(core::FromProto(need.expire_time()), Now() + absl::Hours(7 * 24));
  EXPECT_FALSE(need.has_end_time());
  EXPECT_NE(need.etag(), "");
  EXPECT_EQ(need.location_precision(), v1::LOCATION_PRECISION_METERS_150);
  // What was sent, less what is private, is what is answered.
  v1::Need said = need;
  for (const char* field :
       {"name", "state", "create_time", "update_time", "verify_time",
        "expire_time", "etag", "location_precision", "public_location"}) {
    said.GetReflection()->ClearField(
        &said, said.GetDescriptor()->FindFieldByName(field));
  }
  sent.clear_place();
  sent.clear_contact();
  EXPECT_EQ(said.DebugString(), sent.DebugString());
  EXPECT_EQ(Get(need.name()).DebugString(), need.DebugString());
}

TEST_F(NeedTest, WhatIsOutputOnlyIsIgnoredInACreate) {
  v1::Need sent = NeedAt(10, 106);
  MergeText(R"(name: 'needs/mine' state: STATE_CLOSED etag: 'abc'
               create_time { seconds: 1 } update_time { seconds: 1 }
               verify_time { seconds: 1 } end_time { seconds: 1 }
               location_precision: LOCATION_PRECISION_METERS_2400
               public_location { latitude: 1 longitude: 1 })",
            &sent);
  const v1::Need need = server_.CreateNeed(sent, "chosen");
  EXPECT_EQ(need.name(), "needs/chosen");
  EXPECT_EQ(need.state(), v1::Need::STATE_OPEN);
  EXPECT_NE(need.etag(), "abc");
  EXPECT_EQ(core::FromProto(need.create_time()), Now());
  EXPECT_EQ(core::FromProto(need.verify_time()), Now());
  EXPECT_FALSE(need.has_end_time());
  EXPECT_EQ(need.location_precision(), v1::LOCATION_PRECISION_EXACT);
  EXPECT_EQ(need.public_location().latitude(), 10);
}

TEST_F(NeedTest, ANeedWithoutUrgencyIsNormal) {
  EXPECT_EQ(server_.CreateNeed(NeedAt(10, 106)).urgency(), v1::URGENCY_NORMAL);
}

TEST_F(NeedTest, ValidateOnlyAnswersAsIfAndStoresNothing) {
  v1::CreateNeedRequest request;
  *request.mutable_need() = FullNeed();
  request.set_need_id("rice");
  request.set_validate_only(true);
  const auto need = Must<v1::Need>(request);
  EXPECT_EQ(need.name(), "needs/rice");
  EXPECT_EQ(need.state(), v1::Need::STATE_OPEN);
  EXPECT_EQ(revision(), 1);
  EXPECT_EQ(
      Call(FromText<v1::GetNeedRequest>("name: 'needs/rice'")).error_code(),
      grpc::StatusCode::NOT_FOUND);
}

TEST_F(NeedTest, AnUpdateChangesWhatItsMaskNames) {
  const v1::Need before = server_.CreateNeed(FullNeed(), "x");
  const v1::Need after = Update(
      "need { name: 'needs/x' situation: 'Enough rice.' urgency: URGENCY_LOW } "
      "update_mask { paths: 'situation' }");
  EXPECT_EQ(after.situation(), "Enough rice.");
  EXPECT_EQ(after.urgency(), v1::URGENCY_CRITICAL);
  EXPECT_EQ(after.lines_size(), 2);
  EXPECT_NE(after.etag(), before.etag());
  EXPECT_EQ(Get("needs/x").DebugString(), after.DebugString());
}

TEST_F(NeedTest, AnUpdateWithoutAMaskChangesWhatIsSet) {
  server_.CreateNeed(FullNeed(), "x");
  const v1::Need after =
      Update("need { name: 'needs/x' lines { item: 'eggs' } }");
  ASSERT_EQ(after.lines_size(), 1);
  EXPECT_EQ(after.lines(0).item(), "eggs");
  EXPECT_EQ(after.situation(), FullNeed().situation());
  EXPECT_TRUE(after.on_behalf_of_other());
  EXPECT_EQ(after.categories_size(), 2);
}

TEST_F(NeedTest, AMaskWithoutPathsIsNone) {
  server_.CreateNeed(FullNeed(), "x");
  EXPECT_EQ(Update("need { name: 'needs/x' situation: 'a' } update_mask { }")
                .situation(),
            "a");
}

TEST_F(NeedTest, AStarReplacesAll) {
  server_.CreateNeed(FullNeed(), "x");
  v1::UpdateNeedRequest request;
  *request.mutable_need() = NeedAt(11, 107);
  request.mutable_need()->set_name("needs/x");
  *request.mutable_need()->mutable_expire_time() =
      core::ToProto(Now() + absl::Hours(1));
  request.mutable_update_mask()->add_paths("*");
  const auto after = Must<v1::Need>(request);
  EXPECT_EQ(after.situation(), "");
  EXPECT_EQ(after.lines_size(), 0);
  EXPECT_FALSE(after.has_people());
  EXPECT_FALSE(after.on_behalf_of_other());
  EXPECT_EQ(after.urgency(), v1::URGENCY_NORMAL);
  EXPECT_EQ(after.public_location().latitude(), 11);
  EXPECT_EQ(core::FromProto(after.expire_time()), Now() + absl::Hours(1));
  EXPECT_EQ(after.state(), v1::Need::STATE_OPEN);
  EXPECT_TRUE(after.has_create_time());
}

TEST_F(NeedTest, ANestedPathChangesThatPartAlone) {
  server_.CreateNeed(FullNeed(), "x");
  const v1::Need after = Update(
      "need { name: 'needs/x' people { adults: 9 children: 9 } } "
      "update_mask { paths: 'people.adults' }");
  EXPECT_EQ(after.people().adults(), 9);
  EXPECT_EQ(after.people().children(), 1);
}

// What the public sees is worked out from the true place: a part of it changed
// alone would tell the rest.
TEST_F(NeedTest, AnUpdateCannotAskTheTruePlaceOut) {
  const v1::Need before = server_.CreateNeed(FullNeed(), "x");
  for (const std::string path :
       {"place.location_precision", "place.location.latitude",
        "place.location.longitude"}) {
    v1::UpdateNeedRequest request;
    request.mutable_need()->set_name("needs/x");
    v1::Place& place = *request.mutable_need()->mutable_place();
    place.set_location_precision(v1::LOCATION_PRECISION_EXACT);
    place.mutable_location()->set_latitude(89);
    place.mutable_location()->set_longitude(1);
    request.mutable_update_mask()->add_paths(path);
    grpc::ClientContext context;
    v1::Need reply;
    const grpc::Status status =
        server_.needs().UpdateNeed(&context, request, &reply);
    EXPECT_EQ(status.error_code(), grpc::StatusCode::INVALID_ARGUMENT) << path;
    EXPECT_EQ(FieldsOf(status), "update_mask") << path;
  }
  const v1::Need moved = Update(
      "need { name: 'needs/x' place { location { latitude: 10.5 longitude: "
      "106.5 } location_precision: LOCATION_PRECISION_EXACT } } "
      "update_mask { paths: 'place.location' "
      "paths: 'place.location_precision' }");
  EXPECT_EQ(moved.public_location().latitude(), 10.5);
}

TEST_F(NeedTest, AMaskMayTakeAwayWhatIsOptional) {
  server_.CreateNeed(FullNeed(), "x");
  const v1::Need after = Update(
      "need { name: 'needs/x' } update_mask { paths: 'people' paths: 'lines' "
      "paths: 'contact' paths: 'on_behalf_of_other' }");
  EXPECT_FALSE(after.has_people());
  EXPECT_EQ(after.lines_size(), 0);
  EXPECT_FALSE(after.on_behalf_of_other());
}

TEST_F(NeedTest, AnUpdateIgnoresWhatIsOutputOnly) {
  const v1::Need before = server_.CreateNeed(FullNeed(), "x");
  const v1::Need after = Update(
      "need { name: 'needs/x' state: STATE_CLOSED end_time { seconds: 9 } "
      "create_time { seconds: 1 } public_location { latitude: 1 } } "
      "update_mask { paths: 'state' paths: 'name' paths: 'end_time' "
      "paths: 'create_time' paths: 'public_location' paths: 'etag' "
      "paths: 'verify_time' paths: 'location_precision' }");
  EXPECT_EQ(after.access_code(), "");
  v1::Need same = after;
  *same.mutable_update_time() = before.update_time();
  same.set_etag(before.etag());
  same.set_access_code(before.access_code());
  EXPECT_EQ(same.DebugString(), before.DebugString());
}

TEST_F(NeedTest, EachChangeHasItsOwnEtagAlsoAtTheSameInstant) {
  std::set<std::string> etags = {
      server_.CreateNeed(NeedAt(10, 106), "x").etag()};
  for (int i = 0; i < 5; ++i) {
    etags.insert(Update("need { name: 'needs/x' situation: 'same' }").etag());
  }
  EXPECT_EQ(etags.size(), 6u);
  const std::string etag = Get("needs/x").etag();
  Update(absl::StrCat("need { name: 'needs/x' urgency: URGENCY_LOW etag: '",
                      etag, "' }"));
  EXPECT_EQ(Call(FromText<v1::CloseNeedRequest>(
                     absl::StrCat("name: 'needs/x' etag: '", etag, "'")))
                .error_code(),
            grpc::StatusCode::ABORTED);
}

TEST_F(NeedTest, CloseAndCancelEndANeed) {
  server_.CreateNeed(NeedAt(10, 106), "a");
  server_.CreateNeed(NeedAt(10, 106), "b");
  const v1::Need closed = server_.CloseNeed("needs/a");
  EXPECT_EQ(closed.state(), v1::Need::STATE_CLOSED);
  EXPECT_EQ(core::FromProto(closed.end_time()), Now());
  const auto cancelled =
      Must<v1::Need>(FromText<v1::CancelNeedRequest>("name: 'needs/b'"));
  EXPECT_EQ(cancelled.state(), v1::Need::STATE_CANCELLED);
  EXPECT_EQ(Get("needs/b").DebugString(), cancelled.DebugString());
}

TEST_F(NeedTest, RenewPushesTheTime) {
  const v1::Need created = server_.CreateNeed(NeedAt(10, 106), "x");
  server_.clock().Advance(absl::Hours(6 * 24));
  const auto renewed =
      Must<v1::Need>(FromText<v1::RenewNeedRequest>("name: 'needs/x'"));
  EXPECT_EQ(core::FromProto(renewed.expire_time()),
            Now() + absl::Hours(7 * 24));
  EXPECT_EQ(core::FromProto(renewed.verify_time()), Now());
  EXPECT_NE(renewed.etag(), created.etag());
  v1::RenewNeedRequest request;
  request.set_name("needs/x");
  *request.mutable_expire_time() = core::ToProto(Now() + absl::Hours(30 * 24));
  EXPECT_EQ(core::FromProto(Must<v1::Need>(request).expire_time()),
            Now() + absl::Hours(30 * 24));
  // Without a time it is not pulled in.
  const auto again =
      Must<v1::Need>(FromText<v1::RenewNeedRequest>("name: 'needs/x'"));
  EXPECT_EQ(core::FromProto(again.expire_time()), Now() + absl::Hours(30 * 24));
  server_.clock().Advance(absl::Hours(30 * 24) - absl::Seconds(1));
  EXPECT_EQ(server_.Tick(), 0u);
}

TEST_F(NeedTest, TheUpdateOfATextDoesNotSayThatItIsStillNeeded) {
  const v1::Need created = server_.CreateNeed(NeedAt(10, 106), "x");
  server_.clock().Advance(absl::Hours(1));
  const v1::Need updated = Update("need { name: 'needs/x' situation: 'a' }");
  EXPECT_EQ(core::FromProto(updated.verify_time()),
            core::FromProto(created.verify_time()));
  EXPECT_EQ(core::FromProto(updated.update_time()), Now());
}

TEST_F(NeedTest, ThePublicSeesTheCentreOfACell) {
  const struct {
    v1::LocationPrecision asked;
    v1::LocationPrecision given;
    geo::Precision precision;
  } kRows[] = {
      {v1::LOCATION_PRECISION_UNSPECIFIED, v1::LOCATION_PRECISION_METERS_300,
       geo::Precision::k300Meters},
      {v1::LOCATION_PRECISION_EXACT, v1::LOCATION_PRECISION_EXACT,
       geo::Precision::kExact},
      {v1::LOCATION_PRECISION_METERS_150, v1::LOCATION_PRECISION_METERS_150,
       geo::Precision::k150Meters},
      {v1::LOCATION_PRECISION_METERS_300, v1::LOCATION_PRECISION_METERS_300,
       geo::Precision::k300Meters},
      {v1::LOCATION_PRECISION_METERS_600, v1::LOCATION_PRECISION_METERS_600,
       geo::Precision::k600Meters},
      {v1::LOCATION_PRECISION_METERS_2400, v1::LOCATION_PRECISION_METERS_2400,
       geo::Precision::k2400Meters}};
  const geo::LatLng home{10.7712345, 106.7012345};
  for (const auto& row : kRows) {
    v1::Need sent = NeedAt(home.latitude_degrees, home.longitude_degrees);
    sent.mutable_place()->set_location_precision(row.asked);
    const v1::Need need = server_.CreateNeed(sent);
    const geo::LatLng shown =
        geo::PublicPoint(*geo::Point::FromDegrees(home), row.precision)
            .degrees();
    EXPECT_EQ(need.location_precision(), row.given);
    EXPECT_EQ(need.public_location().latitude(), shown.latitude_degrees);
    EXPECT_EQ(need.public_location().longitude(), shown.longitude_degrees);
  }
}

// Every method that answers with needs, over its bytes.
TEST_F(NeedTest, NoReplyHoldsThePlaceTheAddressOrTheContact) {
  const v1::Need full = FullNeed();
  v1::CreateNeedRequest create;
  *create.mutable_need() = full;
  create.set_need_id("x");
  create.set_request_id(NewRequestId());
  server_.CreateOffer(OfferAt(10.77, 106.70), "van");
  const std::string near = "point { latitude: 10.77 longitude: 106.7 } k: 9";
  const std::vector<std::unique_ptr<google::protobuf::Message>> requests = [&] {
    std::vector<std::unique_ptr<google::protobuf::Message>> all;
    const auto add = [&all](const google::protobuf::Message& request) {
      all.emplace_back(request.New())->CopyFrom(request);
    };
    v1::CreateNeedRequest dry = create;
    dry.set_validate_only(true);
    dry.clear_request_id();
    add(dry);
    add(create);
    add(create);  // the stored answer
    add(FromText<v1::GetNeedRequest>("name: 'needs/x'"));
    add(v1::ListNeedsRequest());
    add(FromText<v1::ListNeedsRequest>(
        "region { circle { center { latitude: 10.77 longitude: 106.7 } "
        "radius_meters: 9000 } }"));
    add(FromText<v1::FindNearestNeedsRequest>(near));
    add(FromText<v1::FindMatchesRequest>("offer: 'offers/van' k: 9"));
    add(FromText<v1::UpdateNeedRequest>("need { name: 'needs/x' }"));
    v1::UpdateNeedRequest update;
    *update.mutable_need() = full;
    update.mutable_need()->set_name("needs/x");
    add(update);
    add(FromText<v1::RenewNeedRequest>("name: 'needs/x'"));
    add(FromText<v1::CloseNeedRequest>("name: 'needs/x'"));
    return all;
  }();
  for (const auto& request : requests) {
    SCOPED_TRACE(request->ShortDebugString().substr(0, 100));
    const WireAnswer answer =
        client_.CallBytes(MethodOf(*request), request->SerializeAsString());
    ASSERT_TRUE(answer.status.ok()) << answer.status.error_message();
    EXPECT_THAT(answer.reply, HasSubstr("needs/x"));
    for (const std::string secret :
         {"blue gate", "Tư", "912345678", "912 345", "zalo"}) {
      EXPECT_THAT(answer.reply, Not(HasSubstr(secret)));
    }
    google::type::LatLng home = full.place().location();
    EXPECT_THAT(answer.reply, Not(HasSubstr(home.SerializeAsString())));
  }
}

}  // namespace
}  // namespace xom::tests
