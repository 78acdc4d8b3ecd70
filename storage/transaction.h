#ifndef XOM_STORAGE_TRANSACTION_H_
#define XOM_STORAGE_TRANSACTION_H_

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"

// What goes into a ledger (ledger.h) and what comes out of it: plain values.

namespace xom::storage {

// The number of a committed change. The first is 1, each next is one more:
// there are no gaps. 0 means "never", or "from the beginning".
using Revision = int64_t;

// Bounds of one transaction; past them INVALID_ARGUMENT/kMalformed.
inline constexpr size_t kMaxKeyBytes = 1024;  // also a request id
inline constexpr size_t kMaxTransactionBytes = 4 << 20;
inline constexpr size_t kMaxMutations = 1'000;
inline constexpr size_t kMaxPreconditions = 1'000;
inline constexpr size_t kMaxErasures = 100;

struct Record {
  std::string key;
  uint64_t cell = 0;  // S2 leaf cell id; 0: the record has no place
  std::string value = {};
  Revision mod_revision = 0;  // of the change that last wrote it
  bool secret = false;        // see Mutation
};

// Holds when the record's mod_revision is the one given; with 0, when there is
// no such record. Who changes a record may give along all that it said: under
// Transaction::read_revision it need not be read again.
struct Precondition {
  std::string key;
  Revision mod_revision = 0;
  std::optional<Record> read = {};  // that record, cell and secret included
};

// Puts `value` at `cell`, or deletes the record when there is no value (then
// `cell` is ignored). Deleting what is not there changes nothing.
//
// With `secret` the value and the cell are in the record only: Get and Scan
// give them, while changes, on disk and to followers, name the record and tell
// no more. A secret record stays secret until it is deleted, whether or not
// later mutations say so. A record that was written openly before may be made
// secret; what the log has of it stays until it is erased. Keys are never
// secret.
struct Mutation {
  std::string key;
  uint64_t cell = 0;
  std::optional<std::string> value = {};
  bool secret = false;
};

// What makes a retry safe: `reply` is given again to whoever commits with the
// same id and fingerprint (a digest of the request's body) while it is kept.
struct RequestRecord {
  std::string id;
  std::string fingerprint = {};
  std::string reply = {};
  // Key of the record that the reply tells of, for Erasure; empty: of none.
  std::string subject = {};
};

// Rewrites what was, in the batch of the transaction: each value of `key` that
// the change log still holds becomes redact_value(it), as does the `before`
// that the transaction's own change tells; each stored reply whose subject is
// `key` becomes redact_reply(it). Where a value was redacted, or the record is
// deleted, the change tells cell 0. What the transaction itself writes, a value
// or a reply, stays as it is given. Nothing is rewritten when the transaction
// fails or is replayed. Costs a read and a write for each such change and
// reply, and holds all of them in memory.
//
// Both run on the committer thread, under the rules for callbacks (ledger.h).
// Each must be a function of its argument alone, and take its own results: what
// was redacted once is redacted again by the next erasure.
struct Erasure {
  using Redact = std::function<std::string(absl::string_view)>;

  std::string key;
  Redact redact_value;
  Redact redact_reply;
};

// All or nothing. Each key is mutated at most once and erased at most once;
// keys and a request's id are not empty. Without mutations it still takes a
// revision.
struct Transaction {
  std::vector<Precondition> preconditions = {};
  std::vector<Mutation> mutations = {};
  std::optional<RequestRecord> request = {};
  absl::Time commit_time = {};  // kept in the change, to the microsecond
  std::vector<Erasure> erasures = {};
  // The revision of the ledger before the preconditions' records were read, or
  // known not to be there. Then the ledger may take the caller's word for each
  // that was not written since; without, it takes it for none.
  std::optional<Revision> read_revision = {};
};

struct CommitResult {
  Revision revision = 0;  // of the first commit, when replayed
  bool replayed = false;  // an earlier commit had this request; nothing changed
  std::string reply = {};  // the first reply, when replayed
};

struct ChangedRecord {
  std::string key;
  std::optional<std::string> before = {};  // nullopt: created
  std::optional<std::string> after = {};   // nullopt: deleted
  uint64_t cell = 0;                       // where it is; deleted: where it was
  Revision previous_revision = 0;          // mod_revision before; 0: created
  // Before, after and cell are not told: Get has what there is.
  bool secret = false;
};

struct Change {
  Revision revision = 0;
  absl::Time commit_time = {};
  std::vector<ChangedRecord> records = {};  // in the order of the mutations
};

// Counted against kMaxTransactionBytes and what may queue.
size_t TransactionBytes(const Transaction& transaction);

// INVALID_ARGUMENT/kMalformed, saying what is out of bounds.
absl::Status CheckTransaction(const Transaction& transaction);

}  // namespace xom::storage

#endif  // XOM_STORAGE_TRANSACTION_H_
