#ifndef XOM_SERVICES_CORE_CALL_LIMITS_H_
#define XOM_SERVICES_CORE_CALL_LIMITS_H_

#include <cstddef>
#include <memory>
#include <optional>
#include <string>

#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "google/protobuf/message.h"
#include "services/core/clock.h"
#include "services/core/policy.h"
#include "services/core/rate_limits.h"

namespace xom::core {

// Of each limit of a server; all of them together some 60 MB when full.
inline constexpr size_t kMaxCallLimitKeys = 20'000;

// How often one may call, by the names and defaults of rate_limits.h. Each kind
// of call has buckets of its own: of who calls, when that is known, and of the
// network that the call comes from. A call for help also counts in the place
// that it is about. Behind a proxy all calls come from its network: an operator
// turns the limits of networks off there, and has the proxy keep them.
// Thread-safe.
class CallLimits {
 public:
  // By name, what differs from the default; nullopt: no limit.
  using Settings = absl::flat_hash_map<std::string, std::optional<RateLimit>>;
  enum class Defaults { kOff, kOn };

  // The clock outlives it. REQUIRES: all names of `settings` are of
  // NamedLimits().
  CallLimits(Defaults defaults, const Settings& settings, const Clock* clock);

  struct Call {
    Cost cost;
    // As by Authorizer::PrincipalOf.
    absl::string_view principal;
    absl::string_view network;
    const google::protobuf::Message& request;
  };

  // OK, which counts the call; else RESOURCE_EXHAUSTED, RATE_LIMITED with the
  // time after which it would be taken. Nothing counts for the network or the
  // place when the caller was too fast.
  absl::Status Admit(const Call& call);

 private:
  std::unique_ptr<RateLimiter>& Of(LimitScope scope, Cost cost) {
    return limiters_[static_cast<size_t>(scope)][static_cast<size_t>(cost)];
  }

  const Clock& clock_;
  // nullptr: no limit.
  std::unique_ptr<RateLimiter> limiters_[3][kCosts];
};

}  // namespace xom::core

#endif  // XOM_SERVICES_CORE_CALL_LIMITS_H_
