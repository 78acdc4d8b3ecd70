// The ladder of verification over the socket: codes to phones, vouching, and
// filters by it.

#include <gmock/gmock.h>
#include <grpcpp/grpcpp.h>

#include <fstream>
#include <sstream>

#include "absl/strings/str_cat.h"
#include "tests/moderation_calls.h"

namespace xom::tests {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::UnorderedElementsAre;

constexpr char kPhone[] = "contact { phone_number: '+84912345678' }";

class VerificationTest : public ModerationTest {
 protected:
  static v1::SendPhoneCodeRequest SendRequest(const std::string& name,
                                              const std::string& phone = "") {
    v1::SendPhoneCodeRequest request;
    request.set_name(name);
    request.set_phone_number(phone);
    return request;
  }
  static v1::CheckPhoneCodeRequest CheckRequest(const std::string& name,
                                                const std::string& code) {
    v1::CheckPhoneCodeRequest request;
    request.set_name(name);
    request.set_code(code);
    return request;
  }
  static v1::VouchRequest VouchRequest(const std::string& name,
                                       v1::Verification verification) {
    v1::VouchRequest request;
    request.set_name(name);
    request.set_verification(verification);
    return request;
  }
  v1::Verification VerificationOf(const std::string& need) {
    v1::GetNeedRequest request;
    request.set_name(need);
    return Must<v1::Need>(request).verification();
  }
};

TEST_F(VerificationTest, ACodeThatComesBackProvesThePhone) {
  const v1::Need need = CreateNeedAs(client_, "rice", kPhone);
  const ApiClient asker = WithCode(need);
  const auto sent =
      asker.Must<v1::SendPhoneCodeResponse>(SendRequest("needs/rice"));
  EXPECT_EQ(sent.expire_time().seconds(),
            absl::ToUnixSeconds(server_.clock().Now() + absl::Minutes(10)));
  const auto checked = asker.Must<v1::CheckPhoneCodeResponse>(
      CheckRequest("needs/rice", LastCode()));
  EXPECT_EQ(checked.verification(), v1::VERIFICATION_PHONE_CHECKED);
  EXPECT_EQ(VerificationOf("needs/rice"), v1::VERIFICATION_PHONE_CHECKED);
  EXPECT_EQ(ReasonOf(asker.Call(CheckRequest("needs/rice", LastCode()))),
            "PHONE_CODE_WRONG")
      << "a code is good once";
}

TEST_F(VerificationTest, TheFileHasALineForEachCode) {
  const v1::Need need = CreateNeedAs(client_, "rice", kPhone);
  EXPECT_TRUE(WithCode(need).Call(SendRequest("needs/rice")).ok());
  std::ifstream file(server_.options().phone_code_file);
  std::stringstream text;
  text << file.rdbuf();
  EXPECT_THAT(text.str(),
              testing::MatchesRegex(
                  R"(\{"phone_number":"\+84912345678","code":"[0-9]+",)"
                  R"("expire_time":"2021-08-23T02:10:00\+00:00"\})"
                  "\n"));
}

TEST_F(VerificationTest, AfterFiveWrongCodesTheRightOneIsRefusedToo) {
  const v1::Need need = CreateNeedAs(client_, "rice", kPhone);
  const ApiClient asker = WithCode(need);
  EXPECT_TRUE(asker.Call(SendRequest("needs/rice")).ok());
  const std::string right = LastCode();
  for (int i = 0; i < 5; ++i) {
    EXPECT_EQ(
        ReasonOf(asker.Call(CheckRequest("needs/rice", OtherCode(right)))),
        "PHONE_CODE_WRONG");
  }
  EXPECT_EQ(ReasonOf(asker.Call(CheckRequest("needs/rice", right))),
            "PHONE_CODE_WRONG");
  EXPECT_TRUE(asker.Call(SendRequest("needs/rice")).ok());
  EXPECT_TRUE(asker.Call(CheckRequest("needs/rice", LastCode())).ok());
}

TEST_F(VerificationTest, FourWrongCodesAreForgiven) {
  const v1::Need need = CreateNeedAs(client_, "rice", kPhone);
  const ApiClient asker = WithCode(need);
  EXPECT_TRUE(asker.Call(SendRequest("needs/rice")).ok());
  const std::string right = LastCode();
  for (int i = 0; i < 4; ++i) {
    asker.Call(CheckRequest("needs/rice", OtherCode(right)));
  }
  EXPECT_TRUE(asker.Call(CheckRequest("needs/rice", right)).ok());
}

TEST_F(VerificationTest, ACodeIsOldAfterTenMinutes) {
  const v1::Need need = CreateNeedAs(client_, "rice", kPhone);
  EXPECT_TRUE(WithCode(need).Call(SendRequest("needs/rice")).ok());
  server_.clock().Advance(absl::Minutes(10));
  EXPECT_EQ(
      ReasonOf(WithCode(need).Call(CheckRequest("needs/rice", LastCode()))),
      "PHONE_CODE_WRONG");
}

TEST_F(VerificationTest, ACodeOfAnotherPhoneProvesNothing) {
  const v1::Need need = CreateNeedAs(client_, "rice", kPhone);
  const ApiClient asker = WithCode(need);
  EXPECT_TRUE(asker.Call(SendRequest("needs/rice")).ok());
  const auto change_phone = FromText<v1::UpdateNeedRequest>(
      "need { name: 'needs/rice' contact { phone_number: '+84987654321' } }");
  EXPECT_TRUE(asker.Call(change_phone).ok());
  EXPECT_EQ(ReasonOf(asker.Call(CheckRequest("needs/rice", LastCode()))),
            "PHONE_CODE_WRONG");
}

TEST_F(VerificationTest, WithAnotherPhoneTheCheckOfTheOldOneIsVoid) {
  const v1::Need need = CreateNeedAs(client_, "rice", kPhone);
  const ApiClient asker = WithCode(need);
  EXPECT_TRUE(asker.Call(SendRequest("needs/rice")).ok());
  EXPECT_TRUE(asker.Call(CheckRequest("needs/rice", LastCode())).ok());
  asker.Must<v1::Need>(FromText<v1::UpdateNeedRequest>(
      "need { name: 'needs/rice' situation: 'two days now' }"));
  EXPECT_EQ(VerificationOf("needs/rice"), v1::VERIFICATION_PHONE_CHECKED);
  asker.Must<v1::Need>(FromText<v1::UpdateNeedRequest>(
      "need { name: 'needs/rice' contact { phone_number: '+84987654321' } }"));
  EXPECT_EQ(VerificationOf("needs/rice"), v1::VERIFICATION_UNSPECIFIED);
}

TEST_F(VerificationTest, OnePhoneIsNotSentCodesWithoutEnd) {
  const v1::Need need = CreateNeedAs(client_, "rice", kPhone);
  const v1::Need other = CreateNeedAs(client_, "milk", kPhone);
  for (int i = 0; i < 3; ++i) {
    EXPECT_TRUE(WithCode(need).Call(SendRequest("needs/rice")).ok());
  }
  const grpc::Status refused = WithCode(other).Call(SendRequest("needs/milk"));
  EXPECT_EQ(ReasonOf(refused), "RATE_LIMITED");
  server_.clock().Advance(absl::Seconds(RetrySecondsOf(refused)));
  EXPECT_TRUE(WithCode(other).Call(SendRequest("needs/milk")).ok());
}

TEST_F(VerificationTest, AUserProvesANumberOfTheirOwn) {
  AddUser("an");
  EXPECT_TRUE(As("an").Call(SendRequest("users/an", "+84 912 345 678")).ok());
  EXPECT_TRUE(As("an").Call(CheckRequest("users/an", LastCode())).ok());
  const auto stored =
      server_.server().engine().view().FindUser("users/an")->stored;
  EXPECT_EQ(stored.user().verification(), v1::VERIFICATION_PHONE_CHECKED);
  EXPECT_EQ(stored.phone_hash().size(), 16U);
  AddUser("binh");
  EXPECT_EQ(ReasonOf(As("binh").Call(SendRequest("users/an", "+84912345678"))),
            "NOT_ALLOWED");
}

TEST_F(VerificationTest, WhatIsWrongIsSaid) {
  AddUser("an");
  const v1::Need need = CreateNeedAs(client_, "rice");
  EXPECT_EQ(ReasonOf(WithCode(need).Call(SendRequest("needs/rice"))),
            "NO_PHONE_NUMBER");
  EXPECT_EQ(
      FieldsOf(WithCode(need).Call(SendRequest("needs/rice", "+84912345678"))),
      "phone_number");
  EXPECT_EQ(FieldsOf(As("an").Call(SendRequest("users/an"))), "phone_number");
  EXPECT_EQ(FieldsOf(As("an").Call(SendRequest("users/an", "0912"))),
            "phone_number");
  for (const char* code : {"", "12345", "1234567", "12345a", "１２３"}) {
    EXPECT_EQ(FieldsOf(As("an").Call(CheckRequest("users/an", code))), "code");
  }
  EXPECT_EQ(ReasonOf(As("an").Call(CheckRequest("users/an", "123456"))),
            "PHONE_CODE_WRONG");
}

TEST_F(VerificationTest, AnOfficialVouchesAndNothingLowers) {
  CreateNeedAs(client_, "rice");
  const auto step = [&](v1::Verification verification) {
    return As("ward")
        .Must<v1::VouchResponse>(VouchRequest("needs/rice", verification))
        .verification();
  };
  EXPECT_EQ(step(v1::VERIFICATION_VISITED), v1::VERIFICATION_VISITED);
  EXPECT_EQ(step(v1::VERIFICATION_VOUCHED), v1::VERIFICATION_VISITED);
  EXPECT_EQ(VerificationOf("needs/rice"), v1::VERIFICATION_VISITED);
  EXPECT_EQ(FieldsOf(As("ward").Call(
                VouchRequest("needs/rice", v1::VERIFICATION_PHONE_CHECKED))),
            "verification");
  EXPECT_EQ(ReasonOf(As("ward").Call(
                VouchRequest("needs/none", v1::VERIFICATION_VOUCHED))),
            "RESOURCE_NOT_FOUND");
}

TEST_F(VerificationTest, NobodyVouchesForThemselvesOrWithoutBeingAsked) {
  AddUser("an");
  CreateNeedAs(As("ward"), "rice");
  const auto vouch = [&](const std::string& who, const std::string& name) {
    return ReasonOf(As(who).Call(VouchRequest(name, v1::VERIFICATION_VOUCHED)));
  };
  EXPECT_EQ(vouch("ward", "users/ward"), "NOT_ALLOWED");
  EXPECT_EQ(vouch("ward", "needs/rice"), "NOT_ALLOWED");
  EXPECT_EQ(vouch("an", "needs/rice"), "NOT_ALLOWED");
  EXPECT_EQ(vouch("mod", "needs/rice"), "NOT_ALLOWED");
  EXPECT_EQ(vouch("ward", "users/an"), "");
}

TEST_F(VerificationTest, SearchesListsAndWatchesFilterByIt) {
  CreateNeedAs(client_, "a");
  CreateNeedAs(client_, "b");
  CreateNeedAs(client_, "c");
  As("ward").Must<v1::VouchResponse>(
      VouchRequest("needs/b", v1::VERIFICATION_VOUCHED));
  As("ward").Must<v1::VouchResponse>(
      VouchRequest("needs/c", v1::VERIFICATION_VISITED));
  EXPECT_EQ(Nearest("min_verification: VERIFICATION_UNVERIFIED").size(), 3U);
  EXPECT_THAT(Nearest("min_verification: VERIFICATION_PHONE_CHECKED"),
              UnorderedElementsAre("needs/b", "needs/c"));
  EXPECT_THAT(Nearest("min_verification: VERIFICATION_VISITED"),
              ElementsAre("needs/c"));
  EXPECT_THAT(Listed("min_verification: VERIFICATION_VOUCHED"),
              UnorderedElementsAre("needs/b", "needs/c"));
  EXPECT_EQ(
      FieldsOf(Call(FromText<v1::ListNeedsRequest>("min_verification: 9"))),
      "min_verification");
}

// One becomes visible to a filter the moment that somebody vouches for it.
TEST_F(VerificationTest, AWatchOfVouchedNeedsSeesOneEnter) {
  CreateNeedAs(client_, "rice");
  grpc::ClientContext context;
  const auto nearest = server_.watches().WatchNearestNeeds(
      &context, FromText<v1::WatchNearestNeedsRequest>(
                    "point { latitude: 10 longitude: 106 } k: 5 "
                    "min_verification: VERIFICATION_VOUCHED"));
  grpc::ClientContext other_context;
  const auto region = server_.watches().WatchRegion(
      &other_context,
      FromText<v1::WatchRegionRequest>(
          "region { circle { center { latitude: 10 longitude: 106 } "
          "radius_meters: 100 } } min_verification: VERIFICATION_VOUCHED"));
  v1::WatchNearestNeedsResponse near;
  v1::WatchRegionResponse in_region;
  ASSERT_TRUE(nearest->Read(&near));
  EXPECT_THAT(near.events(), IsEmpty());
  ASSERT_TRUE(region->Read(&in_region));
  EXPECT_THAT(in_region.events(), IsEmpty());
  As("ward").Must<v1::VouchResponse>(
      VouchRequest("needs/rice", v1::VERIFICATION_VOUCHED));
  ASSERT_TRUE(nearest->Read(&near));
  ASSERT_EQ(near.events_size(), 1);
  EXPECT_EQ(near.events(0).enter().nearest_need().need().name(), "needs/rice");
  ASSERT_TRUE(region->Read(&in_region));
  ASSERT_EQ(in_region.events_size(), 1);
  EXPECT_EQ(in_region.events(0).enter().need().name(), "needs/rice");
  context.TryCancel();
  other_context.TryCancel();
}

}  // namespace
}  // namespace xom::tests
