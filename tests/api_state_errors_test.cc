// Errors that depend on what is stored: absent, taken, changed or ended.

#include "absl/strings/str_cat.h"
#include "tests/api_client.h"

namespace xom::tests {
namespace {

using grpc::StatusCode;

using StateErrorsTest = ApiTest;
using RequestPtr = std::unique_ptr<google::protobuf::Message>;

template <typename Request>
RequestPtr Make(const std::string& text) {
  return std::make_unique<Request>(FromText<Request>(text));
}

std::string Named(const std::string& name) {
  return absl::StrCat("name: '", name, "'");
}

TEST_F(StateErrorsTest, EachMethodSaysWhichNameIsNotThere) {
  const std::string shown = "display_names { key: 'en' value: 'x' }";
  const struct {
    RequestPtr request;
    const char* name;
  } kRows[] = {
      {Make<v1::GetNeedRequest>(Named("needs/x")), "needs/x"},
      {Make<v1::UpdateNeedRequest>("need { name: 'needs/x' }"), "needs/x"},
      {Make<v1::CancelNeedRequest>(Named("needs/x")), "needs/x"},
      {Make<v1::CloseNeedRequest>(Named("needs/x")), "needs/x"},
      {Make<v1::RenewNeedRequest>(Named("needs/x")), "needs/x"},
      {Make<v1::GetOfferRequest>(Named("offers/x")), "offers/x"},
      {Make<v1::UpdateOfferRequest>("offer { name: 'offers/x' }"), "offers/x"},
      {Make<v1::PauseOfferRequest>(Named("offers/x")), "offers/x"},
      {Make<v1::ResumeOfferRequest>(Named("offers/x")), "offers/x"},
      {Make<v1::CloseOfferRequest>(Named("offers/x")), "offers/x"},
      {Make<v1::GetSupplyPointRequest>(Named("supplyPoints/x")),
       "supplyPoints/x"},
      {Make<v1::UpdateSupplyPointRequest>(
           "supply_point { name: 'supplyPoints/x' }"),
       "supplyPoints/x"},
      {Make<v1::DeleteSupplyPointRequest>(Named("supplyPoints/x")),
       "supplyPoints/x"},
      {Make<v1::ReportAvailabilityRequest>(
           "name: 'supplyPoints/x' availability: AVAILABILITY_OPEN"),
       "supplyPoints/x"},
      {Make<v1::UpdateCategoryRequest>(
           absl::StrCat("category { name: 'categories/x' ", shown, " }")),
       "categories/x"},
      {Make<v1::FindMatchesRequest>("offer: 'offers/x' k: 1"), "offers/x"},
      {Make<v1::FindMatchesRequest>("need: 'needs/x' k: 1"), "needs/x"},
  };
  for (const auto& row : kRows) {
    SCOPED_TRACE(row.request->GetTypeName());
    const grpc::Status status = Call(*row.request);
    EXPECT_EQ(status.error_code(), StatusCode::NOT_FOUND);
    EXPECT_EQ(ReasonOf(status), "RESOURCE_NOT_FOUND");
    EXPECT_EQ(CountErrorInfos(status), 1);
    EXPECT_EQ(ResourceOf(status), row.name);
  }
  EXPECT_EQ(revision(), 1);
}

TEST_F(StateErrorsTest, ATakenIdIsRefused) {
  const v1::Need need = server_.CreateNeed(NeedAt(10, 106), "x");
  server_.CreateOffer(OfferAt(10, 106), "x");
  server_.CreateSupplyPoint(SupplyPointAt(10, 106), "x");
  const storage::Revision before = revision();
  v1::CreateNeedRequest create_need;
  *create_need.mutable_need() = NeedAt(11, 107);
  create_need.set_need_id("x");
  v1::CreateOfferRequest create_offer;
  *create_offer.mutable_offer() = OfferAt(11, 107);
  create_offer.set_offer_id("x");
  v1::CreateSupplyPointRequest create_point;
  *create_point.mutable_supply_point() = SupplyPointAt(11, 107);
  create_point.set_supply_point_id("x");
  const auto create_category = FromText<v1::CreateCategoryRequest>(
      "category_id: 'groceries' "
      "category { display_names { key: 'en' value: 'x' } }");
  const struct {
    const google::protobuf::Message& request;
    const char* name;
  } kRows[] = {{create_need, "needs/x"},
               {create_offer, "offers/x"},
               {create_point, "supplyPoints/x"},
               {create_category, "categories/groceries"}};
  for (const auto& row : kRows) {
    const grpc::Status status = Call(row.request);
    EXPECT_EQ(status.error_code(), StatusCode::ALREADY_EXISTS) << row.name;
    EXPECT_EQ(ReasonOf(status), "RESOURCE_EXISTS");
    EXPECT_EQ(ResourceOf(status), row.name);
  }
  EXPECT_EQ(revision(), before);
  EXPECT_EQ(
      Must<v1::Need>(FromText<v1::GetNeedRequest>(Named("needs/x"))).etag(),
      need.etag());
}

// An id is taken for good: also one whose need has ended.
TEST_F(StateErrorsTest, TheIdOfAnEndedNeedStaysTaken) {
  server_.CreateNeed(NeedAt(10, 106), "x");
  server_.CloseNeed("needs/x");
  v1::CreateNeedRequest request;
  *request.mutable_need() = NeedAt(11, 107);
  request.set_need_id("x");
  EXPECT_EQ(Call(request).error_code(), StatusCode::ALREADY_EXISTS);
}

TEST_F(StateErrorsTest, AnotherEtagChangesNothing) {
  server_.CreateNeed(NeedAt(10, 106), "x");
  server_.CreateOffer(OfferAt(10, 106), "x");
  server_.CreateOffer(OfferAt(10, 106), "paused");
  Must<v1::Offer>(FromText<v1::PauseOfferRequest>(Named("offers/paused")));
  server_.CreateSupplyPoint(SupplyPointAt(10, 106), "x");
  const storage::Revision before = revision();
  const std::string etag = " etag: 'abc123'";
  const std::string need = Named("needs/x") + etag;
  const std::string offer = Named("offers/x") + etag;
  const std::string point = Named("supplyPoints/x") + etag;
  const RequestPtr requests[] = {
      Make<v1::UpdateNeedRequest>(absl::StrCat("need { ", need, " }")),
      Make<v1::CancelNeedRequest>(need),
      Make<v1::CloseNeedRequest>(need),
      Make<v1::RenewNeedRequest>(need),
      Make<v1::UpdateOfferRequest>(absl::StrCat("offer { ", offer, " }")),
      Make<v1::PauseOfferRequest>(offer),
      Make<v1::ResumeOfferRequest>(Named("offers/paused") + etag),
      Make<v1::CloseOfferRequest>(offer),
      Make<v1::UpdateSupplyPointRequest>(
          absl::StrCat("supply_point { ", point, " }")),
      Make<v1::DeleteSupplyPointRequest>(point),
      Make<v1::ReportAvailabilityRequest>(point +
                                          " availability: AVAILABILITY_OPEN"),
      Make<v1::UpdateCategoryRequest>(
          "category { name: 'categories/groceries' etag: 'abc123' "
          "display_names { key: 'en' value: 'x' } }"),
  };
  for (const RequestPtr& request : requests) {
    const grpc::Status status = Call(*request);
    EXPECT_EQ(status.error_code(), StatusCode::ABORTED)
        << request->GetTypeName() << status.error_message();
    EXPECT_EQ(ReasonOf(status), "ETAG_MISMATCH");
    EXPECT_EQ(CountErrorInfos(status), 1);
    EXPECT_NE(MetadataOf(status, "current_etag"), "");
  }
  EXPECT_EQ(revision(), before);
}

TEST_F(StateErrorsTest, WhatHasEndedCannotBeChanged) {
  for (const char* id : {"closed", "cancelled", "expired"}) {
    server_.CreateNeed(NeedAt(10, 106), id);
  }
  server_.CloseNeed("needs/closed");
  Must<v1::Need>(FromText<v1::CancelNeedRequest>(Named("needs/cancelled")));
  server_.clock().Advance(absl::Hours(7 * 24));
  // The details of the first two are wiped, the third expires.
  EXPECT_EQ(server_.Tick(), 3u);
  const storage::Revision before = revision();
  const struct {
    const char* name;
    const char* state;
  } kNeeds[] = {{"needs/closed", "STATE_CLOSED"},
                {"needs/cancelled", "STATE_CANCELLED"},
                {"needs/expired", "STATE_EXPIRED"}};
  for (const auto& need : kNeeds) {
    const RequestPtr requests[] = {
        Make<v1::UpdateNeedRequest>(
            absl::StrCat("need { ", Named(need.name), " situation: 'x' }")),
        Make<v1::CancelNeedRequest>(Named(need.name)),
        Make<v1::CloseNeedRequest>(Named(need.name)),
        Make<v1::RenewNeedRequest>(Named(need.name)),
        Make<v1::FindMatchesRequest>(
            absl::StrCat("need: '", need.name, "' k: 1"))};
    for (const RequestPtr& request : requests) {
      const grpc::Status status = Call(*request);
      EXPECT_EQ(status.error_code(), StatusCode::FAILED_PRECONDITION)
          << request->GetTypeName();
      EXPECT_EQ(ReasonOf(status), "STATE_MISMATCH");
      EXPECT_EQ(MetadataOf(status, "state"), need.state);
    }
  }
  EXPECT_EQ(revision(), before);
}

TEST_F(StateErrorsTest, AnOfferMovesOnlyAsItsStateAllows) {
  for (const char* id : {"active", "paused", "closed"}) {
    server_.CreateOffer(OfferAt(10, 106), id);
  }
  Must<v1::Offer>(FromText<v1::PauseOfferRequest>(Named("offers/paused")));
  Must<v1::Offer>(FromText<v1::CloseOfferRequest>(Named("offers/closed")));
  const storage::Revision before = revision();
  const auto match = [](const std::string& id) {
    return absl::StrCat("offer: 'offers/", id, "' k: 1");
  };
  const struct {
    RequestPtr request;
    const char* state;
  } kRows[] = {
      {Make<v1::ResumeOfferRequest>(Named("offers/active")), "STATE_ACTIVE"},
      {Make<v1::PauseOfferRequest>(Named("offers/paused")), "STATE_PAUSED"},
      {Make<v1::FindMatchesRequest>(match("paused")), "STATE_PAUSED"},
      {Make<v1::PauseOfferRequest>(Named("offers/closed")), "STATE_CLOSED"},
      {Make<v1::ResumeOfferRequest>(Named("offers/closed")), "STATE_CLOSED"},
      {Make<v1::CloseOfferRequest>(Named("offers/closed")), "STATE_CLOSED"},
      {Make<v1::UpdateOfferRequest>("offer { name: 'offers/closed' }"),
       "STATE_CLOSED"},
      {Make<v1::FindMatchesRequest>(match("closed")), "STATE_CLOSED"}};
  for (const auto& row : kRows) {
    const grpc::Status status = Call(*row.request);
    EXPECT_EQ(status.error_code(), StatusCode::FAILED_PRECONDITION)
        << row.request->GetTypeName();
    EXPECT_EQ(ReasonOf(status), "STATE_MISMATCH");
    EXPECT_EQ(MetadataOf(status, "state"), row.state);
  }
  EXPECT_EQ(revision(), before);
}

}  // namespace
}  // namespace xom::tests
