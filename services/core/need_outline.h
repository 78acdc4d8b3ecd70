#ifndef XOM_SERVICES_CORE_NEED_OUTLINE_H_
#define XOM_SERVICES_CORE_NEED_OUTLINE_H_

#include <cstdint>
#include <limits>
#include <optional>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "geo/point.h"
#include "services/core/category_table.h"

namespace xom::core {

// What queries ask of a need, read from the bytes of its record (StoredNeed)
// without parsing the rest: a store has millions of them. What that saves is in
// docs/adr/0017. Names of fields as in the proto.
struct NeedOutline {
  absl::string_view need;  // the bytes of the v1::Need
  absl::string_view name;
  absl::string_view language_code;
  absl::string_view location_bytes;  // of public_location
  absl::string_view verify_time_bytes;
  geo::LatLng public_location;
  uint64_t categories = 0;  // their set
  int urgency = 0;
  int state = 0;
  int verification = 0;
  int min_helper_verification = 0;
  bool quarantined = false;
  absl::Time create_time = absl::UnixEpoch();
  absl::Time verify_time = absl::UnixEpoch();
  absl::Time expire_time = absl::UnixEpoch();
  absl::Time end_time = absl::UnixEpoch();
  bool has_erase_time = false;
  bool has_claims = false;
};

// The views in it are of `record`. nullopt when it is not the record of a need
// as we write them, or names a category that the table has not.
std::optional<NeedOutline> OutlineOf(absl::string_view record,
                                     const CategoryTable& categories);

// A google.type.LatLng and a google.protobuf.Timestamp from their bytes. False
// when these are none.
bool ReadLatLng(absl::string_view bytes, geo::LatLng* location);
bool ReadTime(absl::string_view bytes, absl::Time* time);

}  // namespace xom::core

#endif  // XOM_SERVICES_CORE_NEED_OUTLINE_H_
