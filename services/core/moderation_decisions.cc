#include "services/core/moderation_decisions.h"

#include <algorithm>
#include <utility>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "services/core/error.h"
#include "services/core/field_check.h"
#include "services/core/fingerprint.h"
#include "services/core/limits.h"
#include "services/core/resource_check.h"
#include "services/core/resource_name.h"
#include "services/core/time_proto.h"

namespace xom::core {
namespace {

using internal::v1::StoredModerationCase;
using v1::ModerationCase;
using v1::Report;
using ReporterRecord = StoredModerationCase::Reporter;

constexpr size_t kCaseIdDigits = 32;

bool IsKnown(const ReporterRecord& reporter) {
  return reporter.report().weight() >= kUserWeight;
}

// The reports as they count together.
struct Tally {
  int weight = 0;
  int known = 0;
  bool has_official = false;
};

Tally TallyOf(const StoredModerationCase& stored) {
  Tally tally;
  int strangers = 0;
  for (const ReporterRecord& reporter : stored.reporters()) {
    const int weight = reporter.report().weight();
    if (IsKnown(reporter)) {
      ++tally.known;
      tally.weight += weight;
      tally.has_official |= weight >= kOfficialWeight;
    } else {
      strangers += weight;
    }
  }
  tally.weight += std::min(strangers, kMaxStrangersWeight);
  return tally;
}

bool IsEnoughToHide(const Tally& tally, ModerationCase::State state) {
  if (tally.has_official) return true;
  const int factor = state == ModerationCase::STATE_KEPT ? kAfterKeptFactor : 1;
  return tally.weight >= factor * kQuarantineWeight &&
         tally.known >= factor * kQuarantineReporters;
}

bool IsHidden(ModerationCase::State state) {
  return state == ModerationCase::STATE_QUARANTINED ||
         state == ModerationCase::STATE_REMOVED;
}

// Room for one more event: a report goes before what a person decided.
void MakeRoom(ModerationCase* moderation_case) {
  auto& events = *moderation_case->mutable_events();
  if (events.size() < kMaxCaseEvents) return;
  auto gone = std::find_if(events.begin(), events.end(), [](const auto& event) {
    return event.kind() == ModerationCase::Event::KIND_REPORTED;
  });
  if (gone == events.end()) gone = events.begin();
  events.erase(gone);
}

// Adds what happened; `what` says kind, actor and note.
void AddEvent(ModerationCase::Event what, ModerationCase::State state,
              absl::Time now, ModerationCase* moderation_case) {
  MakeRoom(moderation_case);
  moderation_case->set_state(state);
  what.set_state(state);
  *what.mutable_time() = ToProto(now);
  *moderation_case->add_events() = std::move(what);
  Stamp(now, moderation_case);
}

ModerationCase::Event EventOf(ModerationCase::Event::Kind kind,
                              const std::string& actor,
                              const std::string& note = "") {
  ModerationCase::Event event;
  event.set_kind(kind);
  event.set_actor(actor);
  event.set_note(note);
  return event;
}

StoredModerationCase NewCase(const std::string& subject, absl::Time now) {
  StoredModerationCase stored;
  ModerationCase& moderation_case = *stored.mutable_moderation_case();
  moderation_case.set_name(CaseNameOf(subject));
  moderation_case.set_subject(subject);
  moderation_case.set_state(ModerationCase::STATE_OPEN);
  *moderation_case.mutable_create_time() = ToProto(now);
  return stored;
}

absl::Status CheckReport(const v1::CreateReportRequest& request) {
  const Report& report = request.report();
  Violations violations;
  CheckRequestId(request.request_id(), &violations);
  CheckSubject("report.subject", report.subject(), &violations);
  CheckEnum("report.reason", report.reason(),
            {v1::ReportReason_IsValid(report.reason()), Presence::kRequired},
            &violations);
  const Presence comment = report.reason() == v1::REPORT_REASON_OTHER
                               ? Presence::kRequired
                               : Presence::kOptional;
  CheckText("report.comment", report.comment(), {kMaxTextCharacters, comment},
            &violations);
  return violations.ToStatus();
}

// When as many reported as are kept, the lightest goes, of those the newest. So
// a crowd of nameless ones cannot keep out who is known. False: the new one
// itself is the lightest.
bool MakeRoomFor(int weight, StoredModerationCase* stored) {
  auto& reporters = *stored->mutable_reporters();
  if (reporters.size() < kMaxCaseReporters) return true;
  const auto lightest = std::min_element(
      reporters.rbegin(), reporters.rend(), [](const auto& a, const auto& b) {
        return a.report().weight() < b.report().weight();
      });
  if (lightest->report().weight() >= weight) return false;
  reporters.erase(std::prev(lightest.base()));
  return true;
}

void Settle(StoredModerationCase* stored) {
  ModerationCase& moderation_case = *stored->mutable_moderation_case();
  moderation_case.set_weight(TallyOf(*stored).weight);
  moderation_case.set_reporter_count(stored->reporters_size());
}

}  // namespace

int ReportWeight(const v1::User* user, absl::Time now) {
  if (user == nullptr) return kNamelessWeight;
  const auto& roles = user->roles();
  if (std::count(roles.begin(), roles.end(), v1::ROLE_MODERATOR) > 0 ||
      std::count(roles.begin(), roles.end(), v1::ROLE_OFFICIAL) > 0) {
    return kOfficialWeight;
  }
  if (user->verification() >= v1::VERIFICATION_VOUCHED) return kVouchedWeight;
  if (!user->has_create_time() ||
      now - FromProto(user->create_time()) < kNewUserAge) {
    return kNewUserWeight;
  }
  return user->verification() == v1::VERIFICATION_PHONE_CHECKED
             ? kPhoneCheckedWeight
             : kUserWeight;
}

bool IsModerationSubject(absl::string_view name) {
  return IsResourceName(kNeeds, name) || IsResourceName(kOffers, name) ||
         IsResourceName(kSupplyPoints, name) || IsResourceName(kUsers, name);
}

void CheckSubject(absl::string_view field, const std::string& name,
                  Violations* violations) {
  if (IsModerationSubject(name)) return;
  violations->Add(field,
                  "must be the name of a need, an offer, a supply point or a "
                  "user, such as needs/x7k2");
}

std::string CaseNameOf(absl::string_view subject) {
  const std::string digest = absl::BytesToHexString(DigestOf(subject));
  return absl::StrCat(kModerationCases, "c", digest.substr(0, kCaseIdDigits));
}

absl::StatusOr<ReportResult> ReportSubject(
    const StoredModerationCase& before, const v1::CreateReportRequest& request,
    const Reporter& reporter, const std::string& name, absl::Time now) {
  if (absl::Status status = CheckReport(request); !status.ok()) return status;
  ReportResult result;
  result.stored = before.has_moderation_case()
                      ? before
                      : NewCase(request.report().subject(), now);
  for (const ReporterRecord& earlier : before.reporters()) {
    if (earlier.reporter() != reporter.id) continue;
    result.report = earlier.report();
    result.is_new = false;
    return result;
  }
  result.report.set_name(name);
  result.report.set_subject(request.report().subject());
  result.report.set_reason(request.report().reason());
  result.report.set_comment(request.report().comment());
  result.report.set_weight(reporter.weight);
  *result.report.mutable_create_time() = ToProto(now);
  if (!MakeRoomFor(reporter.weight, &result.stored)) return result;
  ReporterRecord& record = *result.stored.add_reporters();
  record.set_reporter(reporter.id);
  *record.mutable_report() = result.report;

  ModerationCase& moderation_case = *result.stored.mutable_moderation_case();
  const ModerationCase::State state = moderation_case.state();
  AddEvent(EventOf(ModerationCase::Event::KIND_REPORTED, reporter.user), state,
           now, &moderation_case);
  Settle(&result.stored);
  if (IsHidden(state) || !IsEnoughToHide(TallyOf(result.stored), state)) {
    return result;
  }
  result.hides = true;
  AddEvent(EventOf(ModerationCase::Event::KIND_QUARANTINED, reporter.user),
           ModerationCase::STATE_QUARANTINED, now, &moderation_case);
  return result;
}

absl::StatusOr<StoredModerationCase> DecideCase(
    const StoredModerationCase& before,
    const v1::DecideModerationCaseRequest& request, const std::string& actor,
    absl::Time now) {
  Violations violations;
  CheckRequestId(request.request_id(), &violations);
  CheckEtag("etag", request.etag(), &violations);
  if (request.decision() != ModerationCase::STATE_KEPT &&
      request.decision() != ModerationCase::STATE_REMOVED) {
    violations.Add("decision", "must be STATE_KEPT or STATE_REMOVED");
  }
  CheckText("note", request.note(), {kMaxTextCharacters, Presence::kRequired},
            &violations);
  if (!violations.empty()) return violations.ToStatus();
  absl::Status status = CheckEtagMatches(request.name(), request.etag(),
                                         before.moderation_case().etag());
  if (!status.ok()) return status;
  StoredModerationCase stored = before;
  stored.clear_reporters();
  Settle(&stored);
  ModerationCase& moderation_case = *stored.mutable_moderation_case();
  moderation_case.clear_appealed();
  AddEvent(EventOf(ModerationCase::Event::KIND_DECIDED, actor, request.note()),
           request.decision(), now, &moderation_case);
  return stored;
}

absl::StatusOr<StoredModerationCase> AppealCase(
    const StoredModerationCase& before,
    const v1::AppealModerationRequest& request, const std::string& actor,
    absl::Time now) {
  Violations violations;
  CheckRequestId(request.request_id(), &violations);
  CheckSubject("subject", request.subject(), &violations);
  CheckText("text", request.text(), {kMaxTextCharacters, Presence::kRequired},
            &violations);
  if (!violations.empty()) return violations.ToStatus();
  StoredModerationCase stored = before;
  ModerationCase& moderation_case = *stored.mutable_moderation_case();
  const ModerationCase::State state = moderation_case.state();
  if (!IsHidden(state) || moderation_case.appealed()) {
    absl::Status error =
        StateError(request.subject(), ModerationCase::State_Name(state));
    if (moderation_case.appealed()) AddMetadata("appealed", "true", &error);
    return error;
  }
  moderation_case.set_appealed(true);
  AddEvent(EventOf(ModerationCase::Event::KIND_APPEALED, actor, request.text()),
           state, now, &moderation_case);
  return stored;
}

ModerationCase ToMessage(const StoredModerationCase& stored) {
  ModerationCase message = stored.moderation_case();
  for (const ReporterRecord& reporter : stored.reporters()) {
    *message.add_reports() = reporter.report();
  }
  return message;
}

double QueueRank(const ModerationCase& moderation_case) {
  // More than any weight can be.
  constexpr double kTier = kMaxCaseReporters * kOfficialWeight + 1;
  double tier = 0;
  if (moderation_case.appealed() ||
      moderation_case.state() == ModerationCase::STATE_QUARANTINED) {
    tier = 2;
  } else if (moderation_case.weight() > 0) {
    tier = 1;
  }
  return tier * kTier + moderation_case.weight();
}

}  // namespace xom::core
