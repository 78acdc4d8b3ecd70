#include "services/core/need_erasure.h"

#include "geo/public_point.h"
#include "services/core/claim_decisions.h"
#include "services/core/need_decisions.h"
#include "services/core/resource_check.h"
#include "services/core/time_proto.h"

namespace xom::core {
namespace {

using internal::v1::StoredNeed;

// What no search and no watch goes by.
void ClearTexts(v1::Need* need) {
  for (v1::Line& line : *need->mutable_lines()) {
    line.clear_item();
    line.clear_unit();
  }
  need->clear_people();
  need->clear_situation();
  need->clear_on_behalf_of_other();
  need->clear_place();
  need->clear_contact();
  need->clear_access_code();
  need->clear_min_helper_verification();
}

void CoarsenPoint(v1::Need* need) {
  google::type::LatLng& shown = *need->mutable_public_location();
  const auto point =
      geo::Point::FromDegrees({shown.latitude(), shown.longitude()});
  if (!point.ok()) return need->clear_public_location();
  const geo::LatLng coarse =
      geo::PublicPoint(*point, geo::Precision::k2400Meters).degrees();
  shown.set_latitude(coarse.latitude_degrees);
  shown.set_longitude(coarse.longitude_degrees);
}

void ClearAll(v1::Need* need) {
  ClearTexts(need);
  need->clear_language_code();
  CoarsenPoint(need);
  need->set_location_precision(v1::LOCATION_PRECISION_METERS_2400);
}

void MarkErased(absl::Time now, v1::Need* need) {
  if (!need->has_erase_time()) *need->mutable_erase_time() = ToProto(now);
}

std::string RedactRecord(absl::string_view value, absl::Time now) {
  StoredNeed stored;
  if (!stored.ParseFromArray(value.data(), static_cast<int>(value.size()))) {
    return "";
  }
  v1::Need& need = *stored.mutable_need();
  ClearTexts(&need);
  if (need.location_precision() == v1::LOCATION_PRECISION_EXACT) {
    CoarsenPoint(&need);
  }
  MarkErased(now, &need);
  return stored.SerializeAsString();
}

// Answers of other kinds may be kept under a need too; none of them holds what
// is personal of it.
std::string RedactReply(absl::string_view reply, const std::string& name,
                        absl::Time now) {
  v1::Need need;
  if (!need.ParseFromArray(reply.data(), static_cast<int>(reply.size())) ||
      need.name() != name) {
    return std::string(reply);
  }
  ClearAll(&need);
  MarkErased(now, &need);
  return need.SerializeAsString();
}

}  // namespace

StoredNeed WipeNeed(const StoredNeed& ended, absl::Time now) {
  StoredNeed stored = ended;
  v1::Need& need = *stored.mutable_need();
  if (need.has_erase_time()) return stored;
  ClearAll(&need);
  MarkErased(now, &need);
  Stamp(now, &need);
  return stored;
}

absl::StatusOr<StoredNeed> EraseNeed(const StoredNeed& before,
                                     const std::string& etag, absl::Time now) {
  StoredNeed current = Advance(before, now);
  if (HasEnded(current.need())) {
    if (absl::Status status =
            CheckEtagMatches(current.need().name(), etag, before.need().etag());
        !status.ok()) {
      return status;
    }
    // Helpers may be on their way to one that was merged.
    if (current.need().state() == v1::Need::STATE_MERGED) {
      EndClaims(v1::Claim::OUTCOME_ASSUMED_RECEIVED, now, &current);
    }
    return WipeNeed(current, now);
  }
  const auto cancelled = EndNeed(before, v1::Need::STATE_CANCELLED, etag, now);
  if (!cancelled.ok()) return cancelled.status();
  return WipeNeed(*cancelled, now);
}

storage::Erasure ErasureOf(const std::string& need, absl::Time now) {
  return {need,
          [now](absl::string_view value) { return RedactRecord(value, now); },
          [need, now](absl::string_view reply) {
            return RedactReply(reply, need, now);
          }};
}

bool MovedByErasure(const v1::Need& need) {
  return need.has_erase_time() && need.state() == v1::Need::STATE_OPEN &&
         need.location_precision() == v1::LOCATION_PRECISION_EXACT;
}

}  // namespace xom::core
