#include "services/core/network_prefix.h"

#include <arpa/inet.h>

#include <algorithm>
#include <cstdint>
#include <optional>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/strip.h"

namespace xom::core {
namespace {

constexpr char kUnknown[] = "unknown";
// No written address is longer, with its zone, port and escapes.
constexpr size_t kMaxPeerBytes = 256;
constexpr size_t kKeptIpv6Bytes = 6;  // of 16: /48

constexpr uint8_t kMappedIpv4[] = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};

bool IsPort(absl::string_view text) {
  return !text.empty() && text.size() <= 5 &&
         std::all_of(text.begin(), text.end(),
                     [](char c) { return c >= '0' && c <= '9'; });
}

std::string Ipv4Prefix(const uint8_t* address) {
  return absl::StrCat(address[0], ".", address[1], ".", address[2], ".0/24");
}

std::string Ipv6Prefix(in6_addr address) {
  uint8_t* bytes = address.s6_addr;
  if (std::equal(std::begin(kMappedIpv4), std::end(kMappedIpv4), bytes)) {
    return Ipv4Prefix(bytes + sizeof kMappedIpv4);
  }
  std::fill(bytes + kKeptIpv6Bytes, bytes + sizeof address.s6_addr, 0);
  char text[INET6_ADDRSTRLEN];
  if (inet_ntop(AF_INET6, &address, text, sizeof text) == nullptr) {
    return kUnknown;
  }
  return absl::StrCat(text, "/48");
}

// Of "203.0.113.9:4711".
std::string PrefixOfIpv4(absl::string_view rest) {
  const size_t colon = rest.find(':');
  if (colon == rest.npos || !IsPort(rest.substr(colon + 1))) return kUnknown;
  uint8_t address[4];
  const std::string host(rest.substr(0, colon));
  if (inet_pton(AF_INET, host.c_str(), address) != 1) return kUnknown;
  return Ipv4Prefix(address);
}

// Of "[2001:db8::1%eth0]:4711".
std::string PrefixOfIpv6(absl::string_view rest) {
  const size_t close = rest.find("]:");
  if (!absl::ConsumePrefix(&rest, "[") || close == rest.npos) return kUnknown;
  absl::string_view host = rest.substr(0, close - 1);
  if (!IsPort(rest.substr(close + 1))) return kUnknown;
  host = host.substr(0, host.find('%'));
  in6_addr address;
  if (inet_pton(AF_INET6, std::string(host).c_str(), &address) != 1) {
    return kUnknown;
  }
  return Ipv6Prefix(address);
}

}  // namespace

std::string NetworkPrefixOf(absl::string_view peer) {
  if (absl::StartsWith(peer, "unix:") ||
      absl::StartsWith(peer, "unix-abstract:")) {
    return "unix";
  }
  // A NUL would end the text for inet_pton, and not for us.
  if (peer.size() > kMaxPeerBytes || absl::StrContains(peer, '\0')) {
    return kUnknown;
  }
  // What gRPC escapes of an address, and no more.
  const std::string plain = absl::StrReplaceAll(
      peer, {{"%5B", "["}, {"%5b", "["}, {"%5D", "]"}, {"%5d", "]"}});
  absl::string_view rest = plain;
  if (absl::ConsumePrefix(&rest, "ipv4:")) return PrefixOfIpv4(rest);
  if (absl::ConsumePrefix(&rest, "ipv6:")) return PrefixOfIpv6(rest);
  return kUnknown;
}

}  // namespace xom::core
