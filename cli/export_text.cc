#include "cli/export_text.h"

#include <nlohmann/json.hpp>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "absl/strings/strip.h"
#include "absl/time/time.h"
#include "cli/csv_writer.h"
#include "cli/enum_text.h"
#include "cli/line_text.h"
#include "cli/measure_text.h"

namespace xom::cli {
namespace {

constexpr char kBetween[] = "; ";

// Collects the cells in the order of their columns.
class Cells {
 public:
  Cells& Text(const std::string& column, const std::string& value) {
    cells_.push_back({column, value, false});
    return *this;
  }
  template <typename Number>
  Cells& Count(const std::string& column, Number value) {
    cells_.push_back({column, absl::StrCat(value), true});
    return *this;
  }
  Cells& Degrees(const std::string& column, double degrees) {
    cells_.push_back({column, absl::StrFormat("%.7f", degrees), true});
    return *this;
  }
  template <typename E>
  Cells& Word(const std::string& column, E value) {
    return Text(column, value == 0 ? "" : EnumText(value));
  }
  Cells& Time(const std::string& column,
              const google::protobuf::Timestamp& time) {
    return Text(column, time.ByteSizeLong() == 0
                            ? ""
                            : absl::FormatTime(absl::RFC3339_sec, TimeOf(time),
                                               absl::UTCTimeZone()));
  }
  std::vector<ExportCell> Take() { return std::move(cells_); }

 private:
  std::vector<ExportCell> cells_;
};

std::string IdOf(const std::string& name) {
  return name.substr(name.find('/') + 1);
}

template <typename Names>
std::string CategoriesText(const Names& names) {
  std::vector<std::string> ids;
  for (const std::string& name : names) ids.push_back(IdOf(name));
  return absl::StrJoin(ids, kBetween);
}

Cells Begin(const std::string& name, const google::type::LatLng& location) {
  Cells cells;
  cells.Text("id", IdOf(name))
      .Degrees("lat", location.latitude())
      .Degrees("lng", location.longitude());
  return cells;
}

}  // namespace

std::vector<ExportCell> ExportCells(const v1::Need& need) {
  return Begin(need.name(), need.public_location())
      .Text("category", CategoriesText(need.categories()))
      .Text("line", LinesText(need.lines(), kBetween))
      .Text("situation", need.situation())
      .Word("urgency", need.urgency())
      .Word("state", need.state())
      .Text("language", need.language_code())
      .Word("precision", need.location_precision())
      .Count("adults", need.people().adults())
      .Count("children", need.people().children())
      .Count("elderly", need.people().elderly())
      .Count("pregnant", need.people().pregnant())
      .Count("disabled", need.people().disabled())
      .Count("ill", need.people().ill())
      .Time("create_time", need.create_time())
      .Time("expire_time", need.expire_time())
      .Take();
}

std::vector<ExportCell> ExportCells(const v1::Offer& offer) {
  return Begin(offer.name(), offer.place().location())
      .Text("category", CategoriesText(offer.categories()))
      .Text("line", LinesText(offer.lines(), kBetween))
      .Text("description", offer.description())
      .Text("display_name", offer.display_name())
      .Word("state", offer.state())
      .Text("language", absl::StrJoin(offer.language_codes(), kBetween))
      .Word("helper_kind", offer.helper_kind())
      .Text("service_radius_meters",
            offer.has_service_radius_meters()
                ? absl::StrCat(offer.service_radius_meters())
                : "")
      .Count("capacity", offer.capacity())
      .Time("create_time", offer.create_time())
      .Take();
}

std::vector<ExportCell> ExportCells(const v1::SupplyPoint& point) {
  return Begin(point.name(), point.place().location())
      .Text("category", CategoriesText(point.categories()))
      .Text("line", LinesText(point.stock_lines(), kBetween))
      .Text("description", point.description())
      .Text("display_name", point.display_name())
      .Word("availability", point.availability())
      .Word("charge", point.charge())
      .Text("accessible", point.accessible() ? "yes" : "")
      .Text("phone", point.phone_number())
      .Text("address", point.place().address())
      .Time("create_time", point.create_time())
      .Take();
}

std::string CsvHeader(const std::vector<ExportCell>& cells) {
  std::vector<std::string> columns;
  for (const ExportCell& cell : cells) columns.push_back(cell.column);
  return CsvLine(columns);
}

std::string CsvRowText(const std::vector<ExportCell>& cells) {
  std::vector<std::string> fields;
  for (const ExportCell& cell : cells) {
    fields.push_back(cell.number ? cell.value : SafeCell(cell.value));
  }
  return CsvLine(fields);
}

std::string GeoJsonFeature(const std::vector<ExportCell>& cells) {
  nlohmann::ordered_json properties;
  double lat = 0;
  double lng = 0;
  for (const ExportCell& cell : cells) {
    const double number = cell.number ? std::stod(cell.value) : 0;
    if (cell.column == "lat") {
      lat = number;
    } else if (cell.column == "lng") {
      lng = number;
    } else if (cell.number) {
      properties[cell.column] = static_cast<int64_t>(number);
    } else if (!cell.value.empty()) {
      properties[cell.column] = cell.value;
    }
  }
  // Made by hand around the parts, so that a longitude keeps its 7 decimals
  // and no more.
  return absl::StrFormat(
      R"({"type":"Feature","geometry":{"type":"Point","coordinates":[%.7f,%.7f]},"properties":%s})",
      lng, lat, properties.dump());
}

}  // namespace xom::cli
