#ifndef XOM_CLI_FLAG_VALUE_H_
#define XOM_CLI_FLAG_VALUE_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "cli/enum_text.h"
#include "google/protobuf/generated_enum_util.h"
#include "xom/v1/claim.pb.h"
#include "xom/v1/place.pb.h"

// How the text of a flag becomes a value. Each overload leaves `*value` alone
// when it returns INVALID_ARGUMENT, which says what would be right.

namespace xom::cli {

absl::Status ParseValue(const std::string& text, std::string* value);
// Finite.
absl::Status ParseValue(const std::string& text, double* value);
absl::Status ParseValue(const std::string& text, int32_t* value);
absl::Status ParseValue(const std::string& text, int64_t* value);
// "90s", "30m", "48h", "7d", or a plain number of seconds; more than 0.
absl::Status ParseValue(const std::string& text, absl::Duration* value);
// RFC 3339: "2026-02-17T09:30:00+07:00".
absl::Status ParseValue(const std::string& text, absl::Time* value);
// "10 kg rice".
absl::Status ParseValue(const std::string& text, v1::Line* value);
// "2=5": 5 of the second line.
absl::Status ParseValue(const std::string& text, v1::ClaimedLine* value);

// What stands in a file: the flag is its path. At most 64 KiB.
struct FileText {
  std::string text;
};
absl::Status ParseValue(const std::string& text, FileText* value);

// What goes into a header of a call: printable ASCII.
struct HeaderText {
  std::string text;
};
absl::Status ParseValue(const std::string& text, HeaderText* value);

// The word of an enum of the API: "high".
template <typename E>
requires google::protobuf::is_proto_enum<E>::value absl::Status ParseValue(
    const std::string& text, E* value) {
  absl::StatusOr<int> number =
      ParseEnum(*google::protobuf::GetEnumDescriptor<E>(), text);
  if (number.ok()) *value = static_cast<E>(*number);
  return number.status();
}

// A flag that may be absent.
template <typename T>
absl::Status ParseValue(const std::string& text, std::optional<T>* value) {
  T parsed{};
  absl::Status status = ParseValue(text, &parsed);
  if (status.ok()) *value = std::move(parsed);
  return status;
}

// A flag that may be given again.
template <typename T>
absl::Status ParseValue(const std::string& text, std::vector<T>* values) {
  T parsed{};
  absl::Status status = ParseValue(text, &parsed);
  if (status.ok()) values->push_back(std::move(parsed));
  return status;
}

}  // namespace xom::cli

#endif  // XOM_CLI_FLAG_VALUE_H_
