// What becomes of a moderation case: functions without I/O, as in
// need_decisions.h. Each takes the case as it is and returns it as it shall be,
// or an error that changes nothing. docs/adr/0014-moderation.md says why the
// weights are what they are.
#ifndef XOM_SERVICES_CORE_MODERATION_DECISIONS_H_
#define XOM_SERVICES_CORE_MODERATION_DECISIONS_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "services/core/error.h"
#include "xom/internal/v1/stored.pb.h"
#include "xom/v1/moderation_service.pb.h"
#include "xom/v1/report_service.pb.h"
#include "xom/v1/user.pb.h"

namespace xom::core {

// How much one report counts.
inline constexpr int kNamelessWeight = 1;
inline constexpr int kNewUserWeight = 2;  // younger than kNewUserAge
inline constexpr int kUserWeight = 5;
inline constexpr int kPhoneCheckedWeight = 10;
inline constexpr int kVouchedWeight = 20;   // visited too
inline constexpr int kOfficialWeight = 60;  // moderators too
inline constexpr absl::Duration kNewUserAge = absl::Hours(7 * 24);

// All nameless and new reporters together count no more than this.
inline constexpr int kMaxStrangersWeight = 10;

// Reports hide their subject from this weight on, when at least so many of the
// reporters are known: neither nameless nor new. After a moderator let it stand
// it takes twice of both. The report of an official or a moderator is enough.
inline constexpr int kQuarantineWeight = 30;
inline constexpr int kQuarantineReporters = 3;
inline constexpr int kAfterKeptFactor = 2;

// Strangers never reach it alone, nor two known ones with their help.
static_assert(kMaxStrangersWeight < kQuarantineWeight);

// The weight of a report of this user; nullptr: nobody signed in.
int ReportWeight(const v1::User* user, absl::Time now);

// The name of the case of a subject, the same for all who report it.
std::string CaseNameOf(absl::string_view subject);

// Whether it is the name of a need, an offer, a supply point or a user.
bool IsModerationSubject(absl::string_view name);
void CheckSubject(absl::string_view field, const std::string& name,
                  Violations* violations);

// Who reports.
struct Reporter {
  std::string id;    // tells reporters apart; see StoredModerationCase
  std::string user;  // `users/{user}`; empty: not signed in
  int weight = kNamelessWeight;
};

// What came of a report.
struct ReportResult {
  internal::v1::StoredModerationCase stored;
  v1::Report report;
  // False: this reporter reported it before, and `report` is that one.
  bool is_new = true;
  // Whether this report hides the subject.
  bool hides = false;
};

// INVALID_ARGUMENT. `before` is empty when there was no case; `name` is what a
// new report shall be called. Whether the subject exists is not looked at.
absl::StatusOr<ReportResult> ReportSubject(
    const internal::v1::StoredModerationCase& before,
    const v1::CreateReportRequest& request, const Reporter& reporter,
    const std::string& name, absl::Time now);

// `actor` is who decides. INVALID_ARGUMENT; ABORTED.
absl::StatusOr<internal::v1::StoredModerationCase> DecideCase(
    const internal::v1::StoredModerationCase& before,
    const v1::DecideModerationCaseRequest& request, const std::string& actor,
    absl::Time now);

// INVALID_ARGUMENT; FAILED_PRECONDITION when it is not hidden, or an appeal
// waits.
absl::StatusOr<internal::v1::StoredModerationCase> AppealCase(
    const internal::v1::StoredModerationCase& before,
    const v1::AppealModerationRequest& request, const std::string& actor,
    absl::Time now);

// The case with its reports, as moderators read it.
v1::ModerationCase ToMessage(const internal::v1::StoredModerationCase& stored);

// How much a case waits for a moderator: the higher the sooner. What is hidden
// by reports or appealed against comes before what was only reported, that
// before what is decided; the heavier first among each.
double QueueRank(const v1::ModerationCase& moderation_case);

}  // namespace xom::core

#endif  // XOM_SERVICES_CORE_MODERATION_DECISIONS_H_
