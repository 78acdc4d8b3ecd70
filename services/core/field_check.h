// Checks of single fields: each adds to `violations` under the given path what
// is wrong, and nothing when all is well. Messages say what would be right.
// Texts are valid UTF-8 here: the edge refuses others before.
#ifndef XOM_SERVICES_CORE_FIELD_CHECK_H_
#define XOM_SERVICES_CORE_FIELD_CHECK_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "geo/point.h"
#include "google/protobuf/repeated_field.h"
#include "google/protobuf/timestamp.pb.h"
#include "google/type/latlng.pb.h"
#include "services/core/error.h"

namespace xom::core {

enum class Presence { kOptional, kRequired };

// A text of at most `max_characters` without control characters other than
// tab and line ends.
struct TextRule {
  size_t max_characters;
  Presence presence = Presence::kOptional;
};
void CheckText(absl::string_view field, const std::string& text, TextRule rule,
               Violations* violations);

// A whole number between two others, both included.
struct IntRange {
  int64_t min;
  int64_t max;
};
bool CheckInt(absl::string_view field, int64_t value, IntRange range,
              Violations* violations);  // whether it is; for sizes of lists

// A finite number between two others, both included.
struct DoubleRange {
  double min;
  double max;
};
void CheckDouble(absl::string_view field, double value, DoubleRange range,
                 Violations* violations);

// A name of the collection, such as kNeeds.
void CheckName(absl::string_view field, const std::string& name,
               absl::string_view collection, Violations* violations);

// The id that a client chose; empty is well.
void CheckId(absl::string_view field, const std::string& id,
             Violations* violations);

// Whether it is a UUID in its usual form.
bool IsRequestId(absl::string_view request_id);

// A request id; empty is well.
void CheckRequestId(const std::string& request_id, Violations* violations);

// An etag that may be one of ours; empty is well.
void CheckEtag(absl::string_view field, const std::string& etag,
               Violations* violations);

// A well-formed BCP-47 tag; empty is well.
void CheckLanguage(absl::string_view field, const std::string& tag,
                   Violations* violations);

// The first subtag of a BCP-47 tag, whatever its case, as a number: equal for
// what two speakers share. 0 for no tag.
uint64_t LanguageKey(absl::string_view tag);

// The number in E.164, however the client spaced it; empty is well and stays
// empty.
std::string CheckPhone(absl::string_view field, const std::string& number,
                       Violations* violations);

// The point, when there is one and it is on earth.
std::optional<geo::Point> CheckPoint(absl::string_view field, bool has_value,
                                     const google::type::LatLng& value,
                                     Violations* violations);

// The time, when it is one.
std::optional<absl::Time> CheckTime(absl::string_view field,
                                    const google::protobuf::Timestamp& value,
                                    Violations* violations);

// An enum value that this version knows, other than the zero unless that
// stands for a default.
struct EnumRule {
  bool known;
  Presence presence = Presence::kOptional;
};
void CheckEnum(absl::string_view field, int value, EnumRule rule,
               Violations* violations);

// A filter's states, as a set of bits by their numbers; empty: all of them.
// `count` is how many numbers the enum has, its zero included.
uint32_t CheckStates(const google::protobuf::RepeatedField<int>& states,
                     int count, Violations* violations);

}  // namespace xom::core

#endif  // XOM_SERVICES_CORE_FIELD_CHECK_H_
