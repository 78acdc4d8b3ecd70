#ifndef XOM_SERVICES_CORE_KEY_CHECK_H_
#define XOM_SERVICES_CORE_KEY_CHECK_H_

#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "storage/ledger.h"
#include "trust/keyring.h"

namespace xom::core {

// Whether the keys are those of the store, asked before anything is written:
// by a text that the store keeps sealed under `keyring/check`, a hash with the
// key of hashes, so that it tells both kinds of keys.
//
// nullopt: they are. A mutation: the store keeps no such text yet, and this
// writes it. FAILED_PRECONDITION: the keys are another store's, or one is
// missing, which the message names. The ledger's errors.
absl::StatusOr<std::optional<storage::Mutation>> CheckKeys(
    const storage::Ledger& ledger, const trust::Keyring& keyring);

// Whether the store keeps such a text: it has had keys. The ledger's errors.
absl::StatusOr<bool> HasKeys(const storage::Ledger& ledger);

// The record anew, sealed with the active key. To be written once nothing else
// of the store is sealed with an older one, and not before: it is what tells
// that the older key is still needed.
storage::Mutation KeyCheckRecord(const trust::Keyring& keyring);

// The key of that record, and whether `record` is it, sealed with an older key.
std::string KeyCheckKey();
bool IsOldKeyCheck(const storage::Record& record,
                   const trust::Keyring& keyring);

}  // namespace xom::core

#endif  // XOM_SERVICES_CORE_KEY_CHECK_H_
