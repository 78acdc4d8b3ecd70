#include "services/core/match_score.h"

#include <algorithm>
#include <bitset>
#include <string>

#include "absl/container/flat_hash_set.h"
#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/strip.h"
#include "services/core/resource_name.h"

namespace xom::core {
namespace {

// The distance at which nearness is a half.
constexpr double kHalfNearnessMeters = 2'000;

constexpr double kNearnessWeight = 0.40;
constexpr double kUrgencyWeight = 0.25;
constexpr double kCategoriesWeight = 0.15;
constexpr double kLinesWeight = 0.15;
constexpr double kLanguageWeight = 0.05;

double CategoryShare(const OfferEntry& offer, const NeedEntry& need) {
  const auto count = [](uint64_t bits) {
    return static_cast<double>(std::bitset<64>(bits).count());
  };
  return count(offer.categories & need.categories) / count(need.categories);
}

struct LineShare {
  int named = 0;
  int total = 0;  // 0: one of them names none
};

LineShare ShareOfLines(const OfferEntry& offer, const NeedEntry& need) {
  LineShare share;
  if (offer.stored.offer().lines().empty()) return share;
  absl::flat_hash_set<std::string> offered;
  for (const v1::Line& line : offer.stored.offer().lines()) {
    offered.insert(absl::AsciiStrToLower(line.item()));
  }
  const v1::Need message = need.need();
  for (const v1::Line& line : message.lines()) {
    ++share.total;
    share.named += offered.contains(absl::AsciiStrToLower(line.item()));
  }
  return share;
}

bool ShareLanguage(const OfferEntry& offer, const NeedEntry& need) {
  const uint64_t language = need.language();
  return language == 0 || offer.languages.empty() ||
         std::count(offer.languages.begin(), offer.languages.end(), language) >
             0;
}

std::string SharedCategories(const OfferEntry& offer, const NeedEntry& need) {
  std::string shared;
  const v1::Need message = need.need();
  for (const std::string& name : message.categories()) {
    const auto& offered = offer.stored.offer().categories();
    if (std::count(offered.begin(), offered.end(), name) == 0) continue;
    absl::StrAppend(&shared, shared.empty() ? "" : " and ",
                    absl::StripPrefix(name, kCategories));
  }
  return shared;
}

std::string DistanceText(double meters) {
  if (meters < 1'000) return absl::StrFormat("%.0f m", meters);
  return absl::StrFormat("%.1f km", meters / 1'000);
}

}  // namespace

v1::Match ScoreMatch(const OfferEntry& offer, const NeedEntry& need) {
  const double meters = geo::DistanceMeters(offer.point(), need.point());
  const LineShare lines = ShareOfLines(offer, need);
  v1::Match match;
  v1::Match::ScoreParts& parts = *match.mutable_score_parts();
  parts.set_nearness(1 / (1 + meters / kHalfNearnessMeters));
  parts.set_urgency(static_cast<double>(need.urgency) /
                    static_cast<double>(v1::URGENCY_CRITICAL));
  parts.set_categories(CategoryShare(offer, need));
  parts.set_lines(
      lines.total == 0 ? 1.0 : static_cast<double>(lines.named) / lines.total);
  parts.set_language(ShareLanguage(offer, need) ? 1 : 0);
  match.set_distance_meters(meters);
  match.set_score(
      kNearnessWeight * parts.nearness() + kUrgencyWeight * parts.urgency() +
      kCategoriesWeight * parts.categories() + kLinesWeight * parts.lines() +
      kLanguageWeight * parts.language());
  return match;
}

std::string ReasonText(const OfferEntry& offer, const NeedEntry& need) {
  const LineShare lines = ShareOfLines(offer, need);
  std::string reason = absl::StrCat(
      SharedCategories(offer, need), ", ",
      DistanceText(geo::DistanceMeters(offer.point(), need.point())));
  if (need.urgency >= v1::URGENCY_CRITICAL) {
    absl::StrAppend(&reason, ", critical");
  } else if (need.urgency >= v1::URGENCY_HIGH) {
    absl::StrAppend(&reason, ", urgent");
  }
  if (lines.total > 0) {
    absl::StrAppend(&reason, ", ", lines.named, " of ", lines.total,
                    " things asked for");
  }
  if (!ShareLanguage(offer, need)) {
    absl::StrAppend(&reason, ", no shared language");
  }
  return reason;
}

}  // namespace xom::core
