#include "services/core/field_check.h"

#include <algorithm>
#include <cmath>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "services/core/language_tag.h"
#include "services/core/limits.h"
#include "services/core/phone_number.h"
#include "services/core/resource_name.h"
#include "services/core/time_proto.h"

namespace xom::core {
namespace {

bool IsContinuationByte(char c) {
  return (static_cast<unsigned char>(c) & 0xC0) == 0x80;
}

size_t CountCharacters(absl::string_view utf8) {
  return utf8.size() - static_cast<size_t>(std::count_if(
                           utf8.begin(), utf8.end(), IsContinuationByte));
}

// Controls are of no use in a text and can take over a reader's terminal, or
// turn what stands there around: ASCII's but for tab and line ends, U+0080 to
// U+009F, and the bidirectional overrides and isolates.
bool HasForbiddenControl(absl::string_view utf8) {
  for (size_t i = 0; i < utf8.size(); ++i) {
    const absl::string_view rest = utf8.substr(i);
    const auto c = static_cast<unsigned char>(rest[0]);
    if (absl::ascii_iscntrl(c) && c != '\n' && c != '\r' && c != '\t') {
      return true;
    }
    if (c == 0xC2 && static_cast<unsigned char>(rest[1]) < 0xA0) return true;
    const absl::string_view three = rest.substr(0, 3);
    if ((three >= "\u202A" && three <= "\u202E") ||
        (three >= "\u2066" && three <= "\u2069")) {
      return true;
    }
  }
  return false;
}

}  // namespace

bool IsRequestId(absl::string_view request_id) {
  constexpr absl::string_view kShape = "xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx";
  return request_id.size() == kShape.size() &&
         std::equal(request_id.begin(), request_id.end(), kShape.begin(),
                    [](char c, char shape) {
                      return shape == '-' ? c == '-'
                                          : absl::ascii_isxdigit(
                                                static_cast<unsigned char>(c));
                    });
}

void CheckText(absl::string_view field, const std::string& text, TextRule rule,
               Violations* violations) {
  if (text.empty()) {
    if (rule.presence == Presence::kRequired) {
      violations->Add(field, "is required");
    }
    return;
  }
  const size_t characters = CountCharacters(text);
  if (characters > rule.max_characters) {
    violations->Add(field, absl::StrCat("must be at most ", rule.max_characters,
                                        " characters, has ", characters));
  }
  if (HasForbiddenControl(text)) {
    violations->Add(field, "must not contain control characters");
  }
}

bool CheckInt(absl::string_view field, int64_t value, IntRange range,
              Violations* violations) {
  if (value >= range.min && value <= range.max) return true;
  violations->Add(field, absl::StrCat("must be from ", range.min, " to ",
                                      range.max, ", is ", value));
  return false;
}

void CheckDouble(absl::string_view field, double value, DoubleRange range,
                 Violations* violations) {
  if (std::isfinite(value) && value >= range.min && value <= range.max) return;
  violations->Add(field, absl::StrCat("must be from ", range.min, " to ",
                                      range.max, ", is ", value));
}

void CheckName(absl::string_view field, const std::string& name,
               absl::string_view collection, Violations* violations) {
  if (IsResourceName(collection, name)) return;
  violations->Add(
      field, absl::StrCat("must be a name such as ", collection,
                          "x7k2; ids are ", "[a-z]([a-z0-9-]{0,61}[a-z0-9])?"));
}

void CheckId(absl::string_view field, const std::string& id,
             Violations* violations) {
  if (id.empty() || IsResourceId(id)) return;
  violations->Add(field, "must match [a-z]([a-z0-9-]{0,61}[a-z0-9])?");
}

void CheckRequestId(const std::string& request_id, Violations* violations) {
  if (request_id.empty() || IsRequestId(request_id)) return;
  violations->Add("request_id",
                  "must be a UUID such as "
                  "7f9c24e8-3b12-4fef-91d0-1c5a3d6b8e20");
}

void CheckEtag(absl::string_view field, const std::string& etag,
               Violations* violations) {
  const bool hex = std::all_of(etag.begin(), etag.end(), [](char c) {
    return absl::ascii_isxdigit(static_cast<unsigned char>(c));
  });
  if (hex && etag.size() <= kMaxEtagBytes) return;
  violations->Add(field,
                  "is not an etag of this server; read one and send it "
                  "back unchanged");
}

void CheckLanguage(absl::string_view field, const std::string& tag,
                   Violations* violations) {
  if (tag.empty() ||
      (tag.size() <= kMaxLanguageTagBytes && IsWellFormedLanguageTag(tag))) {
    return;
  }
  violations->Add(field, "must be a BCP-47 language tag such as vi or en-GB");
}

// A subtag of a well-formed tag has at most eight letters.
uint64_t LanguageKey(absl::string_view tag) {
  uint64_t key = 0;
  for (const char c : tag.substr(0, std::min(tag.find('-'), sizeof key))) {
    key = key << 8 | static_cast<uint8_t>(
                         absl::ascii_tolower(static_cast<unsigned char>(c)));
  }
  return key;
}

std::string CheckPhone(absl::string_view field, const std::string& number,
                       Violations* violations) {
  if (number.empty()) return "";
  std::optional<std::string> e164 = NormalizedPhoneNumber(number);
  if (e164.has_value()) return *std::move(e164);
  violations->Add(field,
                  "must be a valid phone number with its country code, such "
                  "as +84912345678");
  return "";
}

std::optional<geo::Point> CheckPoint(absl::string_view field, bool has_value,
                                     const google::type::LatLng& value,
                                     Violations* violations) {
  if (!has_value) {
    violations->Add(field, "is required");
    return std::nullopt;
  }
  const auto point =
      geo::Point::FromDegrees({value.latitude(), value.longitude()});
  if (point.ok()) return *point;
  violations->Add(field, point.status().message());
  return std::nullopt;
}

std::optional<absl::Time> CheckTime(absl::string_view field,
                                    const google::protobuf::Timestamp& value,
                                    Violations* violations) {
  const std::optional<absl::Time> time = TimeIn(value);
  if (!time.has_value()) {
    violations->Add(field, "must be a time between the years 1 and 9999");
  }
  return time;
}

void CheckEnum(absl::string_view field, int value, EnumRule rule,
               Violations* violations) {
  if (!rule.known) {
    violations->Add(field, absl::StrCat("has no value ", value));
  } else if (value == 0 && rule.presence == Presence::kRequired) {
    violations->Add(field, "is required");
  }
}

uint32_t CheckStates(const google::protobuf::RepeatedField<int>& states,
                     int count, Violations* violations) {
  if (states.empty()) return ~uint32_t{0};
  if (!CheckInt("states", states.size(), {0, count}, violations)) return 0;
  uint32_t wanted = 0;
  for (int i = 0; i < states.size(); ++i) {
    const bool known = states[i] >= 0 && states[i] < count;
    CheckEnum(absl::StrCat("states[", i, "]"), states[i],
              {known, Presence::kRequired}, violations);
    if (known) wanted |= uint32_t{1} << states[i];
  }
  return wanted;
}

}  // namespace xom::core
