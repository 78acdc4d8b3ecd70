#include "services/core/duplicate_score.h"

#include <algorithm>
#include <cmath>

namespace xom::core {
namespace {

constexpr double kPhoneWeight = 0.30;
constexpr double kPlaceWeight = 0.15;
constexpr double kCategoriesWeight = 0.10;
constexpr double kTextWeight = 0.35;
constexpr double kTimeWeight = 0.10;

constexpr double kHalfPlaceMeters = 200;
constexpr absl::Duration kHalfTime = absl::Hours(48);
constexpr double kChanceLikeness = 0.4;
constexpr double kSureLikeness = 0.8;

// NaN gives 0.
double Share(double value) { return value > 0 ? std::min(value, 1.0) : 0; }

}  // namespace

double DuplicateScore(const DuplicateEvidence& evidence) {
  const double halves =
      absl::FDivDuration(absl::AbsDuration(evidence.age_difference), kHalfTime);
  return (evidence.same_phone ? kPhoneWeight : 0) +
         kPlaceWeight *
             Share(std::exp2(-evidence.distance_meters / kHalfPlaceMeters)) +
         kCategoriesWeight * Share(evidence.category_overlap) +
         kTextWeight * Share((evidence.text_likeness - kChanceLikeness) /
                             (kSureLikeness - kChanceLikeness)) +
         kTimeWeight * Share(std::exp2(-halves));
}

}  // namespace xom::core
