#ifndef XOM_SERVICES_CORE_NETWORK_PREFIX_H_
#define XOM_SERVICES_CORE_NETWORK_PREFIX_H_

#include <string>

#include "absl/strings/string_view.h"

namespace xom::core {

// The network that a gRPC peer calls from, for limits: what one party is likely
// to have all addresses of.
//
//   ipv4:203.0.113.9:4711            203.0.113.0/24
//   ipv6:%5B2001:db8::1%5D:4711      2001:db8::/48   (also with plain brackets)
//   ipv6:[::ffff:203.0.113.9]:4711   203.0.113.0/24: IPv4 in IPv6's clothes
//   unix:..., unix-abstract:...      unix
//
// A zone (`fe80::1%eth0`) is left out. "unknown" for all else. Behind a proxy
// the peer is the proxy.
std::string NetworkPrefixOf(absl::string_view peer);

}  // namespace xom::core

#endif  // XOM_SERVICES_CORE_NETWORK_PREFIX_H_
