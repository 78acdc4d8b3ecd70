#include "storage/transaction.h"

#include "absl/container/flat_hash_set.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "storage/ledger_error.h"

namespace xom::storage {
namespace {

absl::Status Malformed(absl::string_view message) {
  return MakeLedgerError(LedgerError::kMalformed, message);
}

absl::Status CheckKey(absl::string_view what, absl::string_view key) {
  if (key.empty()) return Malformed(absl::StrCat(what, " is empty"));
  if (key.size() > kMaxKeyBytes) {
    return Malformed(absl::StrCat(what, " has ", key.size(), " bytes; at most ",
                                  kMaxKeyBytes));
  }
  return absl::OkStatus();
}

absl::Status CheckCounts(const Transaction& transaction) {
  if (transaction.mutations.size() > kMaxMutations) {
    return Malformed(absl::StrCat("more than ", kMaxMutations, " mutations"));
  }
  if (transaction.preconditions.size() > kMaxPreconditions) {
    return Malformed(
        absl::StrCat("more than ", kMaxPreconditions, " preconditions"));
  }
  if (TransactionBytes(transaction) > kMaxTransactionBytes) {
    return Malformed(absl::StrCat("more than ", kMaxTransactionBytes,
                                  " bytes in one transaction"));
  }
  const absl::Time time = transaction.commit_time;
  if (time == absl::InfiniteFuture() || time == absl::InfinitePast()) {
    return Malformed("commit_time is infinite");
  }
  return absl::OkStatus();
}

}  // namespace

size_t TransactionBytes(const Transaction& transaction) {
  size_t bytes = sizeof(Transaction);
  for (const Precondition& precondition : transaction.preconditions) {
    bytes += sizeof(Precondition) + precondition.key.size();
  }
  for (const Mutation& mutation : transaction.mutations) {
    bytes += sizeof(Mutation) + mutation.key.size() +
             (mutation.value.has_value() ? mutation.value->size() : 0);
  }
  if (transaction.request.has_value()) {
    const RequestRecord& request = *transaction.request;
    bytes +=
        request.id.size() + request.fingerprint.size() + request.reply.size();
  }
  return bytes;
}

absl::Status CheckTransaction(const Transaction& transaction) {
  absl::Status status = CheckCounts(transaction);
  if (!status.ok()) return status;
  for (const Precondition& precondition : transaction.preconditions) {
    status = CheckKey("a precondition's key", precondition.key);
    if (!status.ok()) return status;
  }
  absl::flat_hash_set<absl::string_view> keys;
  for (const Mutation& mutation : transaction.mutations) {
    status = CheckKey("a mutation's key", mutation.key);
    if (!status.ok()) return status;
    if (!keys.insert(mutation.key).second) {
      return Malformed(absl::StrCat("two mutations of ", mutation.key));
    }
  }
  if (!transaction.request.has_value()) return absl::OkStatus();
  return CheckKey("the request id", transaction.request->id);
}

}  // namespace xom::storage
