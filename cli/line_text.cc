#include "cli/line_text.h"

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"

namespace xom::cli {
namespace {

constexpr const char* kUnits[] = {
    "g",      "kg",     "l",    "ml",     "m",       "liter",   "liters",
    "litre",  "litres", "bag",  "bags",   "bottle",  "bottles", "box",
    "boxes",  "can",    "cans", "carton", "cartons", "jar",     "jars",
    "meal",   "meals",  "pack", "packs",  "pair",    "pairs",   "piece",
    "pieces", "set",    "sets", "sack",   "sacks",   "tablet",  "tablets",
    "bao",    "bình",   "bịch", "bộ",     "cái",     "chai",    "cuốn",
    "gói",    "hộp",    "lít",  "lon",    "quả",     "quyển",   "suất",
    "thùng",  "túi",    "vỉ",   "viên",
};

bool IsUnit(const std::string& word) {
  for (const char* unit : kUnits) {
    if (word == unit) return true;
  }
  return false;
}

// The first word of `*text`, which loses it and the blanks behind.
std::string TakeWord(std::string* text) {
  const size_t end = std::min(text->find(' '), text->size());
  std::string word = text->substr(0, end);
  *text = std::string(absl::StripLeadingAsciiWhitespace(text->substr(end)));
  return word;
}

}  // namespace

v1::Line ParseLine(const std::string& text) {
  const std::string whole(absl::StripAsciiWhitespace(text));
  v1::Line line;
  line.set_item(whole);
  const size_t digits =
      std::min(whole.find_first_not_of("0123456789"), whole.size());
  int32_t quantity = 0;
  if (!absl::SimpleAtoi(whole.substr(0, digits), &quantity)) return line;
  std::string rest(absl::StripLeadingAsciiWhitespace(whole.substr(digits)));
  const bool apart = digits < whole.size() && whole[digits] == ' ';
  std::string item = rest;
  const std::string unit = TakeWord(&item);
  if (IsUnit(unit) && !item.empty()) {  // also "10kg rice"
    line.set_unit(unit);
    line.set_quantity(quantity);
    line.set_item(item);
  } else if (apart && !rest.empty()) {  // but "3M tape" is a thing
    line.set_quantity(quantity);
    line.set_item(rest);
  }
  return line;
}

std::string LineText(const v1::Line& line) {
  std::string text;
  if (line.quantity() != 0) absl::StrAppend(&text, line.quantity(), " ");
  if (!line.unit().empty()) absl::StrAppend(&text, line.unit(), " ");
  return text + line.item();
}

std::string LinesText(const google::protobuf::RepeatedPtrField<v1::Line>& lines,
                      const std::string& separator) {
  std::string text;
  for (const v1::Line& line : lines) {
    absl::StrAppend(&text, text.empty() ? "" : separator, LineText(line));
  }
  return text;
}

}  // namespace xom::cli
