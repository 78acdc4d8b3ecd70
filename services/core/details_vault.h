#ifndef XOM_SERVICES_CORE_DETAILS_VAULT_H_
#define XOM_SERVICES_CORE_DETAILS_VAULT_H_

#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "storage/ledger.h"
#include "trust/keyring.h"
#include "xom/internal/v1/stored.pb.h"

namespace xom::core {

// Where the details of needs are: the true place and the contact; and of
// offers: the contact. They stand sealed in secret records of the ledger, each
// under DetailsKey, written in the same transaction as the resource and never
// there without it; no view, change or kept answer holds them. Thread-safe.
class DetailsVault {
 public:
  // Both outlive the vault.
  DetailsVault(const storage::Ledger* ledger, const trust::Keyring* keyring)
      : ledger_(*ledger), keyring_(*keyring) {}

  // The details of a need or an offer; nullopt: it has none, or none any more.
  // Reads the disk, one record. The ledger's errors in terms of the API;
  // INTERNAL when what is there does not open.
  absl::StatusOr<std::optional<internal::v1::StoredNeedDetails>> Read(
      const std::string& name) const;

  // What writes them, and what makes them gone.
  storage::Mutation Put(const std::string& name,
                        const internal::v1::StoredNeedDetails& details) const;
  storage::Mutation Erase(const std::string& name) const;

  // What a sealed record says once it is sealed with the active key; nullopt:
  // it is already. INTERNAL as for Read.
  absl::StatusOr<std::optional<std::string>> Reseal(
      const storage::Record& record) const;

  // Whether records under such a key are sealed.
  static bool IsSealed(absl::string_view key);

 private:
  const storage::Ledger& ledger_;
  const trust::Keyring& keyring_;
};

// `details/{need}` or `offerDetails/{offer}`.
std::string DetailsKey(absl::string_view name);

}  // namespace xom::core

#endif  // XOM_SERVICES_CORE_DETAILS_VAULT_H_
