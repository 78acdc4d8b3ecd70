#ifndef XOM_LOADTEST_PEERS_VERSION_TEXT_H_
#define XOM_LOADTEST_PEERS_VERSION_TEXT_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace xom::loadtest {

// The first number with a point in it that a program says of itself: "7.0.15"
// of "Redis server v=7.0.15 sha=...". "" when there is none.
std::string VersionIn(absl::string_view text);

// Runs the program with a flag that makes it tell its version. NOT_FOUND when
// there is no such program.
absl::StatusOr<std::string> VersionOf(const std::string& program,
                                      absl::string_view flag);

}  // namespace xom::loadtest

#endif  // XOM_LOADTEST_PEERS_VERSION_TEXT_H_
