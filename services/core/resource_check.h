// Checks of what several kinds of resources are made of. As in field_check.h,
// each adds violations under the given path.
#ifndef XOM_SERVICES_CORE_RESOURCE_CHECK_H_
#define XOM_SERVICES_CORE_RESOURCE_CHECK_H_

#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "google/protobuf/repeated_ptr_field.h"
#include "services/core/error.h"
#include "services/core/time_proto.h"
#include "xom/v1/place.pb.h"

namespace xom::core {

using Lines = google::protobuf::RepeatedPtrField<v1::Line>;

void CheckLines(absl::string_view field, const Lines& lines,
                Violations* violations);

// Whether the public may see a place less finely than it is.
enum class PlacePrivacy { kPublic, kCoarse };
void CheckPlace(absl::string_view field, bool has_value, const v1::Place& place,
                PlacePrivacy privacy, Violations* violations);

// Writes the phone number back in E.164.
void CheckContact(absl::string_view field, v1::Contact* contact,
                  Violations* violations);

// ABORTED, ETAG_MISMATCH when the client names an etag and it is not `current`.
absl::Status CheckEtagMatches(const std::string& name,
                              const std::string& expected,
                              const std::string& current);

// The time of a change: `now`, or a microsecond after `last` when that is not
// later, so that it always grows.
absl::Time NextUpdateTime(absl::Time now, absl::Time last);

// The etag of what was last changed at that time.
std::string EtagOf(absl::Time update_time);

// Marks `resource` as changed now: update_time and etag.
template <typename Resource>
void Stamp(absl::Time now, Resource* resource) {
  const absl::Time time =
      NextUpdateTime(now, FromProto(resource->update_time()));
  *resource->mutable_update_time() = ToProto(time);
  resource->set_etag(EtagOf(time));
}

}  // namespace xom::core

#endif  // XOM_SERVICES_CORE_RESOURCE_CHECK_H_
