// The same request_id twice: one change, one answer.

#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "tests/api_client.h"

namespace xom::tests {
namespace {

class RetryTest : public ApiTest {
 protected:
  template <typename Request>
  Request WithId(const std::string& text) {
    Request request = FromText<Request>(text);
    request.set_request_id(NewRequestId());
    return request;
  }

  v1::CreateNeedRequest CreateRequest() {
    v1::CreateNeedRequest request;
    *request.mutable_need() = NeedAt(10.77, 106.70);
    request.set_request_id(NewRequestId());
    return request;
  }
};

TEST_F(RetryTest, ACreateIsDoneOnce) {
  const auto request = CreateRequest();
  const auto first = Must<v1::Need>(request);
  const storage::Revision after = revision();
  const auto second = Must<v1::Need>(request);
  EXPECT_EQ(first.SerializeAsString(), second.SerializeAsString());
  EXPECT_EQ(revision(), after);
  EXPECT_EQ(Must<v1::ListNeedsResponse>(v1::ListNeedsRequest()).needs_size(),
            1);
}

TEST_F(RetryTest, TheFirstAnswerStandsWhateverHappenedSince) {
  const auto create = CreateRequest();
  const auto created = Must<v1::Need>(create);
  server_.CloseNeed(created.name());
  server_.clock().Advance(absl::Hours(23));
  server_.Tick();
  EXPECT_EQ(Must<v1::Need>(create).SerializeAsString(),
            created.SerializeAsString());
  Restart();
  EXPECT_EQ(Must<v1::Need>(create).SerializeAsString(),
            created.SerializeAsString());
  EXPECT_EQ(Must<v1::Need>(FromText<v1::GetNeedRequest>(
                               absl::StrCat("name: '", created.name(), "'")))
                .state(),
            v1::Need::STATE_CLOSED);
}

TEST_F(RetryTest, ACreateWithAnIdIsAnsweredAgainThoughTheIdIsTaken) {
  auto request = CreateRequest();
  request.set_need_id("rice");
  const auto first = Must<v1::Need>(request);
  EXPECT_EQ(Must<v1::Need>(request).SerializeAsString(),
            first.SerializeAsString());
}

// Each would be refused when it were decided anew.
TEST_F(RetryTest, EachMutationIsAnsweredAgainAfterItHappened) {
  server_.CreateNeed(NeedAt(10, 106), "close");
  server_.CreateNeed(NeedAt(10, 106), "cancel");
  server_.CreateNeed(NeedAt(10, 106), "update");
  server_.CreateNeed(NeedAt(10, 106), "renew");
  server_.CreateOffer(OfferAt(10, 106), "x");
  server_.CreateSupplyPoint(SupplyPointAt(10, 106), "x");
  const auto twice = [&](const google::protobuf::Message& request) {
    SCOPED_TRACE(request.GetTypeName());
    const std::string bytes = request.SerializeAsString();
    const WireAnswer first = client_.CallBytes(MethodOf(request), bytes);
    EXPECT_TRUE(first.status.ok()) << first.status.error_message();
    const storage::Revision after = revision();
    const WireAnswer second = client_.CallBytes(MethodOf(request), bytes);
    EXPECT_TRUE(second.status.ok()) << second.status.error_message();
    EXPECT_EQ(first.reply, second.reply);
    EXPECT_EQ(revision(), after);
  };
  const std::string shown = "display_names { key: 'en' value: 'x' }";
  twice(WithId<v1::UpdateNeedRequest>(
      "need { name: 'needs/update' situation: 'x' }"));
  twice(WithId<v1::RenewNeedRequest>("name: 'needs/renew'"));
  twice(WithId<v1::CloseNeedRequest>("name: 'needs/close'"));
  twice(WithId<v1::CancelNeedRequest>("name: 'needs/cancel'"));
  twice(WithId<v1::UpdateOfferRequest>(
      "offer { name: 'offers/x' description: 'x' }"));
  twice(WithId<v1::PauseOfferRequest>("name: 'offers/x'"));
  twice(WithId<v1::ResumeOfferRequest>("name: 'offers/x'"));
  twice(WithId<v1::CloseOfferRequest>("name: 'offers/x'"));
  twice(WithId<v1::UpdateSupplyPointRequest>(
      "supply_point { name: 'supplyPoints/x' description: 'x' }"));
  twice(WithId<v1::ReportAvailabilityRequest>(
      "name: 'supplyPoints/x' availability: AVAILABILITY_CROWDED"));
  twice(WithId<v1::DeleteSupplyPointRequest>("name: 'supplyPoints/x'"));
  twice(WithId<v1::CreateCategoryRequest>(
      absl::StrCat("category_id: 'water' category { ", shown, " }")));
  twice(WithId<v1::UpdateCategoryRequest>(
      absl::StrCat("category { name: 'categories/water' ", shown, " }")));
  auto offer = WithId<v1::CreateOfferRequest>("offer_id: 'new'");
  *offer.mutable_offer() = OfferAt(10, 106);
  twice(offer);
  auto point = WithId<v1::CreateSupplyPointRequest>("supply_point_id: 'new'");
  *point.mutable_supply_point() = SupplyPointAt(10, 106);
  twice(point);
}

TEST_F(RetryTest, AnotherBodyIsRefused) {
  auto create = CreateRequest();
  const auto need = Must<v1::Need>(create);
  const storage::Revision after = revision();
  create.mutable_need()->set_situation("Something else.");
  std::vector<std::unique_ptr<google::protobuf::Message>> others;
  others.push_back(std::make_unique<v1::CreateNeedRequest>(create));
  // Also one that would be refused for another reason.
  create.mutable_need()->clear_categories();
  others.push_back(std::make_unique<v1::CreateNeedRequest>(create));
  // Also of another method.
  auto close =
      FromText<v1::CloseNeedRequest>(absl::StrCat("name: '", need.name(), "'"));
  close.set_request_id(create.request_id());
  others.push_back(std::make_unique<v1::CloseNeedRequest>(close));
  for (const auto& request : others) {
    const grpc::Status status = Call(*request);
    EXPECT_EQ(status.error_code(), grpc::StatusCode::INVALID_ARGUMENT);
    EXPECT_EQ(ReasonOf(status), "REQUEST_ID_REUSED");
    EXPECT_EQ(FieldsOf(status), "request_id");
    EXPECT_EQ(CountErrorInfos(status), 1);
  }
  EXPECT_EQ(revision(), after);
}

TEST_F(RetryTest, ARefusedRequestMayBeCorrectedUnderItsId) {
  auto request = CreateRequest();
  request.mutable_need()->set_urgency(static_cast<v1::Urgency>(9));
  EXPECT_FALSE(Call(request).ok());
  request.mutable_need()->set_urgency(v1::URGENCY_HIGH);
  EXPECT_EQ(Must<v1::Need>(request).urgency(), v1::URGENCY_HIGH);
}

TEST_F(RetryTest, ValidateOnlyDoesNotTakeTheId) {
  auto request = CreateRequest();
  request.set_validate_only(true);
  Must<v1::Need>(request);
  request.set_validate_only(false);
  const auto need = Must<v1::Need>(request);
  EXPECT_EQ(Must<v1::ListNeedsResponse>(v1::ListNeedsRequest()).needs(0).name(),
            need.name());
}

TEST_F(RetryTest, RetriesAtTheSameTimeMakeOneNeed) {
  const auto request = CreateRequest();
  std::vector<std::string> names(8);
  std::vector<std::thread> threads;
  for (std::string& name : names) {
    threads.emplace_back(
        [&] { name = ApiClient(server_).Must<v1::Need>(request).name(); });
  }
  for (std::thread& thread : threads) thread.join();
  for (const std::string& name : names) EXPECT_EQ(name, names[0]);
  EXPECT_EQ(Must<v1::ListNeedsResponse>(v1::ListNeedsRequest()).needs_size(),
            1);
}

}  // namespace
}  // namespace xom::tests
