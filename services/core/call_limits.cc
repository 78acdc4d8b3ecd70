#include "services/core/call_limits.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "geo/public_point.h"
#include "services/core/error.h"
#include "xom/v1/need_service.pb.h"

namespace xom::core {
namespace {

// Where help is called for, as a key; empty for all other calls, and for a
// place that is none, which is refused later.
std::string CellOf(const google::protobuf::Message& request) {
  if (request.GetDescriptor() != v1::CreateNeedRequest::descriptor()) return "";
  const auto& create = static_cast<const v1::CreateNeedRequest&>(request);
  // What stores nothing must not take the place's room from those who ask.
  if (create.validate_only()) return "";
  const v1::Place& place = create.need().place();
  const auto point = geo::Point::FromDegrees(
      {place.location().latitude(), place.location().longitude()});
  if (!place.has_location() || !point.ok()) return "";
  return absl::StrCat(
      geo::PublicPoint(*point, geo::Precision::k2400Meters).leaf_cell());
}

absl::Status TooOften(absl::Duration wait) {
  return MakeRetryableError(Reason::kRateLimited, "too many calls of this kind",
                            absl::Ceil(wait, absl::Seconds(1)));
}

}  // namespace

CallLimits::CallLimits(Defaults defaults, const Settings& settings,
                       const Clock* clock)
    : clock_(*clock) {
  for (const NamedLimit& named : NamedLimits()) {
    std::optional<RateLimit> limit;
    if (defaults == Defaults::kOn) limit = named.limit;
    const auto set = settings.find(std::string(named.name));
    if (set != settings.end()) limit = set->second;
    if (!limit.has_value()) continue;
    Of(named.scope, named.cost) =
        std::make_unique<RateLimiter>(*limit, kMaxCallLimitKeys);
  }
}

absl::Status CallLimits::Admit(const Call& call) {
  const absl::Time now = clock_.Now();
  const std::string cell =
      Of(LimitScope::kCell, call.cost) == nullptr ? "" : CellOf(call.request);
  const std::pair<LimitScope, absl::string_view> keys[] = {
      {LimitScope::kPrincipal, call.principal},
      {LimitScope::kNetwork, call.network},
      {LimitScope::kCell, cell}};
  for (const auto& [scope, key] : keys) {
    RateLimiter* limiter = Of(scope, call.cost).get();
    if (limiter == nullptr || key.empty()) continue;
    if (const auto wait = limiter->Take(key, now)) return TooOften(*wait);
  }
  return absl::OkStatus();
}

}  // namespace xom::core
