#include "services/core/writer.h"

#include <algorithm>
#include <iterator>
#include <optional>

#include "services/core/error.h"
#include "services/core/field_check.h"
#include "services/core/limits.h"
#include "services/core/view.h"
#include "storage/ledger_error.h"

namespace xom::core {

using storage::LedgerError;

namespace {

storage::Transaction TransactionOf(const RequestKey& key, Write* write,
                                   absl::Time now) {
  storage::Transaction transaction{
      .preconditions = std::move(write->preconditions),
      .mutations = std::move(write->mutations),
      .request = std::nullopt,
      .commit_time = now,
      .erasures = std::move(write->erasures)};
  if (!key.id.empty()) {
    transaction.request = storage::RequestRecord{
        key.id, key.fingerprint, write->reply, std::move(write->subject)};
  }
  // What was read may be read again, and takes no room that a write needs.
  if (TransactionBytes(transaction) > storage::kMaxTransactionBytes) {
    for (auto& precondition : transaction.preconditions) {
      precondition.read.reset();
    }
  }
  return transaction;
}

}  // namespace

void Append(Write part, Write* whole) {
  std::move(part.preconditions.begin(), part.preconditions.end(),
            std::back_inserter(whole->preconditions));
  std::move(part.mutations.begin(), part.mutations.end(),
            std::back_inserter(whole->mutations));
}

void Writer::Run(RequestKey key, Decide decide, ReplyDone done) {
  if (keyring_ != nullptr && !key.id.empty()) {
    key.fingerprint = keyring_->KeyedHash("request", key.fingerprint);
  }
  Attempt(std::make_shared<Job>(
              Job{std::move(key), std::move(decide), std::move(done)}),
          1);
}

void Writer::Attempt(std::shared_ptr<Job> job, int attempt) {
  const absl::Time now = clock_.Now();
  std::optional<storage::Revision> read_revision;
  if (view_ != nullptr) read_revision = view_->revision();
  absl::StatusOr<Write> write = job->decide(now);
  if (!write.ok()) return Refuse(std::move(job), write.status());
  if (write->validate_only) return job->done(std::move(write->reply));

  storage::Transaction transaction = TransactionOf(job->key, &*write, now);
  transaction.read_revision = read_revision;
  ledger_.Commit(std::move(transaction),
                 [this, job, attempt, reply = std::move(write->reply)](
                     absl::StatusOr<storage::CommitResult> result) mutable {
                   if (result.ok()) {
                     return job->done(result->replayed
                                          ? std::move(result->reply)
                                          : std::move(reply));
                   }
                   if (storage::LedgerErrorOf(result.status()) ==
                           LedgerError::kPreconditionFailed &&
                       attempt < kMaxWriteAttempts) {
                     return Attempt(job, attempt + 1);
                   }
                   job->done(FromLedgerError(result.status()));
                 });
}

// A refused call may be the retry of one that was done: then what it asks is
// refused because it happened.
void Writer::Refuse(std::shared_ptr<Job> job, absl::Status error) {
  if (!IsRequestId(job->key.id)) return job->done(std::move(error));
  ledger_.FindRequest(
      job->key.id,
      [job,
       error](absl::StatusOr<std::optional<storage::RequestRecord>> found) {
        // Not known whether this is a retry: a final answer would be a guess.
        if (!found.ok()) return job->done(FromLedgerError(found.status()));
        if (!found->has_value()) return job->done(error);
        if ((*found)->fingerprint == job->key.fingerprint) {
          return job->done((*found)->reply);
        }
        job->done(FromLedgerError(storage::MakeLedgerError(
            LedgerError::kRequestReused, "request id reused")));
      });
}

}  // namespace xom::core
