// Reports over the socket: who can hide something, and from whom.

#include <gmock/gmock.h>
#include <grpcpp/grpcpp.h>

#include "absl/strings/str_cat.h"
#include "tests/moderation_calls.h"
#include "tests/refused_fields.h"

namespace xom::tests {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

constexpr char kRice[] = "needs/rice";
constexpr char kPhoneChecked[] = "verification: VERIFICATION_PHONE_CHECKED";

class ReportTest : public ModerationTest {
 protected:
  v1::Need Read(const ApiClient& client, const std::string& name) {
    v1::GetNeedRequest request;
    request.set_name(name);
    return client.Must<v1::Need>(request);
  }
};

// All nameless callers of this test are one network, so they count once: the
// crowd itself is in moderation_decisions_test.cc.
TEST_F(ReportTest, NamelessAndNewReportersHideNothing) {
  CreateNeedAs(client_, "rice");
  for (int i = 0; i < 20; ++i) Must<v1::Report>(ReportOf(kRice));
  for (int i = 0; i < 20; ++i) {
    const std::string id = absl::StrCat("new", i);
    AddUser(id, kPhoneChecked, absl::Hours(1));
    As(id).Must<v1::Report>(ReportOf(kRice));
  }
  EXPECT_THAT(Nearest(), ElementsAre(kRice));
  const v1::ModerationCase reported = CaseOf(kRice);
  EXPECT_EQ(reported.state(), v1::ModerationCase::STATE_OPEN);
  EXPECT_EQ(reported.reporter_count(), 21);
  EXPECT_EQ(reported.weight(), 10);
}

TEST_F(ReportTest, EnoughKnownReportersHide) {
  CreateNeedAs(client_, "rice");
  ReportMany(kRice, kPhoneChecked, 2);
  EXPECT_THAT(Nearest(), ElementsAre(kRice));
  ReportMany(kRice, kPhoneChecked, 1);
  EXPECT_THAT(Nearest(), IsEmpty());
  EXPECT_EQ(CaseOf(kRice).state(), v1::ModerationCase::STATE_QUARANTINED);
}

TEST_F(ReportTest, WhoReportsTwiceGetsTheFirstReport) {
  CreateNeedAs(client_, "rice");
  AddUser("an");
  const auto first = As("an").Must<v1::Report>(ReportOf(kRice));
  const auto second = As("an").Must<v1::Report>(
      ReportOf(kRice, "report { reason: REPORT_REASON_FRAUD }"));
  EXPECT_EQ(second.DebugString(), first.DebugString());
  EXPECT_EQ(CaseOf(kRice).reporter_count(), 1);
  EXPECT_EQ(CaseOf(kRice).events_size(), 1);
}

TEST_F(ReportTest, WhatIsHiddenIsForItsOwnerAndModeratorsAlone) {
  AddUser("an");
  AddUser("binh");
  const v1::Need need = CreateNeedAs(As("an"), "rice");
  Hide(kRice);
  EXPECT_THAT(Nearest(), IsEmpty());
  EXPECT_THAT(Listed(), IsEmpty());
  EXPECT_THAT(Listed("region { circle { center { latitude: 10 longitude: 106 } "
                     "radius_meters: 100 } }"),
              IsEmpty());
  EXPECT_EQ(WhyHidden(client_, kRice), "RESOURCE_NOT_FOUND");
  EXPECT_EQ(WhyHidden(As("binh"), kRice), "RESOURCE_NOT_FOUND");
  EXPECT_TRUE(Read(As("an"), kRice).quarantined());
  EXPECT_TRUE(Read(WithCode(need), kRice).quarantined());
  EXPECT_TRUE(Read(As("mod"), kRice).quarantined());
}

TEST_F(ReportTest, WhatIsHiddenTakesNoClaim) {
  AddUser("an");
  CreateNeedAs(client_, "rice");
  v1::CreateOfferRequest offer;
  *offer.mutable_offer() = OfferAt(10, 106);
  offer.set_offer_id("van");
  As("an").Must<v1::Offer>(offer);
  Hide(kRice);
  const auto claim =
      FromText<v1::ClaimNeedRequest>("name: 'needs/rice' offer: 'offers/van'");
  EXPECT_EQ(ReasonOf(As("an").Call(claim)), "RESOURCE_NOT_FOUND");
  Decide(kRice, "STATE_KEPT");
  EXPECT_TRUE(As("an").Call(claim).ok());
}

TEST_F(ReportTest, WatchesSeeItLeaveAndComeBack) {
  CreateNeedAs(client_, "rice");
  grpc::ClientContext context;
  const auto watch = server_.watches().WatchNearestNeeds(
      &context, FromText<v1::WatchNearestNeedsRequest>(
                    "point { latitude: 10 longitude: 106 } k: 5"));
  const auto next = [&watch] {
    v1::WatchNearestNeedsResponse message;
    while (message.events().empty() && watch->Read(&message)) {
    }
    return message.events().empty() ? v1::NearestNeedEvent()
                                    : message.events(0);
  };
  EXPECT_TRUE(next().has_enter());
  Hide(kRice);
  EXPECT_EQ(next().leave().name(), kRice);
  Decide(kRice, "STATE_KEPT");
  EXPECT_EQ(next().enter().nearest_need().need().name(), kRice);
  context.TryCancel();
}

TEST_F(ReportTest, OffersAndSupplyPointsAreHiddenToo) {
  AddUser("an");
  v1::CreateOfferRequest offer;
  *offer.mutable_offer() = OfferAt(10, 106);
  offer.set_offer_id("van");
  As("an").Must<v1::Offer>(offer);
  v1::CreateSupplyPointRequest point;
  *point.mutable_supply_point() = SupplyPointAt(10, 106);
  point.set_supply_point_id("shop");
  As("an").Must<v1::SupplyPoint>(point);
  Hide("offers/van");
  Hide("supplyPoints/shop");
  const std::string from = "point { latitude: 10 longitude: 106 } k: 5";
  EXPECT_THAT(Must<v1::FindNearestOffersResponse>(
                  FromText<v1::FindNearestOffersRequest>(from))
                  .offers(),
              IsEmpty());
  EXPECT_THAT(Must<v1::FindNearestSupplyPointsResponse>(
                  FromText<v1::FindNearestSupplyPointsRequest>(from))
                  .supply_points(),
              IsEmpty());
  EXPECT_THAT(Must<v1::ListOffersResponse>(v1::ListOffersRequest()).offers(),
              IsEmpty());
  EXPECT_THAT(Must<v1::ListSupplyPointsResponse>(v1::ListSupplyPointsRequest())
                  .supply_points(),
              IsEmpty());
  const auto get = FromText<v1::GetOfferRequest>("name: 'offers/van'");
  EXPECT_EQ(ReasonOf(Call(get)), "RESOURCE_NOT_FOUND");
  EXPECT_TRUE(As("an").Must<v1::Offer>(get).quarantined());
}

TEST_F(ReportTest, AUserIsMarked) {
  AddUser("an");
  Hide("users/an");
  EXPECT_TRUE(server_.server()
                  .engine()
                  .view()
                  .FindUser("users/an")
                  ->stored.user()
                  .quarantined());
  Decide("users/an", "STATE_KEPT");
  EXPECT_FALSE(server_.server()
                   .engine()
                   .view()
                   .FindUser("users/an")
                   ->stored.user()
                   .quarantined());
}

TEST_F(ReportTest, ARetryGetsTheSameAnswer) {
  CreateNeedAs(client_, "rice");
  AddUser("an");
  auto request = ReportOf(kRice);
  request.set_request_id(NewRequestId());
  const auto first = As("an").Must<v1::Report>(request);
  EXPECT_EQ(As("an").Must<v1::Report>(request).DebugString(),
            first.DebugString());
}

TEST_F(ReportTest, ACaseStaysOverARestart) {
  CreateNeedAs(client_, "rice");
  Hide(kRice);
  const v1::ModerationCase before = CaseOf(kRice);
  Restart();
  EXPECT_EQ(CaseOf(kRice).DebugString(), before.DebugString());
  EXPECT_THAT(Nearest(), IsEmpty());
}

TEST_F(ReportTest, WhatIsWrongIsNamedByItsField) {
  CreateNeedAs(client_, "rice");
  ExpectRefused(
      client_, &server_.server().ledger(), ReportOf("needs/none"),
      {{"report { subject: 'categories/groceries' }", "report.subject"},
       {"report { subject: 'needs/' }", "report.subject"},
       {"report { reason: REPORT_REASON_OTHER }", "report.comment"},
       {"request_id: 'x'", "request_id"}});
  EXPECT_EQ(FieldsOf(Call(FromText<v1::CreateReportRequest>(
                "report { subject: 'needs/rice' }"))),
            "report.reason");
  EXPECT_EQ(ReasonOf(Call(ReportOf("needs/none"))), "RESOURCE_NOT_FOUND");
  EXPECT_EQ(ReasonOf(Call(ReportOf("users/none"))), "RESOURCE_NOT_FOUND");
}

}  // namespace
}  // namespace xom::tests
