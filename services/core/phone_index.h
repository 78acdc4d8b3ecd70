#ifndef XOM_SERVICES_CORE_PHONE_INDEX_H_
#define XOM_SERVICES_CORE_PHONE_INDEX_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "services/core/writer.h"
#include "storage/ledger.h"
#include "trust/keyring.h"
#include "xom/internal/v1/stored.pb.h"

namespace xom::core {

// Which needs name one phone number: secret records of the ledger, each under
// `phones/{keyed hash of the number}`, so that no number stands there. Each
// keeps the last kMaxNeedsPerPhone. Thread-safe.
class PhoneIndex {
 public:
  // Both outlive the index.
  PhoneIndex(const storage::Ledger* ledger, const trust::Keyring* keyring)
      : ledger_(*ledger), keyring_(*keyring) {}

  // Their names, oldest first; some may have ended or be gone. None for an
  // empty number. Reads the disk, one record. The ledger's errors in terms of
  // the API.
  absl::StatusOr<std::vector<std::string>> NeedsOf(
      const std::string& phone_number) const;

  // Which number a need named and names now; empty: none.
  struct Move {
    const std::string& before;
    const std::string& after;
  };
  // Adds to the write of a need what keeps the index right; nothing when the
  // number stays. Errors as above.
  absl::Status Add(const std::string& need, const Move& move,
                   Write* write) const;

  // What is kept of a number, 16 bytes.
  std::string HashOf(const std::string& phone_number) const;

 private:
  struct Found {
    std::string key;
    storage::Revision mod_revision = 0;
    internal::v1::StoredPhone stored;
  };
  absl::StatusOr<Found> Read(const std::string& phone_number) const;

  const storage::Ledger& ledger_;
  const trust::Keyring& keyring_;
};

}  // namespace xom::core

#endif  // XOM_SERVICES_CORE_PHONE_INDEX_H_
