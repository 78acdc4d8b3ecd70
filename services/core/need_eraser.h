#ifndef XOM_SERVICES_CORE_NEED_ERASER_H_
#define XOM_SERVICES_CORE_NEED_ERASER_H_

#include "absl/time/time.h"
#include "services/core/details_vault.h"
#include "services/core/entry.h"
#include "services/core/writer.h"
#include "xom/internal/v1/stored.pb.h"

namespace xom::core {

// The writes that take what is personal of a need out of the store, in one
// transaction each. A record that comes to hang on a need is taken along here.
// Thread-safe.
class NeedEraser {
 public:
  // Outlives the eraser.
  explicit NeedEraser(const DetailsVault* vault) : vault_(*vault) {}

  // Puts what is left of `need`, see need_erasure.h; its details, and what the
  // change log and the answers kept for retries tell of it, go. Who looked at
  // it stays known until it is deleted.
  Write Erase(const NeedEntry& need, const internal::v1::StoredNeed& erased,
              absl::Time now) const;

  // Deletes it with all that hangs on it.
  Write Delete(const NeedEntry& need, absl::Time now) const;

 private:
  const DetailsVault& vault_;
};

}  // namespace xom::core

#endif  // XOM_SERVICES_CORE_NEED_ERASER_H_
