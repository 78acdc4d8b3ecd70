// The keys that seal personal data at rest, and what they do.
//
//   absl::StatusOr<Keyring> ring = Keyring::Load("/etc/xom/keys");
//   std::string sealed = ring->Seal("0912 345 678", "needs/7");
//   absl::StatusOr<std::string> phone = ring->Open(sealed, "needs/7");
//   if (!ring->IsCurrent(sealed)) sealed = ring->Seal(*phone, "needs/7");
#ifndef XOM_TRUST_KEYRING_H_
#define XOM_TRUST_KEYRING_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace xom::trust {

struct KeyFile;

// How much longer a sealed text is than the plain one: one byte of version,
// four of the key's id, 24 of nonce, 16 of authentication.
inline constexpr size_t kSealedOverheadBytes = 45;
inline constexpr size_t kKeyedHashBytes = 16;

// Immutable and thread-safe. Copies share the keys, which are overwritten in
// memory when the last copy goes. A ring that was moved from may only be
// assigned to or destroyed.
class Keyring {
 public:
  // Reads a key file: text, a line for each key, `<id> <base64 of 32 bytes>`,
  // where the id is 1 to 2147483647. The last of these lines is the active key.
  // One more line, `hash <base64 of 32 bytes>`, is the key of keyed hashes,
  // which never rotates. What follows a `#` is a comment.
  //
  // NOT_FOUND when the file is not there; FAILED_PRECONDITION when others than
  // its owner may read or write it (mode & 077), or it is no file;
  // INVALID_ARGUMENT when it says something else, naming file and line but not
  // what stands there.
  static absl::StatusOr<Keyring> Load(const std::string& path);
  // INVALID_ARGUMENT as above.
  static absl::StatusOr<Keyring> Parse(absl::string_view text);

  // Makes a key file of mode 0600 with fresh keys. ALREADY_EXISTS when the path
  // is taken.
  static absl::Status Create(const std::string& path);
  // Adds a fresh key, the active one from now on, to a key file. Who holds a
  // Keyring sees it by loading the file again. Errors as of Load;
  // RESOURCE_EXHAUSTED when the file is full.
  //
  // Both change the file whole or not at all, and it is on the disk when they
  // return OK.
  static absl::Status Rotate(const std::string& path);

  // Random keys that no file has, for tests.
  static Keyring Ephemeral();

  uint32_t active_id() const;

  // Encrypts with the active key (XChaCha20-Poly1305, a random nonce each
  // time). `context` is where the value belongs, e.g. the key of its record: it
  // is authenticated, not stored, and the value opens with no other.
  std::string Seal(absl::string_view plain, absl::string_view context) const;

  // What was sealed. DATA_LOSS when these bytes were not sealed so with this
  // context; FAILED_PRECONDITION when the ring has not the key, whose id the
  // message names.
  absl::StatusOr<std::string> Open(absl::string_view sealed,
                                   absl::string_view context) const;

  // Whether it says that it was sealed with the active key; nothing is
  // decrypted or proven.
  bool IsCurrent(absl::string_view sealed) const;

  // 16 bytes (keyed BLAKE2b), the same for the same arguments and hash key.
  // `purpose` separates domains ("phone", "access-code"): equal texts of two
  // purposes have unlike hashes.
  std::string KeyedHash(absl::string_view purpose,
                        absl::string_view text) const;

 private:
  explicit Keyring(KeyFile file);

  std::shared_ptr<const KeyFile> file_;
};

// In a time that depends on the sizes alone.
bool EqualsInConstantTime(absl::string_view a, absl::string_view b);

}  // namespace xom::trust

#endif  // XOM_TRUST_KEYRING_H_
