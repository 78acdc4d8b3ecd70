#include "storage/ledger_error.h"

#include "absl/strings/cord.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"

namespace xom::storage {
namespace {

constexpr char kPayloadUrl[] = "xom.storage.LedgerError";

absl::StatusCode CodeOf(LedgerError error) {
  switch (error) {
    case LedgerError::kPreconditionFailed:
      return absl::StatusCode::kAborted;
    case LedgerError::kRequestReused:
    case LedgerError::kBackupExists:
      return absl::StatusCode::kAlreadyExists;
    case LedgerError::kMalformed:
      return absl::StatusCode::kInvalidArgument;
    case LedgerError::kQueueFull:
    case LedgerError::kDiskLow:
    case LedgerError::kTooManyFollowers:
      return absl::StatusCode::kResourceExhausted;
    case LedgerError::kNotWritable:
    case LedgerError::kNotReadable:
    case LedgerError::kClosed:
      return absl::StatusCode::kUnavailable;
    case LedgerError::kTrimmed:
    case LedgerError::kAhead:
      return absl::StatusCode::kOutOfRange;
    case LedgerError::kInUse:
    case LedgerError::kWrongFormat:
      return absl::StatusCode::kFailedPrecondition;
    case LedgerError::kCorrupt:
      return absl::StatusCode::kDataLoss;
  }
  return absl::StatusCode::kInternal;
}

}  // namespace

absl::Status MakeLedgerError(LedgerError error, absl::string_view message) {
  absl::Status status(CodeOf(error), message);
  status.SetPayload(kPayloadUrl,
                    absl::Cord(absl::StrCat(static_cast<int>(error))));
  return status;
}

std::optional<LedgerError> LedgerErrorOf(const absl::Status& status) {
  const auto payload = status.GetPayload(kPayloadUrl);
  int kind = 0;
  if (!payload.has_value() || !absl::SimpleAtoi(std::string(*payload), &kind)) {
    return std::nullopt;
  }
  return static_cast<LedgerError>(kind);
}

}  // namespace xom::storage
