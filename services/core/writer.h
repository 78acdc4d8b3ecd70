// The one way of a write: decide, commit, answer.
#ifndef XOM_SERVICES_CORE_WRITER_H_
#define XOM_SERVICES_CORE_WRITER_H_

#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "services/core/clock.h"
#include "storage/ledger.h"
#include "trust/keyring.h"

namespace xom::core {

class View;

// What a decision wants written, and the answer to give once it is.
struct Write {
  std::vector<storage::Precondition> preconditions;
  std::vector<storage::Mutation> mutations;
  std::vector<storage::Erasure> erasures;
  std::string reply;           // a serialized message
  std::string subject;         // what the reply tells of, to be erased with it
  bool validate_only = false;  // answer without writing
};

// Adds what `part` checks and changes: all or nothing happens.
void Append(Write part, Write* whole);

// What makes a retry of a call the same call. An empty id: it cannot be
// recognized.
struct RequestKey {
  std::string id;
  std::string fingerprint;
};

// Called once, on the committer thread or, for what is refused at once, on the
// caller's.
using ReplyDone = std::function<void(absl::StatusOr<std::string>)>;

// Thread-safe. Commits what decisions want, and decides anew when another
// writer was faster. A call whose request id was answered before gets that
// answer, also when deciding anew would refuse it.
class Writer {
 public:
  // Reads and decides; called again after each lost race. Its errors are the
  // call's. REQUIRES: each of its preconditions is of a record that this very
  // call looked up, in the view or the ledger, also where it found none; or of
  // one that is there only beside such a one.
  using Decide = std::function<absl::StatusOr<Write>(absl::Time now)>;

  // All outlive the writer and every call in flight. With a keyring what is
  // kept to recognize a retry is a keyed hash: a plain digest of a request with
  // a phone number in it would tell the number to whoever tries them all. With
  // a view, which follows the ledger, preconditions are believed as
  // Transaction::read_revision says.
  Writer(storage::Ledger* ledger, const Clock* clock,
         const trust::Keyring* keyring = nullptr, const View* view = nullptr)
      : ledger_(*ledger), clock_(*clock), keyring_(keyring), view_(view) {}

  void Run(RequestKey key, Decide decide, ReplyDone done);

 private:
  struct Job {
    RequestKey key;
    Decide decide;
    ReplyDone done;
  };

  void Attempt(std::shared_ptr<Job> job, int attempt);
  void Refuse(std::shared_ptr<Job> job, absl::Status error);

  storage::Ledger& ledger_;
  const Clock& clock_;
  const trust::Keyring* const keyring_;
  const View* const view_;
};

}  // namespace xom::core

#endif  // XOM_SERVICES_CORE_WRITER_H_
