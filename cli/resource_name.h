#ifndef XOM_CLI_RESOURCE_NAME_H_
#define XOM_CLI_RESOURCE_NAME_H_

#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"

namespace xom::cli {

// `needs/x` of `x`; what has a collection already stays, so that the server
// refuses a name of another kind.
inline std::string NameIn(const std::string& collection,
                          const std::string& text) {
  return absl::StrContains(text, "/") ? text
                                      : absl::StrCat(collection, "/", text);
}

// `categories/groceries` of `groceries`.
inline std::string CategoryName(const std::string& text) {
  return NameIn("categories", text);
}

// `needs/x/claims/y` of `x/claims/y` and of `x/y`; anything else stays, so that
// the server refuses it.
inline std::string ClaimName(const std::string& text) {
  const std::vector<std::string> parts = absl::StrSplit(text, '/');
  if (parts[0] == "needs") return text;
  if (parts.size() == 2) {
    return absl::StrCat("needs/", parts[0], "/claims/", parts[1]);
  }
  return parts.size() == 3 ? absl::StrCat("needs/", text) : text;
}

}  // namespace xom::cli

#endif  // XOM_CLI_RESOURCE_NAME_H_
