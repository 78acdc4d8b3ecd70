#ifndef XOM_CLI_PLACE_FLAGS_H_
#define XOM_CLI_PLACE_FLAGS_H_

#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "cli/command_line.h"
#include "cli/resource_name.h"
#include "google/protobuf/field_mask.pb.h"
#include "google/type/latlng.pb.h"
#include "xom/v1/opening_hours.pb.h"
#include "xom/v1/place.pb.h"

// The flags that needs, offers and points share. Each group adds its flags to a
// command, then fills its message from those that were given and adds their
// paths to a mask: an update changes these and no others.

namespace xom::cli {

// --lat --lng, both or neither.
struct LocationFlags {
  std::optional<double> lat;
  std::optional<double> lng;

  void AddTo(Command command, Presence presence);
  google::type::LatLng point() const;
};

// --lat --lng --accuracy_meters --address, for needs also --precision.
struct PlaceFlags {
  LocationFlags location;
  std::optional<double> accuracy_meters;
  std::optional<std::string> address;
  std::optional<v1::LocationPrecision> precision;

  void AddTo(Command command, Presence presence);
  void AddPrecisionTo(Command command);
  // Adds the paths `place.location`, `place.address`, ...
  absl::Status Fill(v1::Place* place, google::protobuf::FieldMask* mask) const;
};

// --contact_name --phone --other_channel.
struct ContactFlags {
  std::optional<std::string> display_name;
  std::optional<std::string> phone_number;
  std::optional<std::string> other_channel;

  void AddTo(Command command);
  bool given() const;
  // Adds the paths `contact.display_name`, ...
  void Fill(v1::Contact* contact, google::protobuf::FieldMask* mask) const;
};

// --time_zone --hours --special_day.
struct HoursFlags {
  std::string time_zone;
  std::vector<std::string> weekly;
  std::vector<std::string> special_days;

  void AddTo(Command command);
  bool given() const;
  // Replaces all hours: adds the path `hours`.
  absl::Status Fill(v1::OpeningHours* hours,
                    google::protobuf::FieldMask* mask) const;
};

// --category and --line (or --stock_line), again and again. An empty value
// alone clears them.
struct ThingsFlags {
  std::vector<std::string> categories;
  std::vector<v1::Line> lines;

  void AddTo(Command command, Presence presence);

  // R has `categories` and, under `lines_path`, `lines`.
  template <typename R, typename Lines>
  void Fill(R* resource, Lines* into, const std::string& lines_path,
            google::protobuf::FieldMask* mask) const;
};

// Sets a field from a flag, if it was given, and adds its path.
template <typename T, typename Set>
void FillFrom(const std::optional<T>& flag, const std::string& path,
              google::protobuf::FieldMask* mask, Set set) {
  if (!flag.has_value()) return;
  set(*flag);
  mask->add_paths(path);
}

// ---- implementation of templates ----

template <typename R, typename Lines>
void ThingsFlags::Fill(R* resource, Lines* into, const std::string& lines_path,
                       google::protobuf::FieldMask* mask) const {
  for (const std::string& category : categories) {
    if (!category.empty()) resource->add_categories(CategoryName(category));
  }
  if (!categories.empty()) mask->add_paths("categories");
  for (const v1::Line& line : lines) {
    if (!line.item().empty()) *into->Add() = line;
  }
  if (!lines.empty()) mask->add_paths(lines_path);
}

}  // namespace xom::cli

#endif  // XOM_CLI_PLACE_FLAGS_H_
