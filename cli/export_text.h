#ifndef XOM_CLI_EXPORT_TEXT_H_
#define XOM_CLI_EXPORT_TEXT_H_

#include <string>
#include <vector>

#include "xom/v1/need.pb.h"
#include "xom/v1/offer.pb.h"
#include "xom/v1/supply_point.pb.h"

// What `xom export` writes of a resource. Both forms have the same values under
// the same names, `lat` and `lng` are where the public sees it, several values
// of a cell stand with "; " between, times are RFC 3339 in UTC:
//
//   needs   id lat lng category line situation urgency state language
//           precision adults children elderly pregnant disabled ill
//           create_time expire_time
//   offers  id lat lng category line description display_name state language
//           helper_kind service_radius_meters capacity create_time
//   points  id lat lng category line description display_name availability
//           charge accessible phone address create_time
//
// `xom import` reads the columns under these names back.

namespace xom::cli {

struct ExportCell {
  std::string column;
  std::string value;
  bool number = false;  // written bare in JSON, never guarded in CSV
};

std::vector<ExportCell> ExportCells(const v1::Need& need);
std::vector<ExportCell> ExportCells(const v1::Offer& offer);
std::vector<ExportCell> ExportCells(const v1::SupplyPoint& point);

// The header row.
std::string CsvHeader(const std::vector<ExportCell>& cells);

// A row; texts are made safe for a spreadsheet (csv_writer.h).
std::string CsvRowText(const std::vector<ExportCell>& cells);

// A Feature of RFC 7946: a Point, the other cells as its properties.
std::string GeoJsonFeature(const std::vector<ExportCell>& cells);

}  // namespace xom::cli

#endif  // XOM_CLI_EXPORT_TEXT_H_
