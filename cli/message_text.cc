#include "cli/message_text.h"

#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/strip.h"
#include "absl/time/time.h"
#include "cli/claim_text.h"
#include "cli/display_width.h"
#include "cli/enum_text.h"
#include "cli/line_text.h"
#include "cli/measure_text.h"
#include "google/protobuf/descriptor.h"
#include "google/protobuf/util/json_util.h"
#include "google/type/date.pb.h"
#include "google/type/latlng.pb.h"
#include "xom/v1/opening_hours.pb.h"

namespace xom::cli {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;

std::string SpanText(const v1::OpeningHours::Span& span) {
  return absl::StrFormat("%02d:%02d-%02d:%02d", span.open_minute() / 60,
                         span.open_minute() % 60, span.close_minute() / 60,
                         span.close_minute() % 60);
}

// Messages that have a form of their own; others are "" and shown by field.
std::string KnownText(const Message& message) {
  if (const auto* at = dynamic_cast<const google::type::LatLng*>(&message)) {
    return absl::StrFormat("%.6g, %.7g", at->latitude(), at->longitude());
  }
  if (const auto* line = dynamic_cast<const v1::Line*>(&message)) {
    return LineText(*line);
  }
  if (const auto* line = dynamic_cast<const v1::ClaimedLine*>(&message)) {
    return ClaimedLineText(*line);
  }
  if (const auto* line = dynamic_cast<const v1::LineCoverage*>(&message)) {
    return CoverageText(*line);
  }
  if (const auto* time =
          dynamic_cast<const google::protobuf::Timestamp*>(&message)) {
    return absl::FormatTime("%Y-%m-%d %H:%M:%S %Ez", TimeOf(*time),
                            absl::LocalTimeZone());
  }
  if (const auto* weekly =
          dynamic_cast<const v1::OpeningHours::WeeklySpan*>(&message)) {
    return absl::StrCat(google::type::DayOfWeek_Name(weekly->day()), " ",
                        SpanText(weekly->span()));
  }
  if (const auto* span =
          dynamic_cast<const v1::OpeningHours::Span*>(&message)) {
    return SpanText(*span);
  }
  if (const auto* date = dynamic_cast<const google::type::Date*>(&message)) {
    return absl::StrFormat("%04d-%02d-%02d", date->year(), date->month(),
                           date->day());
  }
  return "";
}

std::string NumberText(const Message& message, const FieldDescriptor& field) {
  const Reflection& reflection = *message.GetReflection();
  switch (field.cpp_type()) {
    case FieldDescriptor::CPPTYPE_INT32:
      return absl::StrCat(reflection.GetInt32(message, &field));
    case FieldDescriptor::CPPTYPE_INT64:
      return absl::StrCat(reflection.GetInt64(message, &field));
    case FieldDescriptor::CPPTYPE_DOUBLE:
      return absl::StrCat(reflection.GetDouble(message, &field));
    case FieldDescriptor::CPPTYPE_BOOL:
      return reflection.GetBool(message, &field) ? "yes" : "no";
    case FieldDescriptor::CPPTYPE_ENUM:
      return EnumText(*field.enum_type(),
                      reflection.GetEnumValue(message, &field));
    default:
      return "?";
  }
}

std::string TextOf(const FieldDescriptor& field, const std::string& text) {
  // The table columns and flags say `groceries` too.
  return field.name() == "categories"
             ? OneLine(std::string(absl::StripPrefix(text, "categories/")))
             : OneLine(text);
}

void AppendLine(const std::string& label, const std::string& value,
                std::string* out) {
  absl::StrAppend(out, label, ": ", value, "\n");
}

void AppendMessage(const std::string& label, const Message& message,
                   std::string* out);

// An entry of a map of texts to texts, the only kind that the API has.
void AppendEntry(const std::string& label, const Message& entry,
                 std::string* out) {
  const Reflection& reflection = *entry.GetReflection();
  const auto text = [&](int number) {
    return OneLine(reflection.GetString(
        entry, entry.GetDescriptor()->FindFieldByNumber(number)));
  };
  AppendLine(absl::StrCat(label, ".", text(1)), text(2), out);
}

void AppendField(const std::string& label, const Message& message,
                 const FieldDescriptor& field, std::string* out) {
  const Reflection& reflection = *message.GetReflection();
  const bool repeated = field.is_repeated();
  const int count = repeated ? reflection.FieldSize(message, &field) : 1;
  for (int i = 0; i < count; ++i) {
    if (field.is_map()) {
      AppendEntry(label, reflection.GetRepeatedMessage(message, &field, i),
                  out);
    } else if (field.cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE) {
      AppendMessage(label,
                    repeated ? reflection.GetRepeatedMessage(message, &field, i)
                             : reflection.GetMessage(message, &field),
                    out);
    } else if (field.cpp_type() == FieldDescriptor::CPPTYPE_STRING) {
      AppendLine(
          label,
          TextOf(field, repeated
                            ? reflection.GetRepeatedString(message, &field, i)
                            : reflection.GetString(message, &field)),
          out);
    } else if (repeated && field.cpp_type() == FieldDescriptor::CPPTYPE_ENUM) {
      AppendLine(label,
                 EnumText(*field.enum_type(),
                          reflection.GetRepeatedEnumValue(message, &field, i)),
                 out);
    } else if (!repeated) {
      AppendLine(label, NumberText(message, field), out);
    }
  }
}

void AppendMessage(const std::string& label, const Message& message,
                   std::string* out) {
  const std::string known = KnownText(message);
  if (!known.empty()) return AppendLine(label, OneLine(known), out);
  const std::string prefix = label.empty() ? "" : label + ".";
  std::vector<const FieldDescriptor*> fields;
  message.GetReflection()->ListFields(message, &fields);
  for (const FieldDescriptor* field : fields) {
    AppendField(prefix + field->name(), message, *field, out);
  }
}

}  // namespace

std::string MessageText(const Message& message) {
  std::string text;
  AppendMessage("", message, &text);
  return text;
}

std::string MessageJson(const Message& message) {
  std::string json;
  // Cannot fail: no message of the API holds an Any.
  const google::protobuf::util::Status ignored =
      google::protobuf::util::MessageToJsonString(message, &json);
  static_cast<void>(ignored);
  return json;
}

}  // namespace xom::cli
