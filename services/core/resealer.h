#ifndef XOM_SERVICES_CORE_RESEALER_H_
#define XOM_SERVICES_CORE_RESEALER_H_

#include <cstddef>
#include <deque>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "services/core/details_vault.h"
#include "services/core/writer.h"
#include "storage/ledger.h"
#include "storage/mutex.h"
#include "trust/keyring.h"

namespace xom::core {

// Seals anew, with the active key, what older keys sealed, a few records at a
// time, and last of all the check of the keys (key_check.h), so that in the end
// an old key can be dropped from the key file. Thread-safe.
class Resealer {
 public:
  // All outlive the resealer.
  struct Parts {
    const storage::Ledger* ledger;
    Writer* writer;
    const DetailsVault* vault;
    const trust::Keyring* keyring;
  };

  explicit Resealer(const Parts& parts)
      : ledger_(*parts.ledger),
        writer_(*parts.writer),
        vault_(*parts.vault),
        keyring_(*parts.keyring) {}

  // Remembers a record that an older key sealed; nothing of all others. A
  // record that is written later is sealed with the active key.
  void Note(const storage::Record& record);

  // Seals at most kMaxResealedPerRun of them anew and waits until that is on
  // disk; what the ledger refuses comes again. Returns how many are left. Not
  // to be called on the committer thread.
  size_t RunOnce();

  size_t left() const;
  // How many were given up, because no key of the ring opens them.
  size_t unreadable() const;

 private:
  absl::StatusOr<Write> Decide(const std::string& key) const;
  std::vector<std::string> TakeSome();
  size_t Left() const XOM_REQUIRES(mu_);

  const storage::Ledger& ledger_;
  Writer& writer_;
  const DetailsVault& vault_;
  const trust::Keyring& keyring_;

  mutable storage::Mutex mu_;
  std::deque<std::string> keys_ XOM_GUARDED_BY(mu_);
  size_t unreadable_ XOM_GUARDED_BY(mu_) = 0;
  // It waits for all others: while it stands, the old key is known to be
  // needed.
  bool check_is_old_ XOM_GUARDED_BY(mu_) = false;
};

}  // namespace xom::core

#endif  // XOM_SERVICES_CORE_RESEALER_H_
