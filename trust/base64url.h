#ifndef XOM_TRUST_BASE64URL_H_
#define XOM_TRUST_BASE64URL_H_

#include <optional>
#include <string>

#include "absl/strings/string_view.h"

namespace xom::trust {

// RFC 7515's base64url: the web-safe alphabet, no padding.
std::string EncodeBase64Url(absl::string_view bytes);

// Only the one spelling of what it stands for: nullopt when there is padding,
// white space, another character, or a bit set that no byte holds. Two
// texts are never one signature.
std::optional<std::string> DecodeBase64Url(absl::string_view text);

}  // namespace xom::trust

#endif  // XOM_TRUST_BASE64URL_H_
