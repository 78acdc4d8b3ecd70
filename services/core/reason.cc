#include "services/core/reason.h"

#include <cstddef>

namespace xom::core {
namespace {

using absl::StatusCode;

constexpr ReasonEntry kReasons[] = {
    {Reason::kFieldInvalid, "FIELD_INVALID", StatusCode::kInvalidArgument,
     "One or more fields of the request are wrong; BadRequest names each.",
     "Correct the fields; nothing was stored."},
    {Reason::kMessageMalformed, "MESSAGE_MALFORMED",
     StatusCode::kInvalidArgument,
     "The request is not a message of its type, or a text in it is not UTF-8.",
     "Encode it anew; BadRequest names the field where it is known."},
    {Reason::kPageTokenInvalid, "PAGE_TOKEN_INVALID",
     StatusCode::kInvalidArgument,
     "The page token is not one of ours, or belongs to another request.",
     "Begin again at the first page."},
    {Reason::kResumeTokenInvalid, "RESUME_TOKEN_INVALID",
     StatusCode::kInvalidArgument,
     "The resume token is not one of ours, or belongs to another filter.",
     "Watch again without a token."},
    {Reason::kResumeTokenExpired, "RESUME_TOKEN_EXPIRED",
     StatusCode::kOutOfRange,
     "The change log no longer reaches back to the resume token; the metadata "
     "oldest_revision says how far it does.",
     "Watch again without a token."},
    {Reason::kRequestIdReused, "REQUEST_ID_REUSED",
     StatusCode::kInvalidArgument,
     "The request_id was used before with another body.",
     "Use a new UUID for a new request."},
    {Reason::kResourceNotFound, "RESOURCE_NOT_FOUND", StatusCode::kNotFound,
     "There is no resource of that name.",
     "Check the name; what ended is deleted after 30 days."},
    {Reason::kResourceExists, "RESOURCE_EXISTS", StatusCode::kAlreadyExists,
     "The chosen id is taken.", "Choose another id, or none."},
    {Reason::kEtagMismatch, "ETAG_MISMATCH", StatusCode::kAborted,
     "The resource changed since it was read.",
     "Read it again, decide anew, send the new etag."},
    {Reason::kWriteConflict, "WRITE_CONFLICT", StatusCode::kAborted,
     "Other writers of the same resource were faster, several times over.",
     "Try again a little later."},
    {Reason::kStateMismatch, "STATE_MISMATCH", StatusCode::kFailedPrecondition,
     "The resource is in a state in which this cannot be done; the metadata "
     "say which resource and state.",
     "Read it again; what ended does not come back."},
    {Reason::kAlreadyClaimed, "ALREADY_CLAIMED",
     StatusCode::kFailedPrecondition,
     "Others were faster: not so much of the need is open any more; the "
     "metadata next_need names another that the offer can serve.",
     "Read the need again and claim what is open, or claim the next one."},
    {Reason::kCapacityReached, "CAPACITY_REACHED",
     StatusCode::kFailedPrecondition,
     "The offer holds as many active claims as its capacity.",
     "Deliver or release one first, or raise the capacity."},
    {Reason::kClaimLimitReached, "CLAIM_LIMIT_REACHED",
     StatusCode::kFailedPrecondition,
     "The need holds as many unfinished claims as it can.",
     "Wait until one of them ends, or claim another need."},
    {Reason::kRenewalLimitReached, "RENEWAL_LIMIT_REACHED",
     StatusCode::kFailedPrecondition,
     "The claim was renewed as often as it can be.",
     "Deliver it in time, or release it."},
    {Reason::kFencingTokenStale, "FENCING_TOKEN_STALE", StatusCode::kAborted,
     "The fencing token is not that of the claim.",
     "Read the claim again, and see whether it is still yours."},
    {Reason::kCategoryLimitReached, "CATEGORY_LIMIT_REACHED",
     StatusCode::kFailedPrecondition,
     "The server has as many categories as it can hold.",
     "Do without; a category that is not used can get other display names."},
    {Reason::kOperatorOnly, "OPERATOR_ONLY", StatusCode::kPermissionDenied,
     "This call is for the operator, and this server does not take it here.",
     "Ask the operator; see --operator_calls of xomd."},
    {Reason::kTooManyWatches, "TOO_MANY_WATCHES",
     StatusCode::kResourceExhausted,
     "The connection, or the server, has as many open watches as it may.",
     "Close a watch that is not looked at, or come back later."},
    {Reason::kWriteQueueFull, "WRITE_QUEUE_FULL",
     StatusCode::kResourceExhausted,
     "More writes wait for the disk than the server may keep.",
     "Try again after the retry delay with the same request_id."},
    {Reason::kDiskLow, "DISK_LOW", StatusCode::kResourceExhausted,
     "The disk of the server is nearly full: it reads, but does not write.",
     "Try again after the retry delay with the same request_id."},
    {Reason::kStoreUnavailable, "STORE_UNAVAILABLE", StatusCode::kUnavailable,
     "The store of the server cannot be written or read at the moment.",
     "Try again after the retry delay with the same request_id."},
    {Reason::kServerStopping, "SERVER_STOPPING", StatusCode::kUnavailable,
     "The server is stopping.",
     "Connect again; go on from the last resume token."},
    {Reason::kInternal, "INTERNAL", StatusCode::kInternal,
     "A defect of the server.", "Report it; the server's log has the cause."},
};

}  // namespace

absl::Span<const ReasonEntry> Reasons() { return kReasons; }

const ReasonEntry& EntryOf(Reason reason) {
  return kReasons[static_cast<size_t>(reason)];
}

}  // namespace xom::core
