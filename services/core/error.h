// Errors as a call returns them: a status with the google.rpc details that
// belong to it as payloads, under their type URLs. Each carries exactly one
// google.rpc.ErrorInfo. The edge turns them into gRPC statuses and adds
// nothing.
#ifndef XOM_SERVICES_CORE_ERROR_H_
#define XOM_SERVICES_CORE_ERROR_H_

#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "services/core/reason.h"

namespace xom::core {

inline constexpr absl::string_view kErrorDomain = "xom";

// The prefix of a payload's type URL; the full name of the message follows.
inline constexpr absl::string_view kTypeUrlPrefix = "type.googleapis.com/";

using Metadata = std::vector<std::pair<std::string, std::string>>;

// The plain error of a reason, with the reason's code.
absl::Status MakeError(Reason reason, absl::string_view message,
                       const Metadata& metadata = {});

// The same, saying when a retry may succeed.
absl::Status MakeRetryableError(Reason reason, absl::string_view message,
                                absl::Duration retry_delay);

// FAILED_PRECONDITION: `state` is the name of the enum value; both stand in the
// metadata.
absl::Status StateError(absl::string_view name, absl::string_view state);

// Adds to the metadata of an error made here.
void AddMetadata(absl::string_view key, absl::string_view value,
                 absl::Status* error);

// NOT_FOUND, ALREADY_EXISTS: about one resource.
absl::Status NotFoundError(absl::string_view name);
absl::Status ExistsError(absl::string_view name);

// INTERNAL: a defect. The cause is for the log alone: see CauseOf.
absl::Status DefectError(absl::string_view cause);

// The payload of DefectError's cause; it is not a detail for clients.
inline constexpr absl::string_view kCauseUrl = "xom.internal/cause";
std::string CauseOf(const absl::Status& status);

// The reason of an error made here; nullptr when it is none of ours.
const ReasonEntry* ReasonOf(const absl::Status& status);

// What went wrong in the ledger, in terms of the API.
absl::Status FromLedgerError(const absl::Status& status);

// Collects what is wrong with a request, field by field.
class Violations {
 public:
  // `field` is the path from the request down, such as `need.lines[2].item`.
  void Add(absl::string_view field, absl::string_view description);

  bool empty() const { return count_ == 0; }

  // OK when nothing is wrong, else INVALID_ARGUMENT with a BadRequest that
  // holds the first kMaxViolations, or kMaxViolationBytes of them.
  absl::Status ToStatus(Reason reason = Reason::kFieldInvalid) const;

 private:
  size_t count_ = 0;  // of all, also of those not kept
  size_t bytes_ = 0;
  std::vector<std::pair<std::string, std::string>> violations_;
};

// One wrong field.
absl::Status FieldError(absl::string_view field, absl::string_view description,
                        Reason reason = Reason::kFieldInvalid);

}  // namespace xom::core

#endif  // XOM_SERVICES_CORE_ERROR_H_
