#ifndef XOM_TRUST_JSON_OBJECT_H_
#define XOM_TRUST_JSON_OBJECT_H_

#include <nlohmann/json.hpp>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace xom::trust {

// Arrays and objects inside each other.
inline constexpr size_t kMaxJsonDepth = 8;

// One JSON object. INVALID_ARGUMENT, never with what the text says, when it is
// not JSON in UTF-8, not an object, nested deeper than kMaxJsonDepth, or when
// an object in it has two members of one name: readers differ in which they
// take. REQUIRES: the caller has bounded the size.
absl::StatusOr<nlohmann::json> ParseJsonObject(absl::string_view text);

// A member that is a text; nullptr when it is not there or is something else.
const std::string* FindText(const nlohmann::json& object, const char* name);

}  // namespace xom::trust

#endif  // XOM_TRUST_JSON_OBJECT_H_
