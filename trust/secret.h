#ifndef XOM_TRUST_SECRET_H_
#define XOM_TRUST_SECRET_H_

#include <array>
#include <cstdint>
#include <optional>
#include <string>

#include "absl/strings/string_view.h"

namespace xom::trust {

// Must have returned before anything else of libsodium is called. Thread-safe;
// all calls but the first cost nothing. Ends the process when the machine has
// no source of randomness.
void InitSodium();

// From the system's source for secrets. Thread-safe.
std::string RandomBytes(size_t size);

// Overwrites the text in a way that no compiler leaves out, and empties it.
void Wipe(std::string* secret);

// 32 bytes that are overwritten when it goes. Never printed.
class SecretKey {
 public:
  static constexpr size_t kBytes = 32;

  static SecretKey Random();
  // From base64 with padding, read without branches on what it says; nullopt
  // when it is anything but 32 bytes in their one spelling.
  static std::optional<SecretKey> FromBase64(absl::string_view text);

  SecretKey(const SecretKey&) = default;
  SecretKey& operator=(const SecretKey&) = default;
  ~SecretKey();

  const unsigned char* data() const { return bytes_.data(); }
  std::string ToBase64() const;

 private:
  SecretKey() = default;

  std::array<unsigned char, kBytes> bytes_{};
};

}  // namespace xom::trust

#endif  // XOM_TRUST_SECRET_H_
