#ifndef XOM_CLI_RESOURCE_NAME_H_
#define XOM_CLI_RESOURCE_NAME_H_

#include <string>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

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

}  // namespace xom::cli

#endif  // XOM_CLI_RESOURCE_NAME_H_
