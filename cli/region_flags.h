#ifndef XOM_CLI_REGION_FLAGS_H_
#define XOM_CLI_REGION_FLAGS_H_

#include <string>

#include "absl/status/status.h"
#include "cli/command_line.h"
#include "xom/v1/region.pb.h"

namespace xom::cli {

// --region_circle LAT,LNG,RADIUS_M, --region_box S,W,N,E or
// --region_geojson FILE: at most one of them.
struct RegionFlags {
  std::string circle;
  std::string box;
  std::string geo_json_file;

  void AddTo(Command command);
  bool given() const;
  // INVALID_ARGUMENT when more than one is given or one cannot be read,
  // NOT_FOUND when there is no such file.
  absl::Status Fill(v1::Region* region) const;
};

}  // namespace xom::cli

#endif  // XOM_CLI_REGION_FLAGS_H_
