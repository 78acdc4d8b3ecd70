#ifndef XOM_SERVICES_CORE_MODERATION_SERVICE_H_
#define XOM_SERVICES_CORE_MODERATION_SERVICE_H_

#include "absl/status/statusor.h"
#include "services/core/caller.h"
#include "services/core/duplicate_finder.h"
#include "services/core/view.h"
#include "services/core/writer.h"
#include "xom/v1/moderation_service.pb.h"

namespace xom::core {

// The calls of xom.v1.ModerationService, as its proto describes them. Reads
// answer at once; mutations answer a serialized message through `done`. A
// decision and the flag of its subject are one write, and so is a merge of all
// its needs. Thread-safe.
class ModerationService {
 public:
  // All outlive the service and every call in flight.
  ModerationService(const View* view, Writer* writer,
                    const DuplicateFinder* duplicates)
      : view_(*view), writer_(*writer), duplicates_(*duplicates) {}

  absl::StatusOr<v1::ListModerationCasesResponse> List(
      const v1::ListModerationCasesRequest& request) const;
  absl::StatusOr<v1::ModerationCase> Get(
      const v1::GetModerationCaseRequest& request) const;
  // Reads the details of the need from the disk.
  absl::StatusOr<v1::ListDuplicatesResponse> ListDuplicates(
      const v1::ListDuplicatesRequest& request) const;

  void Decide(const v1::DecideModerationCaseRequest& request,
              const Caller& caller, ReplyDone done);
  void Appeal(const v1::AppealModerationRequest& request, const Caller& caller,
              ReplyDone done);
  void Merge(const v1::MergeNeedsRequest& request, const Caller& caller,
             ReplyDone done);

 private:
  absl::StatusOr<CaseRegistry::EntryPtr> Find(const std::string& name) const;
  absl::StatusOr<Write> WriteDecision(
      const v1::DecideModerationCaseRequest& request, const std::string& actor,
      absl::Time now) const;
  absl::StatusOr<Write> WriteAppeal(const v1::AppealModerationRequest& request,
                                    const std::string& actor,
                                    absl::Time now) const;
  absl::StatusOr<Write> WriteMerge(const v1::MergeNeedsRequest& request,
                                   absl::Time now) const;

  const View& view_;
  Writer& writer_;
  const DuplicateFinder& duplicates_;
};

}  // namespace xom::core

#endif  // XOM_SERVICES_CORE_MODERATION_SERVICE_H_
