#include "services/core/report_service.h"

#include <utility>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "services/core/moderation_decisions.h"
#include "services/core/moderation_subject.h"
#include "services/core/resource_calls.h"

namespace xom::core {
namespace {

// Of who is not signed in only the network is known, and that is not kept as it
// is.
Reporter ReporterOf(const Caller& caller, const trust::Keyring& keyring,
                    absl::Time now) {
  const std::string id = caller.user != nullptr
                             ? caller.name()
                             : absl::BytesToHexString(keyring.KeyedHash(
                                   "reporter", caller.network));
  return {id, caller.name(), ReportWeight(caller.user.get(), now)};
}

}  // namespace

absl::StatusOr<Write> ReportService::Decide(
    const v1::CreateReportRequest& request, const Caller& caller,
    absl::Time now) const {
  const std::string& subject = request.report().subject();
  const auto entry = view_.FindCase(CaseNameOf(subject));
  const auto result = ReportSubject(
      entry == nullptr ? internal::v1::StoredModerationCase() : entry->stored,
      request, ReporterOf(caller, keyring_, now),
      absl::StrCat(kReports, RandomResourceId()), now);
  if (!result.ok()) return result.status();
  if (!SubjectExists(view_, subject)) return NotFoundError(subject);
  Write write = WriteRecord(CaseNameOf(subject), 0, result->stored,
                            entry == nullptr ? 0 : entry->mod_revision);
  if (result->hides) AddHiding(view_, subject, true, now, &write);
  write.reply = result->report.SerializeAsString();
  write.validate_only = !result->is_new;
  return write;
}

void ReportService::Create(const v1::CreateReportRequest& request,
                           const Caller& caller, ReplyDone done) {
  writer_.Run(
      KeyOf(request, caller),
      [this, request, caller](absl::Time now) {
        return Decide(request, caller, now);
      },
      std::move(done));
}

}  // namespace xom::core
