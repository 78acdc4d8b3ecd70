#ifndef XOM_CLI_IMPORT_FLAGS_H_
#define XOM_CLI_IMPORT_FLAGS_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "cli/command_line.h"
#include "cli/row_mapper.h"

namespace xom::cli {

// The flags of `xom import KIND FILE`.
struct ImportFlags {
  std::string file;
  ColumnMapping mapping;
  std::string id_prefix;
  std::string category_map;
  std::vector<std::string> filters;
  std::string errors_file;
  int32_t max_errors_shown = 20;
  bool dry_run = false;
  absl::Duration patience = absl::Minutes(1);

  void AddTo(Command command);      // what all kinds have
  void AddNeedTo(Command command);  // and what one kind has
  void AddOfferTo(Command command);
  void AddPointTo(Command command);

  // The mapping with --category_map and --filter read into it.
  absl::StatusOr<ColumnMapping> Mapping() const;

  // --id_prefix, or the name of the file without folder and extension.
  std::string IdPrefix() const;
};

}  // namespace xom::cli

#endif  // XOM_CLI_IMPORT_FLAGS_H_
