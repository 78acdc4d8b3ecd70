#include "services/core/claim_batch.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "geo/cell_index.h"
#include "services/core/claim_steps.h"
#include "services/core/claimants.h"
#include "services/core/field_check.h"
#include "services/core/limits.h"
#include "services/core/region_check.h"
#include "services/core/time_proto.h"

namespace xom::core {
namespace {

bool CanBeClaimed(const NeedEntry& entry, const BatchQuery& query,
                  absl::Time now) {
  if (query.verification.has_value() &&
      !IsVerifiedFor(entry, *query.verification)) {
    return false;
  }
  // Without claims it is due when it expires.
  if (!entry.has_claims) return entry.due_micros > absl::ToUnixMicros(now);
  const internal::v1::StoredNeed stored = entry.stored();
  return FromProto(stored.need().expire_time()) > now &&
         std::count_if(stored.claims().begin(), stored.claims().end(),
                       IsUnfinished) < kMaxClaimsPerNeed;
}

using Items = std::vector<const geo::IndexedItem*>;

Items FindNearest(const geo::CellIndex& open, const BatchQuery& query,
                  geo::Accept accept) {
  const geo::NearestQuery nearest{
      .center = query.offer->point(),
      .limit = query.limit,
      .max_distance_meters = query.max_distance_meters,
      .any_category = query.offer->categories,
      .min_urgency = query.min_urgency,
      .accept = std::move(accept)};
  Items items;
  for (const geo::Neighbor& neighbor : open.Nearest(nearest)) {
    items.push_back(neighbor.item);
  }
  return items;
}

// A region may be far from the offer, so that it is searched and not the way
// there.
absl::StatusOr<Items> FindInRegion(const geo::CellIndex& open,
                                   const BatchQuery& query,
                                   geo::Accept accept) {
  geo::RegionResult found =
      open.InRegion({.region = &*query.region,
                     .any_category = query.offer->categories,
                     .min_urgency = query.min_urgency,
                     .limit = kMaxBatchScanned,
                     .max_scanned = kMaxBatchScanned,
                     .accept = std::move(accept)});
  if (found.next.has_value()) {
    return FieldError("region",
                      absl::StrCat("holds more than ", kMaxBatchScanned,
                                   " open needs: choose a smaller one"));
  }
  const geo::Point center = query.offer->point();
  const double max_chord2 =
      geo::ChordLength2FromMeters(query.max_distance_meters);
  std::vector<std::pair<geo::RankKey, const geo::IndexedItem*>> ranked;
  for (const geo::IndexedItem* item : found.items) {
    geo::RankKey key = geo::RankKeyOf(*item, center);
    if (key.chord_length2 <= max_chord2) ranked.emplace_back(key, item);
  }
  std::sort(ranked.begin(), ranked.end(),
            [](const auto& a, const auto& b) { return a.first < b.first; });
  if (ranked.size() > query.limit) ranked.resize(query.limit);
  Items items;
  for (const auto& [key, item] : ranked) items.push_back(item);
  return items;
}

}  // namespace

BatchQuery CheckBatch(const v1::BatchClaimRequest& request,
                      Violations* violations) {
  BatchQuery query;
  query.limit = kMaxBatchClaims;
  if (request.has_max_claims() && CheckInt("max_claims", request.max_claims(),
                                           {1, kMaxBatchClaims}, violations)) {
    query.limit = static_cast<size_t>(request.max_claims());
  }
  if (request.has_region()) {
    query.region = CheckRegion("region", request.region(), violations);
  }
  if (request.has_max_distance_meters()) {
    CheckDouble("max_distance_meters", request.max_distance_meters(),
                {0, geo::kMaxRadiusMeters}, violations);
    query.max_distance_meters = request.max_distance_meters();
  }
  CheckEnum("min_urgency", request.min_urgency(),
            {v1::Urgency_IsValid(request.min_urgency())}, violations);
  query.min_urgency = request.min_urgency();
  CheckLease(request.has_lease_duration(), request.lease_duration(),
             violations);
  return query;
}

absl::StatusOr<std::vector<NeedPtr>> FindBatch(const View& view,
                                               const BatchQuery& query,
                                               absl::Time now) {
  const geo::Accept accept = [&query, now](const geo::IndexedItem& item) {
    return CanBeClaimed(static_cast<const NeedEntry&>(item), query, now);
  };
  const View::Reader reader = view.Read();
  const geo::CellIndex& open = reader.needs().live();
  auto items = query.region.has_value()
                   ? FindInRegion(open, query, accept)
                   : absl::StatusOr<Items>(FindNearest(open, query, accept));
  if (!items.ok()) return items.status();
  std::vector<NeedPtr> needs;
  for (const geo::IndexedItem* item : *items) {
    needs.push_back(Share<NeedEntry>(*item));
  }
  return needs;
}

}  // namespace xom::core
