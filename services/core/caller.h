// Who calls: what the credentials of a call prove.
#ifndef XOM_SERVICES_CORE_CALLER_H_
#define XOM_SERVICES_CORE_CALLER_H_

#include <memory>
#include <string>

#include "absl/strings/string_view.h"
#include "xom/v1/user.pb.h"

namespace xom::core {

// What came with a call, as it came; nothing of it is proven.
struct Credentials {
  // The metadata `authorization` and `xom-access-code`; empty: absent.
  std::string authorization = {};
  std::string access_code = {};
  // The name in the client's certificate, which the transport has checked;
  // empty: none.
  std::string certificate_name = {};
  // Where the call comes from, as gRPC says it.
  std::string peer = {};
};

// A value, cheap to copy.
struct Caller {
  // Who signed in, as the view had it then; nullptr: nobody. Never REVOKED.
  std::shared_ptr<const v1::User> user;
  // In canonical form, yet to be compared with a need's; empty: none came.
  std::string access_code;
  // For limits; see network_prefix.h.
  std::string network;

  // `users/{user}`; empty: not signed in.
  std::string name() const { return user == nullptr ? "" : user->name(); }

  bool Has(v1::Role role) const;

  // UNSPECIFIED: no member.
  v1::Membership::Rank RankIn(absl::string_view organization) const;
};

}  // namespace xom::core

#endif  // XOM_SERVICES_CORE_CALLER_H_
