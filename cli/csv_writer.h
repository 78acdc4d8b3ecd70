#ifndef XOM_CLI_CSV_WRITER_H_
#define XOM_CLI_CSV_WRITER_H_

#include <string>
#include <vector>

namespace xom::cli {

// The fields as a row of a CSV file (RFC 4180, but LF), quoted where need be.
std::string CsvLine(const std::vector<std::string>& fields);

// Text from strangers for a cell: what a spreadsheet would run as a formula
// (it begins with = + - @, a tab or a carriage return) gets a ' in front.
// Not for numbers: -73.9 is no formula.
std::string SafeCell(const std::string& text);

}  // namespace xom::cli

#endif  // XOM_CLI_CSV_WRITER_H_
