#ifndef XOM_STORAGE_ERASURE_H_
#define XOM_STORAGE_ERASURE_H_

#include <map>
#include <vector>

#include "absl/status/statusor.h"
#include "storage/record_codec.h"
#include "storage/store.h"
#include "storage/transaction.h"

namespace xom::storage {

// What a store holds of erased records, as it is to be written back.
struct Redacted {
  std::map<Revision, Change> changes;
  std::vector<StoredReply> replies;
};

// Reads and redacts all that the erasures ask for, of changes after
// `state.oldest_revision` and of replies, expired ones too. A change that is
// redacted tells no cell of the record either. REQUIRES: nothing of the erased
// keys is in a batch that is not written yet. Errors: those of Ledger::Get.
absl::StatusOr<Redacted> Redact(const Store& store, StoreState state,
                                const std::vector<Erasure>& erasures);

// The same for the change that the erasing transaction makes: `before`, and
// the cell of a record that it deletes.
void RedactBefore(const std::vector<Erasure>& erasures, Change* change);

}  // namespace xom::storage

#endif  // XOM_STORAGE_ERASURE_H_
