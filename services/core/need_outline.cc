#include "services/core/need_outline.h"

#include "google/type/latlng.pb.h"
#include "services/core/time_proto.h"
#include "services/core/wire.h"
#include "xom/internal/v1/stored.pb.h"

namespace xom::core {
namespace {

using google::protobuf::Timestamp;
using google::type::LatLng;
using internal::v1::StoredNeed;
using v1::Need;

bool AddCategory(absl::string_view name, const CategoryTable& categories,
                 NeedOutline* outline) {
  const CategoryTable::Entry* entry = categories.Find(name);
  if (entry == nullptr) return false;
  outline->categories |= uint64_t{1} << entry->stored.bit();
  return true;
}

// Takes the bytes of a message that we write once; of two, each might hold a
// part, and who reads the record again would find but one.
bool TakeOnce(const WireReader& field, absl::string_view* bytes) {
  if (field.bytes().data() == nullptr || bytes->data() != nullptr) return false;
  *bytes = field.bytes();
  return true;
}

bool ReadField(const WireReader& field, const CategoryTable& categories,
               NeedOutline* outline) {
  switch (field.field()) {
    case Need::kNameFieldNumber:
      outline->name = field.bytes();
      return true;
    case Need::kCategoriesFieldNumber:
      return AddCategory(field.bytes(), categories, outline);
    case Need::kUrgencyFieldNumber:
      outline->urgency = field.int32();
      return true;
    case Need::kLanguageCodeFieldNumber:
      outline->language_code = field.bytes();
      return true;
    case Need::kExpireTimeFieldNumber:
      return ReadTime(field.bytes(), &outline->expire_time);
    case Need::kPublicLocationFieldNumber:
      return TakeOnce(field, &outline->location_bytes) &&
             ReadLatLng(field.bytes(), &outline->public_location);
    case Need::kStateFieldNumber:
      outline->state = field.int32();
      return true;
    case Need::kCreateTimeFieldNumber:
      return ReadTime(field.bytes(), &outline->create_time);
    case Need::kVerifyTimeFieldNumber:
      return TakeOnce(field, &outline->verify_time_bytes) &&
             ReadTime(field.bytes(), &outline->verify_time);
    case Need::kEndTimeFieldNumber:
      return ReadTime(field.bytes(), &outline->end_time);
    case Need::kVerificationFieldNumber:
      outline->verification = field.int32();
      return true;
    case Need::kMinHelperVerificationFieldNumber:
      outline->min_helper_verification = field.int32();
      return true;
    case Need::kQuarantinedFieldNumber:
      outline->quarantined = field.number() != 0;
      return true;
    case Need::kEraseTimeFieldNumber:
      outline->has_erase_time = true;
      return true;
    default:
      return true;
  }
}

}  // namespace

bool ReadTime(absl::string_view bytes, absl::Time* time) {
  Timestamp timestamp;
  WireReader reader(bytes);
  while (reader.Next()) {
    if (reader.field() == Timestamp::kSecondsFieldNumber) {
      timestamp.set_seconds(reader.int64());
    } else if (reader.field() == Timestamp::kNanosFieldNumber) {
      timestamp.set_nanos(reader.int32());
    }
  }
  *time = FromProto(timestamp);
  return reader.ok();
}

bool ReadLatLng(absl::string_view bytes, geo::LatLng* location) {
  WireReader reader(bytes);
  while (reader.Next()) {
    if (reader.field() == LatLng::kLatitudeFieldNumber) {
      location->latitude_degrees = reader.AsDouble();
    } else if (reader.field() == LatLng::kLongitudeFieldNumber) {
      location->longitude_degrees = reader.AsDouble();
    }
  }
  return reader.ok();
}

std::optional<NeedOutline> OutlineOf(absl::string_view record,
                                     const CategoryTable& categories) {
  NeedOutline outline;
  WireReader reader(record);
  while (reader.Next()) {
    if (reader.field() == StoredNeed::kNeedFieldNumber) {
      // We write it once; of two, each would hold a part.
      if (outline.need.data() != nullptr) return std::nullopt;
      outline.need = reader.bytes();
    } else if (reader.field() == StoredNeed::kClaimsFieldNumber) {
      outline.has_claims = true;
    }
  }
  if (!reader.ok() || outline.need.empty()) return std::nullopt;
  WireReader fields(outline.need);
  while (fields.Next()) {
    if (!ReadField(fields, categories, &outline)) return std::nullopt;
  }
  if (!fields.ok()) return std::nullopt;
  return outline;
}

}  // namespace xom::core
