#ifndef XOM_TRUST_KEY_SOURCE_H_
#define XOM_TRUST_KEY_SOURCE_H_

#include <functional>
#include <memory>
#include <mutex>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "trust/key_set.h"

namespace xom::trust {

// How long after a look at the file the next is due.
inline constexpr absl::Duration kLookInterval = absl::Seconds(1);
// The same, for looks because a token names a key that is not there: strangers
// make such tokens.
inline constexpr absl::Duration kMissedLookInterval = absl::Milliseconds(100);

// The key set that counts now. Thread-safe. See TokenVerifier::FromFile for
// what it promises of a file.
class KeySource {
 public:
  static absl::StatusOr<std::unique_ptr<KeySource>> FromFile(
      const std::string& path, std::function<void(absl::Status)> on_error);
  static absl::StatusOr<std::unique_ptr<KeySource>> FromJwks(
      absl::string_view jwks);

  // Never null.
  std::shared_ptr<const KeySet> Keys(absl::Time now);
  // After a token that no key fits.
  std::shared_ptr<const KeySet> KeysAfterMiss(absl::Time now);

 private:
  KeySource(std::string path, std::function<void(absl::Status)> on_error,
            KeySet keys);

  std::shared_ptr<const KeySet> Snapshot() const;
  // REQUIRES: look_mu_ is held. A fault only when it is a new one.
  absl::Status Look();
  absl::Status Replace(const std::string& text);
  void Report(const absl::Status& fault) const;

  const std::string path_;  // empty: keys that stay
  const std::function<void(absl::Status)> on_error_;

  // Held while the file is read; taken before mu_.
  std::mutex look_mu_;
  absl::Time last_look_ = absl::InfinitePast();
  absl::Time last_missed_look_ = absl::InfinitePast();
  std::string last_text_;
  absl::Status last_fault_;

  mutable std::mutex mu_;
  std::shared_ptr<const KeySet> keys_;  // guarded by mu_
};

}  // namespace xom::trust

#endif  // XOM_TRUST_KEY_SOURCE_H_
