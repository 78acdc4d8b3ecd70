#include "services/core/resource_check.h"

#include <algorithm>
#include <cstdint>

#include "absl/strings/str_cat.h"
#include "services/core/field_check.h"
#include "services/core/limits.h"

namespace xom::core {

void CheckLines(absl::string_view field, const Lines& lines,
                Violations* violations) {
  if (!CheckInt(field, lines.size(), {0, kMaxLines}, violations)) return;
  int i = 0;
  for (const v1::Line& line : lines) {
    const std::string path = absl::StrCat(field, "[", i++, "]");
    CheckText(absl::StrCat(path, ".item"), line.item(),
              {kMaxNameCharacters, Presence::kRequired}, violations);
    CheckInt(absl::StrCat(path, ".quantity"), line.quantity(),
             {0, kMaxQuantity}, violations);
    CheckText(absl::StrCat(path, ".unit"), line.unit(), {kMaxUnitCharacters},
              violations);
  }
}

void CheckPlace(absl::string_view field, bool has_value, const v1::Place& place,
                PlacePrivacy privacy, Violations* violations) {
  if (!has_value) {
    violations->Add(field, "is required");
    return;
  }
  CheckPoint(absl::StrCat(field, ".location"), place.has_location(),
             place.location(), violations);
  CheckDouble(absl::StrCat(field, ".accuracy_meters"), place.accuracy_meters(),
              {0, kMaxAccuracyMeters}, violations);
  CheckText(absl::StrCat(field, ".address"), place.address(),
            {kMaxAddressCharacters}, violations);
  const std::string path = absl::StrCat(field, ".location_precision");
  const bool known = v1::LocationPrecision_IsValid(place.location_precision());
  CheckEnum(path, place.location_precision(), {known}, violations);
  if (known && privacy == PlacePrivacy::kPublic &&
      place.location_precision() > v1::LOCATION_PRECISION_EXACT) {
    violations->Add(path, "must be EXACT or not set: this place is public");
  }
}

void CheckContact(absl::string_view field, v1::Contact* contact,
                  Violations* violations) {
  CheckText(absl::StrCat(field, ".display_name"), contact->display_name(),
            {kMaxNameCharacters}, violations);
  CheckText(absl::StrCat(field, ".other_channel"), contact->other_channel(),
            {kMaxChannelCharacters}, violations);
  if (contact->phone_number().empty() && contact->other_channel().empty()) {
    violations->Add(field, "needs a phone_number or an other_channel");
  }
  contact->set_phone_number(CheckPhone(absl::StrCat(field, ".phone_number"),
                                       contact->phone_number(), violations));
}

absl::Status CheckEtagMatches(const std::string& name,
                              const std::string& expected,
                              const std::string& current) {
  if (expected.empty() || expected == current) return absl::OkStatus();
  return MakeError(Reason::kEtagMismatch,
                   absl::StrCat(name, " changed since it was read"),
                   {{"current_etag", current}});
}

absl::Time NextUpdateTime(absl::Time now, absl::Time last) {
  return std::max(now, last + absl::Microseconds(1));
}

std::string EtagOf(absl::Time update_time) {
  return absl::StrCat(absl::Hex(absl::ToUnixMicros(update_time)));
}

}  // namespace xom::core
