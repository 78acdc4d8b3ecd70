// How often one caller may do what: the limits of a server with accounts, each
// an operator's to set by the flag of its name.
#ifndef XOM_SERVICES_CORE_RATE_LIMITS_H_
#define XOM_SERVICES_CORE_RATE_LIMITS_H_

#include "absl/time/time.h"
#include "services/core/rate_limiter.h"

namespace xom::core {

// Wrong access codes for one need, from one network and from everywhere. Of
// 2^45 codes nobody finds one so. The second is far looser, because whoever
// exhausts it locks out who asked.
inline constexpr RateLimit kGuessLimit{10, absl::Minutes(6)};
inline constexpr RateLimit kGuessLimitOfNeed{300, absl::Seconds(30)};

}  // namespace xom::core

#endif  // XOM_SERVICES_CORE_RATE_LIMITS_H_
