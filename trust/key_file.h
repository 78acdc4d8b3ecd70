#ifndef XOM_TRUST_KEY_FILE_H_
#define XOM_TRUST_KEY_FILE_H_

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "trust/secret.h"

namespace xom::trust {

inline constexpr size_t kMaxKeyFileBytes = 64 << 10;
inline constexpr size_t kMaxKeys = 256;
inline constexpr uint32_t kMaxKeyId = (uint32_t{1} << 31) - 1;

// What a key file says; see Keyring::Load for its grammar.
struct KeyFile {
  std::map<uint32_t, SecretKey> keys;
  uint32_t active_id = 0;
  SecretKey hash_key;
};

// INVALID_ARGUMENT naming the line, never what it says.
absl::StatusOr<KeyFile> ParseKeyFile(absl::string_view text);

// A file with a random key 1 and a random key of hashes.
std::string NewKeyFileText();

// The same text, with a line for a fresh key of the next id. INVALID_ARGUMENT
// as of parsing; RESOURCE_EXHAUSTED when there is no id or no room left.
absl::StatusOr<std::string> WithFreshKey(absl::string_view text);

}  // namespace xom::trust

#endif  // XOM_TRUST_KEY_FILE_H_
