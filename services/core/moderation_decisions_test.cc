#include "services/core/moderation_decisions.h"

#include <gmock/gmock.h>

#include "absl/strings/str_cat.h"
#include "services/core/error.h"
#include "services/core/limits.h"
#include "services/core/time_proto.h"

namespace xom::core {
namespace {

using internal::v1::StoredModerationCase;
using v1::ModerationCase;

const absl::Time kNow = absl::FromUnixSeconds(1'900'000'000);

v1::CreateReportRequest RequestOf(v1::ReportReason reason) {
  v1::CreateReportRequest request;
  request.mutable_report()->set_subject("needs/a");
  request.mutable_report()->set_reason(reason);
  return request;
}

// The case and what its reports did.
class Case {
 public:
  ReportResult Report(const std::string& who, int weight,
                      v1::ReportReason reason = v1::REPORT_REASON_JOKE) {
    const auto result =
        ReportSubject(stored_, RequestOf(reason), {who, who, weight},
                      absl::StrCat("reports/r", ++count_), kNow);
    EXPECT_TRUE(result.ok()) << result.status();
    stored_ = result->stored;
    return *result;
  }

  // Reports of that many others of one weight; how many of them it took to hide
  // the subject, 0: it was not.
  int ReportMany(const std::string& who, int weight, int count) {
    for (int i = 1; i <= count; ++i) {
      if (Report(absl::StrCat(who, i), weight).hides) return i;
    }
    return 0;
  }

  void Decide(ModerationCase::State decision) {
    v1::DecideModerationCaseRequest request;
    request.set_decision(decision);
    request.set_note("looked at it");
    const auto decided = DecideCase(stored_, request, "users/mod", kNow);
    ASSERT_TRUE(decided.ok()) << decided.status();
    stored_ = *decided;
  }

  absl::Status Appeal() {
    v1::AppealModerationRequest request;
    request.set_subject("needs/a");
    request.set_text("it is true");
    const auto appealed = AppealCase(stored_, request, "users/owner", kNow);
    if (appealed.ok()) stored_ = *appealed;
    return appealed.status();
  }

  const ModerationCase& message() const { return stored_.moderation_case(); }
  ModerationCase::State state() const { return message().state(); }
  const StoredModerationCase& stored() const { return stored_; }

 private:
  StoredModerationCase stored_;
  int count_ = 0;
};

v1::User UserSince(absl::Duration age) {
  v1::User user;
  *user.mutable_create_time() = ToProto(kNow - age);
  return user;
}

TEST(ReportWeightTest, GrowsWithHowWellOneIsKnown) {
  EXPECT_EQ(ReportWeight(nullptr, kNow), kNamelessWeight);
  v1::User user = UserSince(kNewUserAge - absl::Seconds(1));
  EXPECT_EQ(ReportWeight(&user, kNow), kNewUserWeight);
  user.set_verification(v1::VERIFICATION_PHONE_CHECKED);
  EXPECT_EQ(ReportWeight(&user, kNow), kNewUserWeight) << "a phone is cheap";
  user = UserSince(kNewUserAge);
  EXPECT_EQ(ReportWeight(&user, kNow), kUserWeight);
  user.set_verification(v1::VERIFICATION_PHONE_CHECKED);
  EXPECT_EQ(ReportWeight(&user, kNow), kPhoneCheckedWeight);
  user.set_verification(v1::VERIFICATION_VISITED);
  EXPECT_EQ(ReportWeight(&user, kNow), kVouchedWeight);
  for (const v1::Role role : {v1::ROLE_MODERATOR, v1::ROLE_OFFICIAL}) {
    v1::User known = UserSince(absl::ZeroDuration());
    known.add_roles(role);
    EXPECT_EQ(ReportWeight(&known, kNow), kOfficialWeight);
  }
  v1::User no_record;
  EXPECT_EQ(ReportWeight(&no_record, kNow), kNewUserWeight);
}

TEST(ReportTest, ACrowdOfStrangersHidesNothing) {
  Case nameless;
  EXPECT_EQ(nameless.ReportMany("n", kNamelessWeight, 500), 0);
  EXPECT_EQ(nameless.state(), ModerationCase::STATE_OPEN);
  EXPECT_EQ(nameless.message().weight(), kMaxStrangersWeight);
  Case fresh;
  EXPECT_EQ(fresh.ReportMany("f", kNewUserWeight, 500), 0);
  EXPECT_EQ(fresh.message().weight(), kMaxStrangersWeight);
}

TEST(ReportTest, TwoOfTheBestKnownAndACrowdHideNothing) {
  Case crowd;
  EXPECT_EQ(crowd.ReportMany("n", kNamelessWeight, 90), 0);
  EXPECT_EQ(crowd.ReportMany("v", kVouchedWeight, 2), 0);
  EXPECT_EQ(crowd.ReportMany("u", kUserWeight, 1), 1) << "the third known one";
}

TEST(ReportTest, EnoughKnownReportersHide) {
  Case users;
  EXPECT_EQ(users.ReportMany("u", kUserWeight, 10),
            kQuarantineWeight / kUserWeight);
  EXPECT_EQ(users.state(), ModerationCase::STATE_QUARANTINED);
  Case vouched;
  EXPECT_EQ(vouched.ReportMany("v", kVouchedWeight, 10), kQuarantineReporters);
}

TEST(ReportTest, OneOfficialIsEnough) {
  Case official;
  EXPECT_TRUE(official.Report("users/ward", kOfficialWeight).hides);
}

TEST(ReportTest, EachReporterCountsOnce) {
  Case twice;
  const ReportResult first = twice.Report("u", kUserWeight);
  const ReportResult second =
      twice.Report("u", kUserWeight, v1::REPORT_REASON_FRAUD);
  EXPECT_TRUE(first.is_new);
  EXPECT_FALSE(second.is_new);
  EXPECT_EQ(second.report.SerializeAsString(),
            first.report.SerializeAsString());
  EXPECT_EQ(twice.message().weight(), kUserWeight);
  EXPECT_EQ(twice.message().reporter_count(), 1);
}

TEST(ReportTest, ACrowdDoesNotKeepOutWhoIsKnown) {
  Case full;
  full.ReportMany("n", kNamelessWeight, kMaxCaseReporters + 50);
  EXPECT_EQ(full.stored().reporters_size(), kMaxCaseReporters);
  EXPECT_EQ(full.ReportMany("v", kVouchedWeight, 3), 3);
  EXPECT_EQ(full.stored().reporters_size(), kMaxCaseReporters);
}

TEST(ReportTest, AfterKeptItTakesTwiceAsMuch) {
  Case kept;
  EXPECT_EQ(kept.ReportMany("v", kVouchedWeight, 3), 3);
  kept.Decide(ModerationCase::STATE_KEPT);
  EXPECT_EQ(kept.state(), ModerationCase::STATE_KEPT);
  EXPECT_EQ(kept.message().weight(), 0);
  EXPECT_EQ(kept.stored().reporters_size(), 0);
  EXPECT_EQ(kept.ReportMany("v", kVouchedWeight, 20),
            kAfterKeptFactor * kQuarantineReporters);
  EXPECT_EQ(kept.state(), ModerationCase::STATE_QUARANTINED);
}

TEST(ReportTest, WhatIsRemovedIsNotHiddenAgain) {
  Case removed;
  removed.Report("u", kUserWeight);
  removed.Decide(ModerationCase::STATE_REMOVED);
  EXPECT_FALSE(removed.Report("users/ward", kOfficialWeight).hides);
  EXPECT_EQ(removed.state(), ModerationCase::STATE_REMOVED);
}

TEST(ReportTest, WhatIsWrongWithItIsNamed) {
  const auto fields = [](const v1::CreateReportRequest& request) {
    return std::string(ReportSubject({}, request, {"u", "u"}, "reports/r", kNow)
                           .status()
                           .message());
  };
  EXPECT_THAT(fields({}), testing::HasSubstr("report.subject"));
  EXPECT_THAT(fields(RequestOf(v1::REPORT_REASON_UNSPECIFIED)),
              testing::HasSubstr("report.reason"));
  EXPECT_THAT(fields(RequestOf(v1::REPORT_REASON_OTHER)),
              testing::HasSubstr("report.comment"));
}

TEST(AppealTest, IsForWhatIsHiddenAndOnlyOnce) {
  Case open;
  open.Report("u", kUserWeight);
  EXPECT_EQ(open.Appeal().code(), absl::StatusCode::kFailedPrecondition);
  Case hidden;
  hidden.Report("users/ward", kOfficialWeight);
  EXPECT_TRUE(hidden.Appeal().ok());
  EXPECT_TRUE(hidden.message().appealed());
  EXPECT_EQ(hidden.state(), ModerationCase::STATE_QUARANTINED);
  EXPECT_EQ(hidden.Appeal().code(), absl::StatusCode::kFailedPrecondition);
  hidden.Decide(ModerationCase::STATE_REMOVED);
  EXPECT_FALSE(hidden.message().appealed());
  EXPECT_TRUE(hidden.Appeal().ok()) << "once after each decision";
}

TEST(DecideTest, RefusesOtherStatesAndOldEtags) {
  Case open;
  open.Report("u", kUserWeight);
  v1::DecideModerationCaseRequest request;
  request.set_note("x");
  request.set_decision(ModerationCase::STATE_QUARANTINED);
  EXPECT_EQ(DecideCase(open.stored(), request, "", kNow).status().code(),
            absl::StatusCode::kInvalidArgument);
  request.set_decision(ModerationCase::STATE_KEPT);
  request.set_etag("abc");
  EXPECT_EQ(DecideCase(open.stored(), request, "", kNow).status().code(),
            absl::StatusCode::kAborted);
  request.set_etag(open.message().etag());
  request.clear_note();
  EXPECT_EQ(DecideCase(open.stored(), request, "", kNow).status().code(),
            absl::StatusCode::kInvalidArgument);
}

TEST(AuditLogTest, TellsWhoDidWhatAndKeepsDecisionsLongest) {
  Case logged;
  logged.Report("users/ward", kOfficialWeight);
  EXPECT_TRUE(logged.Appeal().ok());
  logged.Decide(ModerationCase::STATE_KEPT);
  using Event = ModerationCase::Event;
  std::vector<std::pair<int, std::string>> kinds;
  for (const Event& event : logged.message().events()) {
    kinds.push_back({event.kind(), event.actor()});
  }
  EXPECT_THAT(kinds, testing::ElementsAre(
                         testing::Pair(+Event::KIND_REPORTED, "users/ward"),
                         testing::Pair(+Event::KIND_QUARANTINED, "users/ward"),
                         testing::Pair(+Event::KIND_APPEALED, "users/owner"),
                         testing::Pair(+Event::KIND_DECIDED, "users/mod")));
  for (int i = 0; i < 4; ++i) {
    logged.ReportMany(absl::StrCat("n", i, "-"), kNamelessWeight, 100);
    logged.Decide(ModerationCase::STATE_KEPT);
  }
  EXPECT_EQ(logged.message().events_size(), kMaxCaseEvents);
  EXPECT_EQ(logged.message().events(1).kind(), Event::KIND_APPEALED);
}

TEST(QueueRankTest, WhatIsHiddenComesFirst) {
  Case open, heavy, hidden, decided, appealed;
  open.Report("u", kUserWeight);
  heavy.ReportMany("u", kUserWeight, 3);
  hidden.Report("users/ward", kOfficialWeight);
  decided.Report("u", kUserWeight);
  decided.Decide(ModerationCase::STATE_KEPT);
  appealed.Report("u", kUserWeight);
  appealed.Decide(ModerationCase::STATE_REMOVED);
  EXPECT_TRUE(appealed.Appeal().ok());
  const std::vector<double> ranks = {
      QueueRank(hidden.message()), QueueRank(appealed.message()),
      QueueRank(heavy.message()), QueueRank(open.message()),
      QueueRank(decided.message())};
  EXPECT_TRUE(std::is_sorted(ranks.rbegin(), ranks.rend()));
  EXPECT_EQ(std::adjacent_find(ranks.begin(), ranks.end()), ranks.end());
}

TEST(CaseNameTest, IsOneForEachSubject) {
  EXPECT_EQ(CaseNameOf("needs/a"), CaseNameOf("needs/a"));
  EXPECT_NE(CaseNameOf("needs/a"), CaseNameOf("offers/a"));
  EXPECT_THAT(CaseNameOf("needs/a"),
              testing::MatchesRegex("moderationCases/c[0-9a-f]{32}"));
}

}  // namespace
}  // namespace xom::core
