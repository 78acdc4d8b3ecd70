// The work of moderators over the socket: decisions, appeals, the queue.

#include <gmock/gmock.h>

#include "absl/strings/str_cat.h"
#include "tests/moderation_calls.h"

namespace xom::tests {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

constexpr char kRice[] = "needs/rice";

class DecisionTest : public ModerationTest {
 protected:
  DecisionTest() {
    AddUser("an");
    CreateNeedAs(As("an"), "rice");
    Hide(kRice);
  }

  grpc::Status Appeal(const ApiClient& client,
                      const std::string& subject = kRice) {
    auto request =
        FromText<v1::AppealModerationRequest>("text: 'we do need it'");
    request.set_subject(subject);
    return client.Call(request);
  }
};

TEST_F(DecisionTest, WhatIsKeptIsSeenAgainAndHarderToHide) {
  const v1::ModerationCase kept = Decide(kRice, "STATE_KEPT");
  EXPECT_EQ(kept.state(), v1::ModerationCase::STATE_KEPT);
  EXPECT_EQ(kept.reporter_count(), 0);
  EXPECT_THAT(Nearest(), ElementsAre(kRice));
  ReportMany(kRice, "verification: VERIFICATION_VOUCHED", 5);
  EXPECT_THAT(Nearest(), ElementsAre(kRice));
  ReportMany(kRice, "verification: VERIFICATION_VOUCHED", 1);
  EXPECT_THAT(Nearest(), IsEmpty());
}

TEST_F(DecisionTest, WhatIsRemovedStaysHiddenUntilAnotherDecision) {
  Decide(kRice, "STATE_REMOVED");
  EXPECT_THAT(Nearest(), IsEmpty());
  EXPECT_EQ(WhyHidden(client_, kRice), "RESOURCE_NOT_FOUND");
  EXPECT_EQ(WhyHidden(As("an"), kRice), "");
  Decide(kRice, "STATE_KEPT");
  EXPECT_THAT(Nearest(), ElementsAre(kRice));
}

TEST_F(DecisionTest, AnAppealIsForTheOwnerOnceAndComesBackIntoTheQueue) {
  AddUser("binh");
  EXPECT_EQ(ReasonOf(Appeal(As("binh"))), "NOT_ALLOWED");
  EXPECT_EQ(ReasonOf(Appeal(client_)), "CREDENTIALS_MISSING");
  EXPECT_TRUE(Appeal(As("an")).ok());
  EXPECT_EQ(ReasonOf(Appeal(As("an"))), "STATE_MISMATCH");
  const v1::ModerationCase appealed = CaseOf(kRice);
  EXPECT_TRUE(appealed.appealed());
  EXPECT_EQ(appealed.events().rbegin()->actor(), "users/an");
  EXPECT_EQ(appealed.events().rbegin()->note(), "we do need it");
  Decide(kRice, "STATE_KEPT");
  EXPECT_FALSE(CaseOf(kRice).appealed());
  EXPECT_EQ(ReasonOf(Appeal(As("an"))), "STATE_MISMATCH") << "it is seen";
}

TEST_F(DecisionTest, WhoHasTheAccessCodeAppeals) {
  const v1::Need milk = CreateNeedAs(client_, "milk");
  Hide("needs/milk");
  EXPECT_TRUE(Appeal(WithCode(milk), "needs/milk").ok());
}

TEST_F(DecisionTest, WithoutACaseThereIsNothingToAppeal) {
  CreateNeedAs(As("an"), "milk");
  EXPECT_EQ(ReasonOf(Appeal(As("an"), "needs/milk")), "RESOURCE_NOT_FOUND");
  EXPECT_EQ(FieldsOf(As("an").Call(FromText<v1::AppealModerationRequest>(
                "subject: 'needs/rice'"))),
            "text");
}

TEST_F(DecisionTest, IsForModerators) {
  AddUser("boss", "roles: ROLE_OPERATOR");
  v1::GetModerationCaseRequest get;
  get.set_name(CaseOf(kRice).name());
  for (const char* id : {"an", "ward", "boss"}) {
    EXPECT_EQ(ReasonOf(As(id).Call(get)), "NOT_ALLOWED") << id;
  }
  EXPECT_EQ(ReasonOf(Call(get)), "CREDENTIALS_MISSING");
}

TEST_F(DecisionTest, AnOldEtagIsRefused) {
  auto request = FromText<v1::DecideModerationCaseRequest>(
      "decision: STATE_KEPT note: 'x'");
  const v1::ModerationCase before = CaseOf(kRice);
  request.set_name(before.name());
  request.set_etag(before.etag());
  EXPECT_TRUE(Appeal(As("an")).ok());
  EXPECT_EQ(ReasonOf(As("mod").Call(request)), "ETAG_MISMATCH");
  request.set_etag(CaseOf(kRice).etag());
  EXPECT_TRUE(As("mod").Call(request).ok());
}

TEST_F(DecisionTest, WhatIsWrongIsNamedByItsField) {
  auto request = FromText<v1::DecideModerationCaseRequest>("name: 'needs/x'");
  EXPECT_EQ(FieldsOf(As("mod").Call(request)), "name");
  request.set_name(CaseOf(kRice).name());
  EXPECT_EQ(FieldsOf(As("mod").Call(request)), "decision,note");
  EXPECT_EQ(ReasonOf(As("mod").Call(FromText<v1::GetModerationCaseRequest>(
                "name: 'moderationCases/none'"))),
            "RESOURCE_NOT_FOUND");
}

TEST_F(DecisionTest, ReportsAreForModeratorsToRead) {
  As("mod").Must<v1::Report>(ReportOf(
      kRice, "report { reason: REPORT_REASON_OTHER comment: 'I know them' }"));
  v1::GetModerationCaseRequest get;
  get.set_name(CaseOf(kRice).name());
  const auto found = As("mod").Must<v1::ModerationCase>(get);
  ASSERT_EQ(found.reports_size(), 2);
  EXPECT_EQ(found.reports(1).comment(), "I know them");
}

TEST_F(DecisionTest, TheQueueHasWhatWaitsTheMostFirstPageByPage) {
  for (const char* id : {"a", "b", "c"}) CreateNeedAs(client_, id);
  Must<v1::Report>(ReportOf("needs/a"));
  ReportMany("needs/b", "", 2);
  Hide("needs/c");
  Decide("needs/c", "STATE_REMOVED");
  std::vector<std::string> subjects;
  v1::ListModerationCasesRequest request;
  request.set_page_size(1);
  do {
    const auto page = As("mod").Must<v1::ListModerationCasesResponse>(request);
    ASSERT_LE(page.moderation_cases_size(), 1);
    for (const auto& found : page.moderation_cases()) {
      subjects.push_back(found.subject());
    }
    request.set_page_token(page.next_page_token());
  } while (!request.page_token().empty());
  EXPECT_THAT(subjects, ElementsAre(kRice, "needs/b", "needs/a", "needs/c"));
  const auto removed = As("mod").Must<v1::ListModerationCasesResponse>(
      FromText<v1::ListModerationCasesRequest>("states: STATE_REMOVED"));
  ASSERT_EQ(removed.moderation_cases_size(), 1);
  EXPECT_EQ(removed.moderation_cases(0).subject(), "needs/c");
  EXPECT_EQ(ReasonOf(As("mod").Call(
                FromText<v1::ListModerationCasesRequest>("page_token: 'x'"))),
            "PAGE_TOKEN_INVALID");
}

TEST_F(DecisionTest, ACaseGoesWithItsSubject) {
  v1::CloseNeedRequest close;
  close.set_name(kRice);
  As("an").Must<v1::Need>(close);
  server_.clock().Advance(absl::Hours(24 * 31));
  EXPECT_EQ(server_.Tick(), 1U);  // its details are wiped,
  EXPECT_EQ(server_.Tick(), 1U);  // then it is deleted
  EXPECT_THAT(As("mod")
                  .Must<v1::ListModerationCasesResponse>(
                      v1::ListModerationCasesRequest())
                  .moderation_cases(),
              IsEmpty());
}

}  // namespace
}  // namespace xom::tests
