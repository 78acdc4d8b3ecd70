#ifndef XOM_SERVICES_CORE_REASON_H_
#define XOM_SERVICES_CORE_REASON_H_

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"

namespace xom::core {

// Why a call failed: the `reason` of its google.rpc.ErrorInfo. The registry of
// all reasons is Reasons(); docs/errors.md is the same table for people, and
// tests hold both together and reach every one of them.
enum class Reason {
  kFieldInvalid,
  kMessageMalformed,
  kPageTokenInvalid,
  kResumeTokenInvalid,
  kResumeTokenExpired,
  kRequestIdReused,
  kResourceNotFound,
  kResourceExists,
  kEtagMismatch,
  kWriteConflict,
  kStateMismatch,
  kAlreadyClaimed,
  kCapacityReached,
  kClaimLimitReached,
  kRenewalLimitReached,
  kFencingTokenStale,
  kCategoryLimitReached,
  kOperatorOnly,
  kCredentialsMissing,
  kTokenInvalid,
  kUserRevoked,
  kNotAllowed,
  kAccessCodeWrong,
  kRateLimited,
  kRevealLimitReached,
  kErased,
  kHandoverPending,
  kHandoverMissing,
  kHandoverLimitReached,
  kHelperCapReached,
  kHelperNotVerified,
  kHelperQuarantined,
  kNotAMember,
  kMembershipLimitReached,
  kNoIssuer,
  kNoPhoneNumber,
  kPhoneCodeWrong,
  kNoPhoneSender,
  kTooManyWatches,
  kTooManyRounds,
  kWriteQueueFull,
  kDiskLow,
  kStoreUnavailable,
  kServerStopping,
  kInternal,
};

struct ReasonEntry {
  Reason reason;
  absl::string_view name;  // on the wire; never renamed
  absl::StatusCode code;
  absl::string_view meaning;
  absl::string_view way_out;  // what a client does about it
};

// All reasons, in the order of the enum.
absl::Span<const ReasonEntry> Reasons();

const ReasonEntry& EntryOf(Reason reason);

}  // namespace xom::core

#endif  // XOM_SERVICES_CORE_REASON_H_
