#include "services/core/entry.h"

#include <algorithm>
#include <cstring>
#include <new>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "services/core/claim_decisions.h"
#include "services/core/field_check.h"
#include "services/core/limits.h"
#include "services/core/need_outline.h"
#include "services/core/resource_name.h"
#include "services/core/time_proto.h"

namespace xom::core {
namespace {

// A tag and a size before it.
constexpr size_t kMaxNeedOffset = 6;
// Of a verification in an entry: there are five.
constexpr int kVerificationBits = 15;

absl::Status NotAsWritten(absl::string_view key) {
  return absl::DataLossError(
      absl::StrCat("the record of ", key, " is not what was written"));
}

// Fills what offers and supply points have. False when the resource is not one
// that could have been stored. The name is a view of the resource's.
template <typename Resource>
bool FillCommon(const Resource& resource, const CategoryTable& categories,
                Entry* entry) {
  const auto& location = resource.place().location();
  const auto point =
      geo::Point::FromDegrees({location.latitude(), location.longitude()});
  const auto bits = categories.BitsOf(resource.categories());
  if (!point.ok() || !bits.has_value()) return false;
  entry->point = *point;
  entry->categories = *bits;
  entry->name = resource.name();
  entry->reply_bytes = static_cast<uint32_t>(resource.ByteSizeLong());
  entry->create_time_micros =
      absl::ToUnixMicros(FromProto(resource.create_time()));
  return true;
}

absl::Time DeleteTime(absl::Time end_time) {
  return end_time + kEndedRetention;
}

bool Fill(const CategoryTable& categories, OfferEntry* entry) {
  const v1::Offer& offer = entry->stored.offer();
  const bool closed = offer.state() == v1::Offer::STATE_CLOSED;
  entry->hidden = offer.quarantined();
  entry->live = !closed && !entry->hidden;
  if (closed) {
    entry->due_micros =
        absl::ToUnixMicros(DeleteTime(FromProto(offer.end_time())));
  }
  entry->update_time = FromProto(offer.update_time());
  for (const std::string& code : offer.language_codes()) {
    entry->languages.push_back(LanguageKey(code));
  }
  if (offer.has_hours()) entry->hours.emplace(offer.hours());
  return FillCommon(offer, categories, entry);
}

bool Fill(const CategoryTable& categories, SupplyPointEntry* entry) {
  const v1::SupplyPoint& point = entry->stored.supply_point();
  entry->hidden = point.quarantined();
  entry->live = !entry->hidden;
  entry->availability_time = FromProto(point.availability_time());
  if (point.has_hours()) entry->hours.emplace(point.hours());
  return FillCommon(point, categories, entry);
}

template <typename EntryType>
absl::StatusOr<EntryPtr> Make(absl::string_view key, absl::string_view value,
                              storage::Revision mod_revision,
                              const CategoryTable& categories) {
  boost::intrusive_ptr<EntryType> entry(new EntryType());
  entry->mod_revision = mod_revision;
  if (!entry->stored.ParseFromArray(value.data(),
                                    static_cast<int>(value.size())) ||
      !Fill(categories, entry.get()) || entry->name != key) {
    return NotAsWritten(key);
  }
  return EntryPtr(std::move(entry));
}

// When time changes a need that has no claims: it expires; when it has ended,
// first what is personal of it is erased, then it is deleted.
absl::Time DueWithoutClaims(const NeedOutline& outline,
                            const NeedEntry& entry) {
  if (!entry.has_ended()) return outline.expire_time;
  return outline.has_erase_time ? DeleteTime(outline.end_time)
                                : outline.end_time + kDetailsRetention;
}

absl::Time DueOf(const NeedOutline& outline, const NeedEntry& entry) {
  const absl::Time due =
      outline.has_claims ? NextDue(entry.stored()) : absl::InfiniteFuture();
  return due == absl::InfiniteFuture() ? DueWithoutClaims(outline, entry) : due;
}

}  // namespace

absl::StatusOr<EntryPtr> MakeNeedEntry(absl::string_view key,
                                       absl::string_view value,
                                       storage::Revision mod_revision,
                                       const CategoryTable& categories) {
  const auto outline = OutlineOf(value, categories);
  if (!outline.has_value() || outline->name != key) return NotAsWritten(key);
  const auto point = geo::Point::FromDegrees(outline->public_location);
  const auto offset_of = [value](absl::string_view part) {
    return static_cast<size_t>(part.data() - value.data());
  };
  if (!point.ok() || offset_of(outline->need) > kMaxNeedOffset) {
    return NotAsWritten(key);
  }

  void* block = ::operator new(sizeof(NeedEntry) + value.size());
  const boost::intrusive_ptr<NeedEntry> entry(new (block) NeedEntry());
  char* record = static_cast<char*>(block) + sizeof(NeedEntry);
  std::memcpy(record, value.data(), value.size());
  entry->record_bytes_ = static_cast<uint32_t>(value.size());
  entry->need_offset_ = static_cast<uint8_t>(offset_of(outline->need));
  entry->reply_bytes = static_cast<uint32_t>(outline->need.size());
  entry->name = {record + offset_of(outline->name), outline->name.size()};

  entry->mod_revision = mod_revision;
  entry->point = *point;
  entry->categories = outline->categories;
  entry->urgency = outline->urgency;
  entry->create_time_micros = absl::ToUnixMicros(outline->create_time);
  entry->hidden = outline->quarantined;
  entry->live = outline->state == v1::Need::STATE_OPEN && !entry->hidden;
  entry->state = static_cast<uint8_t>(outline->state);
  entry->verification =
      std::max(outline->verification, +v1::VERIFICATION_UNVERIFIED) &
      kVerificationBits;
  entry->min_helper_verification =
      outline->min_helper_verification & kVerificationBits;
  entry->verify_time_micros = absl::ToUnixMicros(outline->verify_time);
  entry->language = LanguageKey(outline->language_code);
  entry->has_claims = outline->has_claims;
  entry->due_micros = absl::ToUnixMicros(DueOf(*outline, *entry));
  return EntryPtr(entry);
}

void intrusive_ptr_add_ref(const Entry* entry) {
  entry->references_.fetch_add(1, std::memory_order_relaxed);
}

void intrusive_ptr_release(const Entry* entry) {
  if (entry->references_.fetch_sub(1, std::memory_order_acq_rel) > 1) return;
  switch (entry->kind) {
    case Kind::kNeed:
      static_cast<const NeedEntry*>(entry)->~NeedEntry();
      ::operator delete(const_cast<Entry*>(entry));
      return;
    case Kind::kOffer:
      delete static_cast<const OfferEntry*>(entry);
      return;
    case Kind::kSupplyPoint:
      delete static_cast<const SupplyPointEntry*>(entry);
      return;
  }
}

// What cannot be parsed was found when the record was read from the disk.
internal::v1::StoredNeed NeedEntry::stored() const {
  internal::v1::StoredNeed message;
  message.ParseFromArray(record(), static_cast<int>(record_bytes_));
  return message;
}

v1::Need NeedEntry::need() const {
  const absl::string_view bytes = need_bytes();
  v1::Need message;
  message.ParseFromArray(bytes.data(), static_cast<int>(bytes.size()));
  return message;
}

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
      return MakeNeedEntry(key, value, mod_revision, categories);
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
