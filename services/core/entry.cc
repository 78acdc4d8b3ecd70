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
#include "services/core/wire.h"

namespace xom::core {
namespace {

// A tag and a size before it.
constexpr size_t kMaxNeedOffset = 6;
// The greatest size that is one byte.
constexpr size_t kMaxShortField = 127;
// Of a verification in an entry, and of a state: there are five and seven.
constexpr int kVerificationBits = 15;
constexpr int kStateBits = 127;

absl::Status NotAsWritten(absl::string_view key) {
  return absl::DataLossError(
      absl::StrCat("the record of ", key, " is not what was written"));
}

// Fills what offers and supply points have. False when the resource is not one
// that could have been stored.
template <typename Resource, typename EntryType>
bool FillCommon(const Resource& resource, const CategoryTable& categories,
                EntryType* entry) {
  const auto& location = resource.place().location();
  const auto point =
      geo::Point::FromDegrees({location.latitude(), location.longitude()});
  const auto bits = categories.BitsOf(resource.categories());
  if (!point.ok() || !bits.has_value()) return false;
  entry->place = *point;
  entry->categories = *bits;
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
      !Fill(categories, entry.get()) || entry->name() != key) {
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

// Where an entry finds again what it reads from its record: see ShortField.
struct FieldOffsets {
  size_t need = 0;
  size_t name = 0;
  size_t location = 0;
  size_t language = 0;
};

// nullopt when a field is not where we would have written it: the needs that
// decisions allow have no more than 40 KB before their place.
std::optional<FieldOffsets> OffsetsOf(const NeedOutline& outline,
                                      absl::string_view record) {
  bool found = true;
  const auto offset_of = [record](absl::string_view part) -> size_t {
    return part.data() == nullptr ? 0 : part.data() - record.data();
  };
  const auto find_short = [&](absl::string_view part) {
    const size_t offset = offset_of(part);
    found =
        found && (offset == 0 ||
                  (offset <= std::numeric_limits<uint16_t>::max() &&
                   part.size() <= kMaxShortField &&
                   part.size() == static_cast<uint8_t>(record[offset - 1])));
    return offset;
  };
  const FieldOffsets offsets{.need = offset_of(outline.need),
                             .name = find_short(outline.name),
                             .location = find_short(outline.location_bytes),
                             .language = find_short(outline.language_code)};
  const size_t verify_time = offset_of(outline.verify_time_bytes);
  if (!found || offsets.need > kMaxNeedOffset ||
      (verify_time != 0 && verify_time < offsets.location)) {
    return std::nullopt;
  }
  return offsets;
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
  const auto offsets = OffsetsOf(*outline, value);
  if (!point.ok() || !offsets.has_value() ||
      offsets->name != offsets->need + NeedEntry::kNameOffset) {
    return NotAsWritten(key);
  }

  void* block = ::operator new(sizeof(NeedEntry) + value.size());
  const boost::intrusive_ptr<NeedEntry> entry(new (block) NeedEntry());
  std::memcpy(static_cast<char*>(block) + sizeof(NeedEntry), value.data(),
              value.size());
  entry->record_bytes_ = static_cast<uint32_t>(value.size());
  entry->need_offset_ = static_cast<uint8_t>(offsets->need);
  entry->location_offset_ = static_cast<uint16_t>(offsets->location);
  entry->language_offset_ = static_cast<uint16_t>(offsets->language);
  entry->reply_bytes = static_cast<uint32_t>(outline->need.size());

  entry->mod_revision = mod_revision;
  entry->categories = outline->categories;
  entry->urgency = outline->urgency;
  entry->create_time_micros = absl::ToUnixMicros(outline->create_time);
  entry->hidden = outline->quarantined;
  entry->live = outline->state == v1::Need::STATE_OPEN && !entry->hidden;
  entry->state = outline->state & kStateBits;
  entry->verification =
      std::max(outline->verification, +v1::VERIFICATION_UNVERIFIED) &
      kVerificationBits;
  entry->min_helper_verification =
      outline->min_helper_verification & kVerificationBits;
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

geo::Point NeedEntry::point() const {
  geo::LatLng location;
  ReadLatLng(ShortField(location_offset_), &location);
  return *geo::Point::FromDegrees(location);
}

int64_t NeedEntry::verify_time_micros() const {
  absl::Time time = absl::UnixEpoch();
  const absl::string_view need = need_bytes();
  // It stands behind the location.
  const char* const begin =
      location_offset_ == 0 ? need.data() : ShortField(location_offset_).end();
  WireReader fields(need.substr(static_cast<size_t>(begin - need.data())));
  while (fields.Next()) {
    if (fields.field() == v1::Need::kVerifyTimeFieldNumber) {
      ReadTime(fields.bytes(), &time);
      break;
    }
  }
  return absl::ToUnixMicros(time);
}

uint64_t NeedEntry::language() const {
  return LanguageKey(ShortField(language_offset_));
}

storage::Record NeedEntry::ToRecord() const {
  return {std::string(name()), point().leaf_cell(),
          std::string(record(), record_bytes_), mod_revision};
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
  return NotAsWritten(key);
}

std::optional<Kind> KindOf(absl::string_view name) {
  if (absl::StartsWith(name, kNeeds)) return Kind::kNeed;
  if (absl::StartsWith(name, kOffers)) return Kind::kOffer;
  if (absl::StartsWith(name, kSupplyPoints)) return Kind::kSupplyPoint;
  return std::nullopt;
}

}  // namespace xom::core
