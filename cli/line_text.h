#ifndef XOM_CLI_LINE_TEXT_H_
#define XOM_CLI_LINE_TEXT_H_

#include <string>

#include "google/protobuf/repeated_ptr_field.h"
#include "xom/v1/place.pb.h"

// Lines as people write them: "10 kg rice", "12 eggs", "rice".

namespace xom::cli {

// "10 kg rice" is 10, `kg`, `rice`; "12 eggs" is 12 of `eggs`; "5 rice cakes"
// is 5 of `rice cakes`, because `rice` is no unit. Units are a closed list,
// Vietnamese and English: g kg l ml, bag box can pack ..., bao chai gói hộp ...
// What begins with no whole number is all item. Never fails: the server says
// what it does not take.
v1::Line ParseLine(const std::string& text);

// The text that ParseLine reads.
std::string LineText(const v1::Line& line);

// All of them, with `separator` between.
std::string LinesText(const google::protobuf::RepeatedPtrField<v1::Line>& lines,
                      const std::string& separator);

}  // namespace xom::cli

#endif  // XOM_CLI_LINE_TEXT_H_
