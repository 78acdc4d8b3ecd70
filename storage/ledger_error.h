#ifndef XOM_STORAGE_LEDGER_ERROR_H_
#define XOM_STORAGE_LEDGER_ERROR_H_

#include <optional>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace xom::storage {

// Why a ledger refused. A status code alone does not tell: a full queue and a
// full disk are both RESOURCE_EXHAUSTED, but ask for different answers. The
// kind travels in the status as a payload. Ledger (ledger.h) says which call
// gives which.
enum class LedgerError {
  kPreconditionFailed,  // ABORTED: a record is not at the expected revision
  kRequestReused,       // ALREADY_EXISTS: same request id, another body
  kMalformed,           // INVALID_ARGUMENT: outside the documented bounds
  kQueueFull,           // RESOURCE_EXHAUSTED: too many transactions wait
  kDiskLow,             // RESOURCE_EXHAUSTED: free space below the low water
  kTooManyFollowers,    // RESOURCE_EXHAUSTED
  kNotWritable,         // UNAVAILABLE: the disk refused; outcome may be unknown
  kNotReadable,         // UNAVAILABLE: the disk refused to read
  kClosed,              // UNAVAILABLE: the ledger is closing
  kTrimmed,             // OUT_OF_RANGE: the changes asked for are gone
  kAhead,               // OUT_OF_RANGE: a revision that was never given
  kInUse,         // FAILED_PRECONDITION: another process has the directory
  kWrongFormat,   // FAILED_PRECONDITION: not a store of ours, or another
                  //     version of it
  kCorrupt,       // DATA_LOSS: what is on disk is not what was written
  kBackupExists,  // ALREADY_EXISTS: no backup is written over
};

// A status with the code above, the kind, and a message for people.
absl::Status MakeLedgerError(LedgerError error, absl::string_view message);

// The kind in `status`; nullopt when it is OK or not a ledger's.
std::optional<LedgerError> LedgerErrorOf(const absl::Status& status);

}  // namespace xom::storage

#endif  // XOM_STORAGE_LEDGER_ERROR_H_
