#ifndef XOM_SERVICES_EDGE_EXPOSURE_H_
#define XOM_SERVICES_EDGE_EXPOSURE_H_

#include <string>

#include "absl/strings/string_view.h"

namespace xom::edge {

// Whether only this machine reaches the address: `localhost`, 127.0.0.0/8,
// [::1], or a Unix socket. What is none of these for sure is not.
bool IsLoopback(absl::string_view listen);

// Who can reach the server, and how they are told apart.
struct Exposure {
  std::string listen;  // host:port
  bool tls = false;
  bool accounts = false;
};

// What is dangerous about it, for the log and for who starts the server; empty:
// nothing. Beyond loopback it takes both, TLS and accounts.
std::string DangerOf(const Exposure& exposure);

}  // namespace xom::edge

#endif  // XOM_SERVICES_EDGE_EXPOSURE_H_
