#include "cli/csv_writer.h"

#include <csv.h>

#include <cstring>

namespace xom::cli {
namespace {

std::string Quoted(const std::string& field) {
  std::string quoted(2 * field.size() + 2, '\0');  // the most that it can take
  quoted.resize(
      csv_write(quoted.data(), quoted.size(), field.data(), field.size()));
  return quoted;
}

bool NeedsQuotes(const std::string& field) {
  return field.find_first_of("\",\r\n") != std::string::npos ||
         (!field.empty() && (field.front() == ' ' || field.back() == ' '));
}

}  // namespace

std::string CsvLine(const std::vector<std::string>& fields) {
  std::string line;
  for (size_t i = 0; i < fields.size(); ++i) {
    if (i > 0) line += ',';
    line += NeedsQuotes(fields[i]) ? Quoted(fields[i]) : fields[i];
  }
  return line + '\n';
}

std::string SafeCell(const std::string& text) {
  const bool formula =
      !text.empty() && std::strchr("=+-@\t\r", text.front()) != nullptr;
  return formula ? "'" + text : text;
}

}  // namespace xom::cli
