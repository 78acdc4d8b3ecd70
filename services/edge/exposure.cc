#include "services/edge/exposure.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

namespace xom::edge {
namespace {

// Not a name such as 127.example.org, which is anybody's to resolve.
bool IsLoopbackAddress(absl::string_view host) {
  return absl::StartsWith(host, "127.") &&
         std::count(host.begin(), host.end(), '.') == 3 &&
         std::all_of(host.begin(), host.end(), [](unsigned char c) {
           return absl::ascii_isdigit(c) || c == '.';
         });
}

}  // namespace

bool IsLoopback(absl::string_view listen) {
  if (absl::StartsWith(listen, "unix:")) return true;
  const size_t colon = listen.rfind(':');
  if (colon == absl::string_view::npos) return false;
  const absl::string_view host = listen.substr(0, colon);
  return host == "localhost" || host == "[::1]" || IsLoopbackAddress(host);
}

std::string DangerOf(const Exposure& exposure) {
  if (IsLoopback(exposure.listen) || (exposure.tls && exposure.accounts)) {
    return "";
  }
  return absl::StrCat(exposure.listen,
                      " is reached from beyond this machine, without ",
                      !exposure.tls && !exposure.accounts ? "TLS and accounts"
                      : exposure.tls                      ? "accounts"
                                                          : "TLS");
}

}  // namespace xom::edge
