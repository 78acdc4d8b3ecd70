#include "services/core/entry.h"

#include <algorithm>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "services/core/claim_decisions.h"
#include "services/core/field_check.h"
#include "services/core/limits.h"
#include "services/core/resource_name.h"
#include "services/core/time_proto.h"

namespace xom::core {
namespace {

// Fills what all kinds have. False when the resource is not one that could have
// been stored.
template <typename Resource>
bool FillCommon(const Resource& resource, const google::type::LatLng& location,
                const CategoryTable& categories, Entry* entry) {
  const auto point =
      geo::Point::FromDegrees({location.latitude(), location.longitude()});
  const auto bits = categories.BitsOf(resource.categories());
  if (!point.ok() || !bits.has_value()) return false;
  entry->point = *point;
  entry->categories = *bits;
  entry->name = resource.name();
  entry->reply_bytes = resource.ByteSizeLong();
  entry->create_time_micros =
      absl::ToUnixMicros(FromProto(resource.create_time()));
  return true;
}

template <typename Resource>
absl::Time DeleteTime(const Resource& resource) {
  return FromProto(resource.end_time()) + kEndedRetention;
}

// What time brings to a need that has ended: first what is personal of it is
// erased, then it is deleted.
absl::Time DueAfterEnd(const v1::Need& need) {
  return need.has_erase_time() ? DeleteTime(need)
                               : FromProto(need.end_time()) + kDetailsRetention;
}

bool Fill(const CategoryTable& categories, NeedEntry* entry) {
  const v1::Need& need = entry->stored.need();
  entry->hidden = need.quarantined();
  entry->live = need.state() == v1::Need::STATE_OPEN && !entry->hidden;
  entry->urgency = need.urgency();
  entry->due = NextDue(entry->stored);
  if (entry->due == absl::InfiniteFuture()) entry->due = DueAfterEnd(need);
  entry->verification = std::max(entry->verification, +need.verification());
  entry->verify_time = FromProto(need.verify_time());
  entry->language = PrimaryLanguage(need.language_code());
  return FillCommon(need, need.public_location(), categories, entry);
}

bool Fill(const CategoryTable& categories, OfferEntry* entry) {
  const v1::Offer& offer = entry->stored.offer();
  const bool closed = offer.state() == v1::Offer::STATE_CLOSED;
  entry->hidden = offer.quarantined();
  entry->live = !closed && !entry->hidden;
  entry->due = closed ? DeleteTime(offer) : absl::InfiniteFuture();
  entry->update_time = FromProto(offer.update_time());
  for (const std::string& code : offer.language_codes()) {
    entry->languages.push_back(PrimaryLanguage(code));
  }
  if (offer.has_hours()) entry->hours.emplace(offer.hours());
  return FillCommon(offer, offer.place().location(), categories, entry);
}

bool Fill(const CategoryTable& categories, SupplyPointEntry* entry) {
  const v1::SupplyPoint& point = entry->stored.supply_point();
  entry->hidden = point.quarantined();
  entry->live = !entry->hidden;
  entry->availability_time = FromProto(point.availability_time());
  if (point.has_hours()) entry->hours.emplace(point.hours());
  return FillCommon(point, point.place().location(), categories, entry);
}

template <typename EntryType>
absl::StatusOr<EntryPtr> Make(absl::string_view key, absl::string_view value,
                              storage::Revision mod_revision,
                              const CategoryTable& categories) {
  auto entry = std::make_shared<EntryType>();
  entry->kind = EntryType::kKind;
  entry->mod_revision = mod_revision;
  if (!entry->stored.ParseFromArray(value.data(),
                                    static_cast<int>(value.size())) ||
      !Fill(categories, entry.get()) || entry->name != key) {
    return absl::DataLossError(
        absl::StrCat("the record of ", key, " is not what was written"));
  }
  return entry;
}

}  // namespace

bool OfferEntry::Reaches(double chord_length2) const {
  const v1::Offer& offer = stored.offer();
  return !offer.has_service_radius_meters() ||
         chord_length2 <=
             geo::ChordLength2FromMeters(offer.service_radius_meters());
}

bool SupplyPointEntry::IsOpen(absl::Time now) const {
  const auto availability = stored.supply_point().availability();
  return availability != v1::SupplyPoint::AVAILABILITY_PAUSED &&
         availability != v1::SupplyPoint::AVAILABILITY_CLOSED &&
         (!hours.has_value() || hours->IsOpen(now));
}

absl::StatusOr<EntryPtr> MakeEntry(absl::string_view key,
                                   absl::string_view value,
                                   storage::Revision mod_revision,
                                   const CategoryTable& categories) {
  const std::optional<Kind> kind = KindOf(key);
  if (!kind.has_value()) {
    return absl::DataLossError(absl::StrCat("unknown kind of record: ", key));
  }
  switch (*kind) {
    case Kind::kNeed:
      return Make<NeedEntry>(key, value, mod_revision, categories);
    case Kind::kOffer:
      return Make<OfferEntry>(key, value, mod_revision, categories);
    case Kind::kSupplyPoint:
      return Make<SupplyPointEntry>(key, value, mod_revision, categories);
  }
  return absl::InternalError("not a kind");
}

std::optional<Kind> KindOf(absl::string_view name) {
  if (absl::StartsWith(name, kNeeds)) return Kind::kNeed;
  if (absl::StartsWith(name, kOffers)) return Kind::kOffer;
  if (absl::StartsWith(name, kSupplyPoints)) return Kind::kSupplyPoint;
  return std::nullopt;
}

}  // namespace xom::core
