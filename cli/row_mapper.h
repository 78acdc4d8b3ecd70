#ifndef XOM_CLI_ROW_MAPPER_H_
#define XOM_CLI_ROW_MAPPER_H_

#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "cli/csv_reader.h"
#include "xom/v1/need.pb.h"
#include "xom/v1/offer.pb.h"
#include "xom/v1/supply_point.pb.h"

namespace xom::cli {

// Which column of a file is what. A column that is not named is not read.
struct ColumnMapping {
  std::string lat = "lat";
  std::string lng = "lng";
  std::string id;
  std::string category;
  std::string line;       // lines with `;` between, as "10 kg rice; 12 eggs"
  std::string situation;  // of needs; of offers and points the description
  std::string urgency;    // a word: low, normal, high, critical
  std::string display_name;
  std::string address;
  std::string phone;
  std::string hours;  // as hours_text.h reads them

  // A word of the category column to a category. Without a map the words are
  // categories; with one, other words are `default_category`, which also stands
  // in for an empty cell.
  std::map<std::string, std::string> category_map;
  std::string default_category;

  // The same for all rows.
  std::string language;
  std::string time_zone;  // of `hours`
  v1::SupplyPoint::Charge charge = v1::SupplyPoint::CHARGE_UNSPECIFIED;
  v1::LocationPrecision precision = v1::LOCATION_PRECISION_UNSPECIFIED;

  // Only rows whose column has the value.
  std::vector<std::pair<std::string, std::string>> filters;
};

// Makes resources of rows. Errors of a row are INVALID_ARGUMENT and name the
// column; what only the server can judge is left to it.
class RowMapper {
 public:
  // INVALID_ARGUMENT names a mapped column that the header does not have.
  static absl::StatusOr<RowMapper> Create(ColumnMapping mapping,
                                          const CsvRow& header);

  bool Passes(const CsvRow& row) const;

  // The id column of the row; "" when none is mapped or it is empty.
  std::string IdOf(const CsvRow& row) const;

  // Whether the row can be read at all: UTF-8, and no longer than the header.
  absl::Status Check(const CsvRow& row) const;

  absl::Status Fill(const CsvRow& row, v1::Need* need) const;
  absl::Status Fill(const CsvRow& row, v1::Offer* offer) const;
  absl::Status Fill(const CsvRow& row, v1::SupplyPoint* point) const;

 private:
  explicit RowMapper(ColumnMapping mapping) : mapping_(std::move(mapping)) {}

  absl::Status FindColumns(const CsvRow& header);
  absl::Status Require(const std::string& column) const;
  // "" for a column that is not mapped or that the row is too short for.
  std::string Cell(const CsvRow& row, const std::string& column) const;
  absl::Status FillPlace(const CsvRow& row, v1::Place* place) const;
  absl::StatusOr<double> Degrees(const CsvRow& row,
                                 const std::string& column) const;
  template <typename Names>
  void FillCategories(const CsvRow& row, Names* names) const;
  template <typename Lines>
  void FillLines(const CsvRow& row, Lines* lines) const;
  template <typename R>
  absl::Status FillHours(const CsvRow& row, R* resource) const;

  ColumnMapping mapping_;
  std::map<std::string, size_t> columns_;
  size_t header_fields_ = 0;
};

}  // namespace xom::cli

#endif  // XOM_CLI_ROW_MAPPER_H_
