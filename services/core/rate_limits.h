// How often one caller may do what: the limits of a server with accounts, each
// an operator's to set by the flag of its name.
#ifndef XOM_SERVICES_CORE_RATE_LIMITS_H_
#define XOM_SERVICES_CORE_RATE_LIMITS_H_

#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "absl/types/span.h"
#include "services/core/policy.h"
#include "services/core/rate_limiter.h"

namespace xom::core {

// Wrong access codes for one need, from one network and from everywhere:
// whoever exhausts them locks out who sends the right one. The second is so
// loose that this takes work; of 2^45 codes nobody finds one at that pace
// either. The first is an operator's to set.
inline constexpr RateLimit kGuessLimit{20, absl::Minutes(1)};
inline constexpr RateLimit kGuessLimitOfNeed{1'000, absl::Seconds(1)};

// Codes sent to one phone, whoever asks: it is somebody's, and each may cost.
inline constexpr RateLimit kPhoneCodeLimit{3, absl::Minutes(10)};

// Whose calls a limit counts together.
enum class LimitScope {
  // Of one user, or with the access code of one need.
  kPrincipal,
  // From one network (network_prefix.h), whoever calls.
  kNetwork,
  // About one place: a cell of about 2.4 km.
  kCell
};

struct NamedLimit {
  absl::string_view name;  // also of xomd's flag
  Cost cost;
  LimitScope scope;
  RateLimit limit;
  absl::string_view meaning;
};

// All of them. Calls for help have by far the loosest: a hotline posts for
// hundreds, and a whole town may come from one network. One network stays below
// what a place takes, so that none shuts a place out.
absl::Span<const NamedLimit> NamedLimits();

// What an operator says of a limit: `30/1m`, thirty at once and as many in each
// minute, or `off`, which gives nullopt. INVALID_ARGUMENT otherwise.
absl::StatusOr<std::optional<RateLimit>> ParseRateLimit(absl::string_view text);

// The text that gives this limit.
std::string RateLimitText(const std::optional<RateLimit>& limit);

}  // namespace xom::core

#endif  // XOM_SERVICES_CORE_RATE_LIMITS_H_
