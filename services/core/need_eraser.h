#ifndef XOM_SERVICES_CORE_NEED_ERASER_H_
#define XOM_SERVICES_CORE_NEED_ERASER_H_

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "services/core/details_vault.h"
#include "services/core/entry.h"
#include "services/core/phone_index.h"
#include "services/core/writer.h"
#include "xom/internal/v1/stored.pb.h"

namespace xom::core {

// The writes that take what is personal of a need out of the store, in one
// transaction each: its details, its place under its phone number, and what
// else hangs on it. They read the disk; errors: those of DetailsVault::Read.
// Thread-safe.
class NeedEraser {
 public:
  // Both outlive the eraser.
  NeedEraser(const DetailsVault* vault, const PhoneIndex* phones)
      : vault_(*vault), phones_(*phones) {}

  // Puts what is left of `need`, see need_erasure.h; its details, and what the
  // change log and the answers kept for retries tell of it, go. Who looked at
  // it stays known until it is deleted.
  absl::StatusOr<Write> Erase(const NeedEntry& need,
                              const internal::v1::StoredNeed& erased,
                              absl::Time now) const;

  // Deletes it with all that hangs on it.
  absl::StatusOr<Write> Delete(const NeedEntry& need, absl::Time now) const;

 private:
  // Adds what takes the details away.
  absl::Status Take(const NeedEntry& need, absl::Time now, Write* write) const;

  const DetailsVault& vault_;
  const PhoneIndex& phones_;
};

}  // namespace xom::core

#endif  // XOM_SERVICES_CORE_NEED_ERASER_H_
