#ifndef XOM_CLI_CLAIM_TEXT_H_
#define XOM_CLI_CLAIM_TEXT_H_

#include <string>

#include "absl/status/statusor.h"
#include "google/protobuf/repeated_ptr_field.h"
#include "xom/v1/claim.pb.h"
#include "xom/v1/need.pb.h"

// What is promised and what came of it, as people write and read it. People
// count the lines of a need from 1, the wire counts them from 0.

namespace xom::cli {

// "2=5" is 5 of the second line. INVALID_ARGUMENT says what would be right.
absl::StatusOr<v1::ClaimedLine> ParseClaimedLine(const std::string& text);

// "5 of line 2", "5 of line 2 (3 came)".
std::string ClaimedLineText(const v1::ClaimedLine& line);

// All of them, with commas between.
std::string ClaimedLinesText(
    const google::protobuf::RepeatedPtrField<v1::ClaimedLine>& lines);

// "10 asked, 6 promised, 4 open".
std::string CoverageText(const v1::LineCoverage& coverage);

// What stands behind line `index` of a need: " (6 promised)", " (4 came)"; ""
// while nothing of it is promised or came.
std::string HeldText(const v1::Need& need, int index);

}  // namespace xom::cli

#endif  // XOM_CLI_CLAIM_TEXT_H_
