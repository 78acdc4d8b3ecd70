#include "services/core/key_check.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "services/core/resource_name.h"
#include "xom/internal/v1/stored.pb.h"

namespace xom::core {
namespace {

using internal::v1::StoredKeyCheck;

std::string KnownText(const trust::Keyring& keyring) {
  return keyring.KeyedHash("keyring-check", "xom");
}

absl::Status WrongKeys(absl::string_view what) {
  return absl::FailedPreconditionError(
      absl::StrCat("the key file is not that of this store, ", what,
                   ": put the right one back; nothing was changed"));
}

}  // namespace

std::string KeyCheckKey() { return absl::StrCat(kKeyring, "check"); }

bool IsOldKeyCheck(const storage::Record& record,
                   const trust::Keyring& keyring) {
  StoredKeyCheck stored;
  return record.key == KeyCheckKey() && stored.ParseFromString(record.value) &&
         !keyring.IsCurrent(stored.sealed());
}

storage::Mutation KeyCheckRecord(const trust::Keyring& keyring) {
  StoredKeyCheck stored;
  stored.set_sealed(keyring.Seal(KnownText(keyring), KeyCheckKey()));
  return {.key = KeyCheckKey(), .cell = 0, .value = stored.SerializeAsString()};
}

absl::StatusOr<bool> HasKeys(const storage::Ledger& ledger) {
  const auto record = ledger.Get(KeyCheckKey());
  if (!record.ok()) return record.status();
  return record->has_value();
}

absl::StatusOr<std::optional<storage::Mutation>> CheckKeys(
    const storage::Ledger& ledger, const trust::Keyring& keyring) {
  const auto record = ledger.Get(KeyCheckKey());
  if (!record.ok()) return record.status();
  if (!record->has_value()) return KeyCheckRecord(keyring);
  StoredKeyCheck stored;
  if (!stored.ParseFromString((*record)->value)) {
    return absl::DataLossError("the check of the keys is not what was written");
  }
  const auto text = keyring.Open(stored.sealed(), KeyCheckKey());
  if (text.status().code() == absl::StatusCode::kFailedPrecondition) {
    return WrongKeys(text.status().message());
  }
  if (!text.ok()) return WrongKeys("its keys are others");
  if (!trust::EqualsInConstantTime(*text, KnownText(keyring))) {
    return WrongKeys("its key of hashes is another");
  }
  return std::nullopt;
}

}  // namespace xom::core
