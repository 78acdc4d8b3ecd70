#include "cli/import_flags.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"

namespace xom::cli {
namespace {

// "a=b" into its halves.
absl::StatusOr<std::pair<std::string, std::string>> Halves(
    const std::string& flag, const std::string& text) {
  const size_t equals = text.find('=');
  if (equals == std::string::npos || equals == 0) {
    return absl::InvalidArgumentError(
        absl::StrCat(flag, ": `", text, "` has no ="));
  }
  return std::make_pair(text.substr(0, equals), text.substr(equals + 1));
}

}  // namespace

void ImportFlags::AddTo(Command command) {
  command.Positional("FILE", "CSV with a header in UTF-8; - is stdin", &file);
  command.Flag("--lat_column", "degrees north (default lat)", &mapping.lat);
  command.Flag("--lng_column", "degrees east (default lng)", &mapping.lng);
  command.Flag("--id_column",
               "unique id of the row; without it a row is known by its content",
               &mapping.id);
  command.Flag("--id_prefix", "of the names (default: the name of the file)",
               &id_prefix);
  command.Flag("--category_column", "category, with ; between several",
               &mapping.category);
  command.Flag("--category_map",
               "WORD=CATEGORY,...: words of the category column",
               &category_map);
  command.Flag("--default_category", "for other words and empty cells",
               &mapping.default_category);
  command.Flag("--line_column", "things such as 10 kg rice; 12 eggs",
               &mapping.line);
  command.Flag("--address_column", "how to find it", &mapping.address);
  command.Flag("--phone_column", "phone number, such as +84912345678",
               &mapping.phone);
  command.Flag("--filter",
               "COLUMN=VALUE: skip rows that differ; again for more", &filters);
  command.Switch("--dry_run", "check every row on the server, store nothing",
                 &dry_run);
  command.Flag("--errors", "file for the refused rows, to mend and import",
               &errors_file);
  command.Flag("--max_errors_shown", "refused rows to show (default 20)",
               &max_errors_shown);
  command.Flag("--patience", "give up when the server is away so long (1m)",
               &patience);
}

void ImportFlags::AddNeedTo(Command command) {
  command.Flag("--situation_column", "the situation, which everybody can read",
               &mapping.situation);
  command.Flag("--urgency_column", "low, normal, high or critical",
               &mapping.urgency);
  command.Flag("--language", "of all rows, such as vi", &mapping.language);
  command.Flag("--precision", "how finely the public sees the places",
               &mapping.precision);
}

void ImportFlags::AddOfferTo(Command command) {
  command.Flag("--display_name_column", "public name of the helper",
               &mapping.display_name);
  command.Flag("--description_column", "what the helper wants to say",
               &mapping.situation);
  command.Flag("--hours_column", "when: Mon-Fri 08:00-17:30; Sat 08:00-12:00",
               &mapping.hours);
  command.Flag("--time_zone", "of the hours, such as Asia/Ho_Chi_Minh",
               &mapping.time_zone);
  command.Flag("--language", "of all rows, such as vi", &mapping.language);
}

void ImportFlags::AddPointTo(Command command) {
  command.Flag("--display_name_column", "what people call it",
               &mapping.display_name, Presence::kRequired);
  command.Flag("--description_column", "what else to know", &mapping.situation);
  command.Flag("--hours_column", "when: Mo-Fr 08:00-17:30; Sa 08:00-12:00",
               &mapping.hours);
  command.Flag("--time_zone", "of the hours, such as Asia/Ho_Chi_Minh",
               &mapping.time_zone);
  command.Flag("--charge", "free|sold, of all rows", &mapping.charge);
}

absl::StatusOr<ColumnMapping> ImportFlags::Mapping() const {
  ColumnMapping filled = mapping;
  for (absl::string_view part :
       absl::StrSplit(category_map, ',', absl::SkipEmpty())) {
    auto halves = Halves("--category_map", std::string(part));
    if (!halves.ok()) return halves.status();
    filled.category_map.insert(*std::move(halves));
  }
  for (const std::string& filter : filters) {
    auto halves = Halves("--filter", filter);
    if (!halves.ok()) return halves.status();
    filled.filters.push_back(*std::move(halves));
  }
  if (filled.category.empty() && filled.default_category.empty()) {
    return absl::InvalidArgumentError(
        "give --category_column or --default_category");
  }
  if (max_errors_shown < 0) {
    return absl::InvalidArgumentError("--max_errors_shown: must be 0 or more");
  }
  return filled;
}

std::string ImportFlags::IdPrefix() const {
  if (!id_prefix.empty()) return id_prefix;
  if (file == "-") return "stdin";
  // npos + 1 is 0: no folder.
  const std::string name = file.substr(file.find_last_of('/') + 1);
  return name.substr(0, name.find_last_of('.'));
}

}  // namespace xom::cli
