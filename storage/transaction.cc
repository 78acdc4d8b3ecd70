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

absl::Status CheckErasures(const std::vector<Erasure>& erasures) {
  if (erasures.size() > kMaxErasures) {
    return Malformed(absl::StrCat("more than ", kMaxErasures, " erasures"));
  }
  absl::flat_hash_set<absl::string_view> keys;
  for (const Erasure& erasure : erasures) {
    const absl::Status status = CheckKey("an erasure's key", erasure.key);
    if (!status.ok()) return status;
    if (!keys.insert(erasure.key).second) {
      return Malformed(absl::StrCat("two erasures of ", erasure.key));
    }
    if (!erasure.redact_value || !erasure.redact_reply) {
      return Malformed("an erasure without its functions");
    }
  }
  return absl::OkStatus();
}

absl::Status CheckRequest(const RequestRecord& request) {
  const absl::Status status = CheckKey("the request id", request.id);
  if (!status.ok() || request.subject.empty()) return status;
  return CheckKey("the request's subject", request.subject);
}

absl::Status CheckPrecondition(const Precondition& precondition) {
  const auto& read = precondition.read;
  if (read.has_value() &&
      (read->key != precondition.key || read->mod_revision == 0 ||
       read->mod_revision != precondition.mod_revision)) {
    return Malformed(absl::StrCat("a precondition of ", precondition.key,
                                  " with another record"));
  }
  return CheckKey("a precondition's key", precondition.key);
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
    if (precondition.read.has_value()) {
      bytes += precondition.read->key.size() + precondition.read->value.size();
    }
  }
  for (const Mutation& mutation : transaction.mutations) {
    bytes += sizeof(Mutation) + mutation.key.size() +
             (mutation.value.has_value() ? mutation.value->size() : 0);
  }
  if (transaction.request.has_value()) {
    const RequestRecord& request = *transaction.request;
    bytes += request.id.size() + request.fingerprint.size() +
             request.reply.size() + request.subject.size();
  }
  for (const Erasure& erasure : transaction.erasures) {
    bytes += sizeof(Erasure) + erasure.key.size();
  }
  return bytes;
}

absl::Status CheckTransaction(const Transaction& transaction) {
  absl::Status status = CheckCounts(transaction);
  if (!status.ok()) return status;
  for (const Precondition& precondition : transaction.preconditions) {
    status = CheckPrecondition(precondition);
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
  status = CheckErasures(transaction.erasures);
  if (!status.ok() || !transaction.request.has_value()) return status;
  return CheckRequest(*transaction.request);
}

}  // namespace xom::storage
