#include "trust/base64url.h"

#include "absl/strings/escaping.h"

namespace xom::trust {

std::string EncodeBase64Url(absl::string_view bytes) {
  return absl::WebSafeBase64Escape(bytes);
}

// Both Abseil and libsodium take more than one spelling, the latter a byte past
// ASCII for an underscore.
std::optional<std::string> DecodeBase64Url(absl::string_view text) {
  std::string bytes;
  if (!absl::WebSafeBase64Unescape(text, &bytes) ||
      EncodeBase64Url(bytes) != text) {
    return std::nullopt;
  }
  return bytes;
}

}  // namespace xom::trust
