#ifndef XOM_STORAGE_CHANGE_TRIMMER_H_
#define XOM_STORAGE_CHANGE_TRIMMER_H_

#include "absl/time/time.h"
#include "storage/local_ledger.h"
#include "storage/record_codec.h"
#include "storage/store.h"

namespace xom::storage {

// Decides how much of the change log to forget. In strides, because each range
// deleted costs every later read a little. Not thread-safe.
class ChangeTrimmer {
 public:
  // Keeps a reference.
  explicit ChangeTrimmer(const LocalLedgerOptions& options)
      : options_(options) {}

  // The oldest revision to keep changes after, for a store now at `written`
  // that the next batch takes to `revision`; at least
  // written.oldest_revision. When the log cannot be read, nothing is forgotten
  // by age: writes do not depend on it.
  Revision Choose(const Store& store, StoreState written, Revision revision);

 private:
  Revision ByCount(Revision oldest, Revision revision) const;
  Revision ByAge(const Store& store, StoreState written);

  const LocalLedgerOptions& options_;
  absl::Time next_look_ = absl::InfinitePast();
};

}  // namespace xom::storage

#endif  // XOM_STORAGE_CHANGE_TRIMMER_H_
