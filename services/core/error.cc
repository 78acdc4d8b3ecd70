#include "services/core/error.h"

#include "absl/strings/cord.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "google/rpc/error_details.pb.h"
#include "services/core/limits.h"
#include "services/core/resource_name.h"
#include "services/core/time_proto.h"
#include "storage/ledger_error.h"

namespace xom::core {
namespace {

std::string TypeUrl(const google::protobuf::Message& message) {
  return absl::StrCat(kTypeUrlPrefix, message.GetDescriptor()->full_name());
}

void Attach(const google::protobuf::Message& detail, absl::Status* status) {
  status->SetPayload(TypeUrl(detail), absl::Cord(detail.SerializeAsString()));
}

absl::string_view TypeOf(absl::string_view name) {
  if (IsClaimName(name)) return "xom.v1.Claim";
  if (absl::StartsWith(name, kNeeds)) return "xom.v1.Need";
  if (absl::StartsWith(name, kOffers)) return "xom.v1.Offer";
  if (absl::StartsWith(name, kSupplyPoints)) return "xom.v1.SupplyPoint";
  if (absl::StartsWith(name, kUsers)) return "xom.v1.User";
  if (absl::StartsWith(name, kOrganizations)) return "xom.v1.Organization";
  if (absl::StartsWith(name, kModerationCases)) return "xom.v1.ModerationCase";
  return "xom.v1.Category";
}

void AttachResource(absl::string_view name, absl::string_view description,
                    absl::Status* status) {
  google::rpc::ResourceInfo info;
  info.set_resource_type(std::string(TypeOf(name)));
  info.set_resource_name(std::string(name));
  info.set_description(std::string(description));
  Attach(info, status);
}

}  // namespace

absl::Status MakeError(Reason reason, absl::string_view message,
                       const Metadata& metadata) {
  const ReasonEntry& entry = EntryOf(reason);
  absl::Status status(entry.code, message);
  google::rpc::ErrorInfo info;
  info.set_reason(std::string(entry.name));
  info.set_domain(std::string(kErrorDomain));
  for (const auto& [key, value] : metadata) {
    (*info.mutable_metadata())[key] = value;
  }
  Attach(info, &status);
  return status;
}

absl::Status MakeRetryableError(Reason reason, absl::string_view message,
                                absl::Duration retry_delay) {
  absl::Status status = MakeError(reason, message);
  google::rpc::RetryInfo retry;
  retry.mutable_retry_delay()->set_seconds(absl::ToInt64Seconds(retry_delay));
  Attach(retry, &status);
  return status;
}

absl::Status StateError(absl::string_view name, absl::string_view state) {
  return MakeError(
      Reason::kStateMismatch, absl::StrCat(name, " is ", state),
      {{"resource", std::string(name)}, {"state", std::string(state)}});
}

void AddMetadata(absl::string_view key, absl::string_view value,
                 absl::Status* error) {
  google::rpc::ErrorInfo info;
  if (const auto payload = error->GetPayload(TypeUrl(info))) {
    info.ParseFromString(std::string(*payload));
  }
  (*info.mutable_metadata())[std::string(key)] = std::string(value);
  Attach(info, error);
}

absl::Status NotFoundError(absl::string_view name) {
  absl::Status status =
      MakeError(Reason::kResourceNotFound, absl::StrCat(name, " not found"));
  AttachResource(name, "It does not exist.", &status);
  return status;
}

absl::Status ExistsError(absl::string_view name) {
  absl::Status status =
      MakeError(Reason::kResourceExists, absl::StrCat(name, " exists already"));
  AttachResource(name, "It exists already.", &status);
  return status;
}

absl::Status DefectError(absl::string_view cause) {
  absl::Status status = MakeError(Reason::kInternal, "internal error");
  status.SetPayload(kCauseUrl, absl::Cord(cause));
  return status;
}

std::string CauseOf(const absl::Status& status) {
  const auto cause = status.GetPayload(kCauseUrl);
  return cause.has_value() ? std::string(*cause) : "";
}

const ReasonEntry* ReasonOf(const absl::Status& status) {
  const auto payload =
      status.GetPayload(TypeUrl(google::rpc::ErrorInfo::default_instance()));
  if (!payload.has_value()) return nullptr;
  google::rpc::ErrorInfo info;
  if (!info.ParseFromString(std::string(*payload))) return nullptr;
  for (const ReasonEntry& entry : Reasons()) {
    if (entry.name == info.reason()) return &entry;
  }
  return nullptr;
}

absl::Status FromLedgerError(const absl::Status& status) {
  using storage::LedgerError;
  const auto kind = storage::LedgerErrorOf(status);
  if (!kind.has_value()) return DefectError(status.ToString());
  switch (*kind) {
    case LedgerError::kPreconditionFailed:
      return MakeError(Reason::kWriteConflict, "other writers were faster");
    case LedgerError::kRequestReused:
      return FieldError("request_id", "was used before with another body",
                        Reason::kRequestIdReused);
    case LedgerError::kQueueFull:
      return MakeRetryableError(Reason::kWriteQueueFull,
                                "too many writes wait for the disk",
                                kRetryDelay);
    case LedgerError::kDiskLow:
      return MakeRetryableError(Reason::kDiskLow,
                                "the server's disk is nearly full",
                                kDiskLowRetryDelay);
    case LedgerError::kNotWritable:
    case LedgerError::kNotReadable:
      return MakeRetryableError(Reason::kStoreUnavailable,
                                "the store is not available", kRetryDelay);
    case LedgerError::kClosed:
      return MakeRetryableError(Reason::kServerStopping,
                                "the server is stopping", kRetryDelay);
    case LedgerError::kMalformed:
    case LedgerError::kTooManyFollowers:
    case LedgerError::kTrimmed:
    case LedgerError::kAhead:
    case LedgerError::kInUse:
    case LedgerError::kWrongFormat:
    case LedgerError::kCorrupt:
    case LedgerError::kBackupExists:
      break;  // no request leads here
  }
  return DefectError(status.ToString());
}

void Violations::Add(absl::string_view field, absl::string_view description) {
  ++count_;
  const size_t bytes = field.size() + description.size();
  // The first is always told.
  if (!violations_.empty() && (violations_.size() == kMaxViolations ||
                               bytes_ + bytes > kMaxViolationBytes)) {
    return;
  }
  bytes_ += bytes;
  violations_.emplace_back(field, description);
}

absl::Status Violations::ToStatus(Reason reason) const {
  if (empty()) return absl::OkStatus();
  const auto& [field, description] = violations_.front();
  std::string message = absl::StrCat(field, ": ", description);
  if (count_ > 1) absl::StrAppend(&message, " (and ", count_ - 1, " more)");
  absl::Status status = MakeError(reason, message);
  google::rpc::BadRequest bad;
  for (const auto& [path, what] : violations_) {
    auto* violation = bad.add_field_violations();
    violation->set_field(path);
    violation->set_description(what);
  }
  Attach(bad, &status);
  return status;
}

absl::Status FieldError(absl::string_view field, absl::string_view description,
                        Reason reason) {
  Violations violations;
  violations.Add(field, description);
  return violations.ToStatus(reason);
}

}  // namespace xom::core
