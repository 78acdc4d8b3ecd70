#ifndef XOM_CLI_ENUM_TEXT_H_
#define XOM_CLI_ENUM_TEXT_H_

#include <string>

#include "absl/status/statusor.h"
#include "google/protobuf/generated_enum_reflection.h"

// Enum values as flags and tables show them: URGENCY_HIGH is `high`,
// LOCATION_PRECISION_METERS_150 is `150`.

namespace xom::cli {

// The word of a value; its number when the enum has no such value.
std::string EnumText(const google::protobuf::EnumDescriptor& type, int number);

// The value of a word, in any case of letters. INVALID_ARGUMENT lists the
// words that there are.
absl::StatusOr<int> ParseEnum(const google::protobuf::EnumDescriptor& type,
                              const std::string& word);

// All words but that of the unspecified value: "low|normal|high|critical".
std::string EnumWords(const google::protobuf::EnumDescriptor& type);

template <typename E>
std::string EnumText(E value) {
  return EnumText(*google::protobuf::GetEnumDescriptor<E>(), value);
}

}  // namespace xom::cli

#endif  // XOM_CLI_ENUM_TEXT_H_
