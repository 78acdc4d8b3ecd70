#include "services/core/rate_limits.h"

#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"

namespace xom::core {
namespace {

constexpr double kMaxBurst = 1'000'000'000;

constexpr RateLimit kNetworkPosts{5'000, absl::Milliseconds(200)};
constexpr RateLimit kCellPosts{20'000, absl::Milliseconds(100)};
static_assert(kNetworkPosts.burst < kCellPosts.burst &&
              kNetworkPosts.refill > kCellPosts.refill);

constexpr NamedLimit kLimits[] = {
    {"network_limit_guess", Cost::kGuess, LimitScope::kNetwork, kGuessLimit,
     "Wrong access codes for one need from one network"},
    {"limit_post",
     Cost::kPost,
     LimitScope::kPrincipal,
     {1'000, absl::Seconds(1)},
     "Calls for help that one user posts"},
    {"network_limit_post", Cost::kPost, LimitScope::kNetwork, kNetworkPosts,
     "Calls for help from one network"},
    {"cell_limit_post", Cost::kPost, LimitScope::kCell, kCellPosts,
     "Calls for help in one place of some 2.4 km"},
    {"limit_search",
     Cost::kSearch,
     LimitScope::kPrincipal,
     {120, absl::Seconds(1)},
     "Searches, lists and new watches of one caller"},
    {"network_limit_search",
     Cost::kSearch,
     LimitScope::kNetwork,
     {1'200, absl::Milliseconds(100)},
     "Searches, lists and new watches from one network"},
    {"limit_change",
     Cost::kChange,
     LimitScope::kPrincipal,
     {120, absl::Seconds(1)},
     "Changes by one caller"},
    {"network_limit_change",
     Cost::kChange,
     LimitScope::kNetwork,
     {1'200, absl::Milliseconds(100)},
     "Changes from one network"},
    {"limit_claim",
     Cost::kClaim,
     LimitScope::kPrincipal,
     {30, absl::Seconds(10)},
     "Claims of one user"},
    {"network_limit_claim",
     Cost::kClaim,
     LimitScope::kNetwork,
     {300, absl::Seconds(1)},
     "Claims from one network"},
    {"limit_reveal",
     Cost::kReveal,
     LimitScope::kPrincipal,
     {30, absl::Minutes(1)},
     "Looks at what is private by one caller"},
    {"network_limit_reveal",
     Cost::kReveal,
     LimitScope::kNetwork,
     {300, absl::Seconds(6)},
     "Looks at what is private from one network"},
    {"limit_report",
     Cost::kReport,
     LimitScope::kPrincipal,
     {20, absl::Minutes(3)},
     "Reports by one caller"},
    {"network_limit_report",
     Cost::kReport,
     LimitScope::kNetwork,
     {60, absl::Minutes(1)},
     "Reports from one network"},
    {"limit_verify",
     Cost::kVerify,
     LimitScope::kPrincipal,
     {10, absl::Minutes(1)},
     "Codes sent to phones and tried, by one caller"},
    {"network_limit_verify",
     Cost::kVerify,
     LimitScope::kNetwork,
     {100, absl::Seconds(6)},
     "Codes sent to phones and tried, from one network"},
};

}  // namespace

absl::Span<const NamedLimit> NamedLimits() { return kLimits; }

absl::StatusOr<std::optional<RateLimit>> ParseRateLimit(
    absl::string_view text) {
  if (text == "off") return std::optional<RateLimit>();
  const std::vector<std::string> parts = absl::StrSplit(text, '/');
  double burst = 0;
  absl::Duration period;
  if (parts.size() != 2 || !absl::SimpleAtod(parts[0], &burst) ||
      !(burst >= 1 && burst <= kMaxBurst) ||
      !absl::ParseDuration(parts[1], &period) ||
      period / burst <= absl::ZeroDuration() ||
      period == absl::InfiniteDuration()) {
    return absl::InvalidArgumentError(
        absl::StrCat("`", text,
                     "` is no limit: say off, or how many in how long, such "
                     "as 30/1m"));
  }
  return RateLimit{burst, period / burst};
}

std::string RateLimitText(const std::optional<RateLimit>& limit) {
  if (!limit.has_value()) return "off";
  return absl::StrCat(limit->burst, "/",
                      absl::FormatDuration(limit->refill * limit->burst));
}

}  // namespace xom::core
