#include "cli/claim_text.h"

#include <cstdint>
#include <utility>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"

namespace xom::cli {
namespace {

// "6 promised, 4 open": those that are not 0.
std::string CountsText(
    const std::vector<std::pair<int32_t, const char*>>& counts) {
  std::vector<std::string> parts;
  for (const auto& [count, what] : counts) {
    if (count != 0) parts.push_back(absl::StrCat(count, " ", what));
  }
  return absl::StrJoin(parts, ", ");
}

}  // namespace

absl::StatusOr<v1::ClaimedLine> ParseClaimedLine(const std::string& text) {
  const std::vector<std::string> parts = absl::StrSplit(text, '=');
  int32_t number = 0;
  int32_t quantity = 0;
  if (parts.size() != 2 || !absl::SimpleAtoi(parts[0], &number) ||
      !absl::SimpleAtoi(parts[1], &quantity) || number < 1 || quantity < 0) {
    return absl::InvalidArgumentError(
        absl::StrCat("`", text,
                     "` is not INDEX=QUANTITY such as 2=5: 5 of the second "
                     "line"));
  }
  v1::ClaimedLine line;
  line.set_line_index(number - 1);
  line.set_quantity(quantity);
  return line;
}

std::string ClaimedLineText(const v1::ClaimedLine& line) {
  const std::string text =
      absl::StrCat(line.quantity(), " of line ", line.line_index() + 1);
  return line.received_quantity() == 0
             ? text
             : absl::StrCat(text, " (", line.received_quantity(), " came)");
}

std::string ClaimedLinesText(
    const google::protobuf::RepeatedPtrField<v1::ClaimedLine>& lines) {
  return absl::StrJoin(lines, ", ",
                       [](std::string* out, const v1::ClaimedLine& line) {
                         out->append(ClaimedLineText(line));
                       });
}

std::string CoverageText(const v1::LineCoverage& coverage) {
  return CountsText({{coverage.asked(), "asked"},
                     {coverage.promised(), "promised"},
                     {coverage.delivered(), "delivered"},
                     {coverage.confirmed(), "came"},
                     {coverage.open(), "open"}});
}

std::string HeldText(const v1::Need& need, int index) {
  if (index >= need.coverage_size()) return "";
  const v1::LineCoverage& coverage = need.coverage(index);
  // A delivery that nobody confirmed yet is still no more than a promise.
  const std::string text =
      CountsText({{coverage.promised() + coverage.delivered(), "promised"},
                  {coverage.confirmed(), "came"}});
  return text.empty() ? "" : absl::StrCat(" (", text, ")");
}

}  // namespace xom::cli
