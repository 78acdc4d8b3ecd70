#include "services/core/watch_service.h"

#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "services/core/fingerprint.h"
#include "services/core/limits.h"
#include "services/core/nearest_watch.h"
#include "services/core/region_check.h"
#include "services/core/region_watch.h"
#include "services/core/token.h"

namespace xom::core {
namespace {

template <typename Request>
uint64_t FingerprintFilter(Request request) {
  request.clear_resume_token();
  return Fingerprint64(Request::descriptor()->full_name(), request);
}

// The revision to go on from; nullopt: from a snapshot.
absl::StatusOr<std::optional<storage::Revision>> ResumeAfter(
    absl::string_view resume_token, uint64_t fingerprint) {
  if (resume_token.empty()) return std::nullopt;
  const auto token = DecodeResumeToken(resume_token, fingerprint);
  if (!token.ok()) return token.status();
  if (token->revision() == 0) return std::nullopt;
  return token->revision();
}

// REQUIRES: the region was checked.
std::optional<RegionWatch::Circle> CircleOf(const v1::Region& region) {
  if (!region.has_circle()) return std::nullopt;
  const auto& center = region.circle().center();
  return RegionWatch::Circle{
      *geo::Point::FromDegrees({center.latitude(), center.longitude()}),
      region.circle().radius_meters()};
}

Kind ToKind(int watched_kind) {
  switch (watched_kind) {
    case v1::WATCHED_KIND_OFFERS:
      return Kind::kOffer;
    case v1::WATCHED_KIND_SUPPLY_POINTS:
      return Kind::kSupplyPoint;
    default:
      return Kind::kNeed;
  }
}

void CheckKinds(const v1::WatchRegionRequest& request, bool kinds[3],
                Violations* violations) {
  if (!CheckInt("kinds", request.kinds_size(), {0, kMaxWatchedKinds},
                violations)) {
    return;
  }
  int i = 0;
  for (const int kind : request.kinds()) {
    const std::string path = absl::StrCat("kinds[", i++, "]");
    CheckEnum(path, kind, {v1::WatchedKind_IsValid(kind), Presence::kRequired},
              violations);
    bool& wanted = kinds[static_cast<size_t>(ToKind(kind))];
    if (wanted) violations->Add(path, "stands there twice");
    wanted = true;
  }
  if (request.kinds().empty()) kinds[static_cast<size_t>(Kind::kNeed)] = true;
}

}  // namespace

absl::StatusOr<std::unique_ptr<Watch>> WatchService::WatchNearestNeeds(
    const v1::WatchNearestNeedsRequest& request) const {
  Violations violations;
  NearestWatch::Options options;
  options.nearness = CheckNearness(request, &violations);
  options.filter = CheckNeedFilter(request, *view_.categories(), &violations);
  if (!violations.empty()) return violations.ToStatus();
  options.fingerprint = FingerprintFilter(request);
  auto after = ResumeAfter(request.resume_token(), options.fingerprint);
  if (!after.ok()) return after.status();
  options.resume_after = *after;
  return std::make_unique<NearestWatch>(std::move(options));
}

absl::StatusOr<std::unique_ptr<Watch>> WatchService::WatchRegion(
    const v1::WatchRegionRequest& request) const {
  Violations violations;
  auto region = CheckRegion("region", request.region(), &violations);
  const uint64_t any_category = CheckCategoryFilter(
      request.categories(), *view_.categories(), &violations);
  CheckEnum("min_urgency", request.min_urgency(),
            {v1::Urgency_IsValid(request.min_urgency())}, &violations);
  CheckEnum("min_verification", request.min_verification(),
            {v1::Verification_IsValid(request.min_verification())},
            &violations);
  bool kinds[3] = {};
  CheckKinds(request, kinds, &violations);
  if (!violations.empty()) return violations.ToStatus();
  RegionWatch::Options options(*std::move(region));
  options.circle = CircleOf(request.region());
  options.any_category = any_category;
  options.min_urgency = request.min_urgency();
  options.min_verification = request.min_verification();
  std::copy(std::begin(kinds), std::end(kinds), std::begin(options.kinds));
  options.fingerprint = FingerprintFilter(request);
  auto after = ResumeAfter(request.resume_token(), options.fingerprint);
  if (!after.ok()) return after.status();
  options.resume_after = *after;
  return std::make_unique<RegionWatch>(std::move(options));
}

}  // namespace xom::core
