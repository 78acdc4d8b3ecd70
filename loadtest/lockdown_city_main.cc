// Writes needs as a CSV that `xom import needs` takes.
#include <iostream>

#include "absl/flags/flag.h"
#include "absl/flags/parse.h"
#include "absl/flags/usage.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "absl/strings/strip.h"
#include "cli/csv_writer.h"
#include "cli/enum_text.h"
#include "cli/line_text.h"
#include "loadtest/lockdown_city.h"

ABSL_FLAG(int64_t, needs, 1000, "how many needs");
ABSL_FLAG(int64_t, first, 0, "number of the first, to go on from another file");
ABSL_FLAG(uint64_t, seed, 1, "the same seed gives the same needs");
ABSL_FLAG(std::string, cities, "samples/vietnam_cities.csv",
          "CSV with name, lat, lng and population");

namespace {

std::vector<std::string> Fields(const std::string& id,
                                const xom::v1::Need& need) {
  std::vector<std::string> categories;
  for (const std::string& name : need.categories()) {
    categories.emplace_back(absl::StripPrefix(name, "categories/"));
  }
  return {id,
          absl::StrFormat("%.6f", need.place().location().latitude()),
          absl::StrFormat("%.6f", need.place().location().longitude()),
          absl::StrJoin(categories, "; "),
          xom::cli::LinesText(need.lines(), "; "),
          need.situation(),
          xom::cli::EnumText(need.urgency())};
}

}  // namespace

int main(int argc, char** argv) {
  absl::SetProgramUsageMessage(
      "Writes the needs of a country in lockdown as CSV to stdout.\n\n"
      "  xom_lockdown_city --needs 100000 --seed 1 > needs.csv\n"
      "  xom import needs needs.csv --id_column id --category_column category "
      "--line_column line --situation_column situation "
      "--urgency_column urgency --language vi --id_prefix city");
  absl::ParseCommandLine(argc, argv);
  absl::StatusOr<std::vector<xom::loadtest::City>> cities =
      xom::loadtest::ReadCities(absl::GetFlag(FLAGS_cities));
  if (!cities.ok()) {
    std::cerr << "xom_lockdown_city: " << cities.status().message() << "\n";
    return 1;
  }
  const xom::loadtest::LockdownCity city(*std::move(cities),
                                         absl::GetFlag(FLAGS_seed));
  std::cout << xom::cli::CsvLine(
      {"id", "lat", "lng", "category", "line", "situation", "urgency"});
  const int64_t first = absl::GetFlag(FLAGS_first);
  for (int64_t i = first; i < first + absl::GetFlag(FLAGS_needs); ++i) {
    std::cout << xom::cli::CsvLine(Fields(city.NeedId(i), city.Need(i)));
  }
  return std::cout.flush() ? 0 : 1;
}
