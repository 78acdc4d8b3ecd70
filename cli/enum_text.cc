#include "cli/enum_text.h"

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "google/protobuf/descriptor.h"

namespace xom::cli {
namespace {

using google::protobuf::EnumDescriptor;
using google::protobuf::EnumValueDescriptor;

// Every enum of the API begins with PREFIX_UNSPECIFIED.
std::string Word(const EnumValueDescriptor& value) {
  const std::string zero = value.type()->value(0)->name();
  const absl::string_view prefix = absl::StripSuffix(zero, "UNSPECIFIED");
  absl::string_view rest = absl::StripPrefix(value.name(), prefix);
  rest = absl::StripPrefix(rest, "METERS_");
  return absl::AsciiStrToLower(rest);
}

}  // namespace

std::string EnumText(const EnumDescriptor& type, int number) {
  const EnumValueDescriptor* value = type.FindValueByNumber(number);
  return value == nullptr ? absl::StrCat(number) : Word(*value);
}

absl::StatusOr<int> ParseEnum(const EnumDescriptor& type,
                              const std::string& word) {
  for (int i = 1; i < type.value_count(); ++i) {
    if (absl::EqualsIgnoreCase(Word(*type.value(i)), word)) {
      return type.value(i)->number();
    }
  }
  return absl::InvalidArgumentError(
      absl::StrCat("`", word, "` is none of ", EnumWords(type)));
}

std::string EnumWords(const EnumDescriptor& type) {
  std::string words;
  for (int i = 1; i < type.value_count(); ++i) {
    absl::StrAppend(&words, i == 1 ? "" : "|", Word(*type.value(i)));
  }
  return words;
}

}  // namespace xom::cli
