#include "services/core/details_vault.h"

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "services/core/error.h"
#include "services/core/resource_name.h"

namespace xom::core {

using internal::v1::StoredNeedDetails;

std::string DetailsKey(absl::string_view name) {
  if (absl::StartsWith(name, kOffers)) {
    return absl::StrCat(kOfferDetails, name.substr(kOffers.size()));
  }
  return absl::StrCat(kDetails, name.substr(kNeeds.size()));
}

bool DetailsVault::IsSealed(absl::string_view key) {
  return absl::StartsWith(key, kDetails) ||
         absl::StartsWith(key, kOfferDetails);
}

absl::StatusOr<std::optional<StoredNeedDetails>> DetailsVault::Read(
    const std::string& name) const {
  const std::string key = DetailsKey(name);
  const auto record = ledger_.Get(key);
  if (!record.ok()) return FromLedgerError(record.status());
  if (!record->has_value()) return std::nullopt;
  const auto plain = keyring_.Open((*record)->value, key);
  if (!plain.ok()) return DefectError(plain.status().ToString());
  StoredNeedDetails details;
  if (!details.ParseFromString(*plain)) {
    return DefectError(absl::StrCat(key, " holds no details"));
  }
  return details;
}

storage::Mutation DetailsVault::Put(const std::string& name,
                                    const StoredNeedDetails& details) const {
  const std::string key = DetailsKey(name);
  return {key, 0, keyring_.Seal(details.SerializeAsString(), key),
          /*secret=*/true};
}

storage::Mutation DetailsVault::Erase(const std::string& name) const {
  return {DetailsKey(name), 0, std::nullopt};
}

absl::StatusOr<std::optional<std::string>> DetailsVault::Reseal(
    const storage::Record& record) const {
  if (keyring_.IsCurrent(record.value)) return std::nullopt;
  const auto plain = keyring_.Open(record.value, record.key);
  if (!plain.ok()) return DefectError(plain.status().ToString());
  return keyring_.Seal(*plain, record.key);
}

}  // namespace xom::core
