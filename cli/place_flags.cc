#include "cli/place_flags.h"

#include "cli/hours_text.h"

namespace xom::cli {

using google::protobuf::FieldMask;

void LocationFlags::AddTo(Command command, Presence presence) {
  command.Flag("--lat", "degrees north, -90 to 90", &lat, presence);
  command.Flag("--lng", "degrees east, -180 to 180", &lng, presence);
}

google::type::LatLng LocationFlags::point() const {
  google::type::LatLng point;
  point.set_latitude(lat.value_or(0));
  point.set_longitude(lng.value_or(0));
  return point;
}

void PlaceFlags::AddTo(Command command, Presence presence) {
  location.AddTo(command, presence);
  command.Flag("--accuracy_meters", "radius in which the position is right",
               &accuracy_meters);
  command.Flag("--address", "how to find it, as a neighbour would say",
               &address);
}

void PlaceFlags::AddPrecisionTo(Command command) {
  command.Flag("--precision",
               "how finely the public sees the place: "
               "exact|150|300|600|2400 metres (default 300)",
               &precision);
}

absl::Status PlaceFlags::Fill(v1::Place* place, FieldMask* mask) const {
  if (location.lat.has_value() != location.lng.has_value()) {
    return absl::InvalidArgumentError("give --lat and --lng together");
  }
  if (precision.has_value() && !location.lat.has_value()) {
    return absl::InvalidArgumentError(
        "give --lat and --lng with --precision: the server keeps the true "
        "place to itself and takes only a new one");
  }
  FillFrom(location.lat, "place.location", mask,
           [&](double) { *place->mutable_location() = location.point(); });
  FillFrom(accuracy_meters, "place.accuracy_meters", mask,
           [&](double meters) { place->set_accuracy_meters(meters); });
  FillFrom(address, "place.address", mask,
           [&](const std::string& text) { place->set_address(text); });
  FillFrom(precision, "place.location_precision", mask,
           [&](v1::LocationPrecision value) {
             place->set_location_precision(value);
           });
  return absl::OkStatus();
}

void ContactFlags::AddTo(Command command) {
  command.Flag("--contact_name", "what to call the person", &display_name);
  command.Flag("--phone", "phone number, such as +84912345678", &phone_number);
  command.Flag("--other_channel", "another way, such as a Zalo name",
               &other_channel);
}

bool ContactFlags::given() const {
  return display_name || phone_number || other_channel;
}

void ContactFlags::Fill(v1::Contact* contact, FieldMask* mask) const {
  FillFrom(display_name, "contact.display_name", mask,
           [&](const std::string& text) { contact->set_display_name(text); });
  FillFrom(phone_number, "contact.phone_number", mask,
           [&](const std::string& text) { contact->set_phone_number(text); });
  FillFrom(other_channel, "contact.other_channel", mask,
           [&](const std::string& text) { contact->set_other_channel(text); });
}

void HoursFlags::AddTo(Command command) {
  command.Flag("--time_zone", "of the hours, such as Asia/Ho_Chi_Minh",
               &time_zone);
  command.Flag("--hours",
               "when it is open: \"Mon-Fri 08:00-17:30\", \"Sat 22:00-02:00\", "
               "24/7; again for more",
               &weekly);
  command.Flag("--special_day",
               "a day unlike its week: \"2026-02-17 closed\", "
               "\"2026-02-18 09:00-12:00\"; again for more",
               &special_days);
}

bool HoursFlags::given() const {
  return !time_zone.empty() || !weekly.empty() || !special_days.empty();
}

absl::Status HoursFlags::Fill(v1::OpeningHours* hours, FieldMask* mask) const {
  hours->set_time_zone(time_zone);
  for (const std::string& text : weekly) {
    absl::Status status = ParseWeeklyHours(text, hours);
    if (!status.ok()) return status;
  }
  for (const std::string& text : special_days) {
    absl::Status status = ParseSpecialDay(text, hours);
    if (!status.ok()) return status;
  }
  mask->add_paths("hours");
  return absl::OkStatus();
}

void ThingsFlags::AddTo(Command command, Presence presence) {
  command.Flag("--category", "category, such as groceries; again for more",
               &categories, presence);
  command.Flag("--line", "a thing, such as \"10 kg rice\"; again for more",
               &lines);
}

}  // namespace xom::cli
