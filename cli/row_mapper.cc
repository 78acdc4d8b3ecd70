#include "cli/row_mapper.h"

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "cli/display_width.h"
#include "cli/enum_text.h"
#include "cli/hours_text.h"
#include "cli/line_text.h"
#include "cli/resource_name.h"

namespace xom::cli {
namespace {

// What stands between the values of a cell with several.
constexpr char kBetween = ';';

std::vector<std::string> Values(const std::string& cell) {
  std::vector<std::string> values;
  for (absl::string_view part : absl::StrSplit(cell, kBetween)) {
    part = absl::StripAsciiWhitespace(part);
    if (!part.empty()) values.emplace_back(part);
  }
  return values;
}

absl::Status ColumnError(const std::string& column, const std::string& what) {
  return absl::InvalidArgumentError(
      absl::StrCat("column ", column, ": ", what));
}

}  // namespace

absl::StatusOr<RowMapper> RowMapper::Create(ColumnMapping mapping,
                                            const CsvRow& header) {
  RowMapper mapper(std::move(mapping));
  absl::Status status = mapper.FindColumns(header);
  if (!status.ok()) return status;
  return mapper;
}

absl::Status RowMapper::FindColumns(const CsvRow& header) {
  header_fields_ = header.fields.size();
  for (size_t i = 0; i < header_fields_; ++i) {
    columns_.emplace(header.fields[i], i);  // of two alike, the first
  }
  for (const std::string* column :
       {&mapping_.lat, &mapping_.lng, &mapping_.id, &mapping_.category,
        &mapping_.line, &mapping_.situation, &mapping_.urgency,
        &mapping_.display_name, &mapping_.address, &mapping_.phone,
        &mapping_.hours}) {
    absl::Status status = Require(*column);
    if (!status.ok()) return status;
  }
  for (const auto& [column, value] : mapping_.filters) {
    absl::Status status = Require(column);
    if (!status.ok()) return status;
  }
  return absl::OkStatus();
}

absl::Status RowMapper::Require(const std::string& column) const {
  if (column.empty() || columns_.count(column) > 0) return absl::OkStatus();
  return absl::InvalidArgumentError(absl::StrCat(
      "no column ", column, " in the header: it has ",
      absl::StrJoin(columns_, ", ", [](std::string* out, const auto& entry) {
        out->append(entry.first);
      })));
}

std::string RowMapper::Cell(const CsvRow& row,
                            const std::string& column) const {
  const auto found = columns_.find(column);
  if (column.empty() || found == columns_.end() ||
      found->second >= row.fields.size()) {
    return "";
  }
  return std::string(absl::StripAsciiWhitespace(row.fields[found->second]));
}

bool RowMapper::Passes(const CsvRow& row) const {
  for (const auto& [column, value] : mapping_.filters) {
    if (Cell(row, column) != value) return false;
  }
  return true;
}

std::string RowMapper::IdOf(const CsvRow& row) const {
  return Cell(row, mapping_.id);
}

absl::StatusOr<double> RowMapper::Degrees(const CsvRow& row,
                                          const std::string& column) const {
  const std::string cell = Cell(row, column);
  double degrees = 0;
  if (cell.empty()) return ColumnError(column, "is empty");
  if (!absl::SimpleAtod(cell, &degrees)) {
    return ColumnError(column, absl::StrCat("`", cell, "` is not a number"));
  }
  return degrees;
}

absl::Status RowMapper::Check(const CsvRow& row) const {
  if (row.fields.size() > header_fields_) {
    // A stray comma has shifted what stands behind it.
    return absl::InvalidArgumentError(absl::StrCat(
        "has ", row.fields.size(), " fields, the header ", header_fields_));
  }
  for (const std::string& field : row.fields) {
    if (!IsUtf8(field)) {
      return absl::InvalidArgumentError("is not UTF-8: save the file as UTF-8");
    }
  }
  return absl::OkStatus();
}

absl::Status RowMapper::FillPlace(const CsvRow& row, v1::Place* place) const {
  const absl::StatusOr<double> lat = Degrees(row, mapping_.lat);
  if (!lat.ok()) return lat.status();
  const absl::StatusOr<double> lng = Degrees(row, mapping_.lng);
  if (!lng.ok()) return lng.status();
  place->mutable_location()->set_latitude(*lat);
  place->mutable_location()->set_longitude(*lng);
  place->set_address(Cell(row, mapping_.address));
  return absl::OkStatus();
}

template <typename Names>
void RowMapper::FillCategories(const CsvRow& row, Names* names) const {
  std::vector<std::string> words = Values(Cell(row, mapping_.category));
  if (words.empty()) words.push_back(mapping_.default_category);
  for (const std::string& word : words) {
    const auto mapped = mapping_.category_map.find(word);
    std::string category =
        mapping_.category_map.empty() || mapping_.default_category.empty()
            ? word
            : mapping_.default_category;
    if (mapped != mapping_.category_map.end()) category = mapped->second;
    if (category.empty()) continue;
    const std::string name = CategoryName(category);
    // Two words of a cell may be one category.
    if (std::find(names->begin(), names->end(), name) == names->end()) {
      *names->Add() = name;
    }
  }
}

template <typename Lines>
void RowMapper::FillLines(const CsvRow& row, Lines* lines) const {
  for (const std::string& text : Values(Cell(row, mapping_.line))) {
    *lines->Add() = ParseLine(text);
  }
}

template <typename R>
absl::Status RowMapper::FillHours(const CsvRow& row, R* resource) const {
  const std::string cell = Cell(row, mapping_.hours);
  if (cell.empty()) return absl::OkStatus();
  resource->mutable_hours()->set_time_zone(mapping_.time_zone);
  const absl::Status status = ParseWeeklyHours(cell, resource->mutable_hours());
  if (status.ok()) return status;
  return ColumnError(mapping_.hours, std::string(status.message()));
}

absl::Status RowMapper::Fill(const CsvRow& row, v1::Need* need) const {
  FillCategories(row, need->mutable_categories());
  FillLines(row, need->mutable_lines());
  need->set_situation(Cell(row, mapping_.situation));
  need->set_language_code(mapping_.language);
  if (const std::string phone = Cell(row, mapping_.phone); !phone.empty()) {
    need->mutable_contact()->set_phone_number(phone);
  }
  if (const std::string word = Cell(row, mapping_.urgency); !word.empty()) {
    const absl::StatusOr<int> urgency =
        ParseEnum(*v1::Urgency_descriptor(), word);
    if (!urgency.ok()) {
      return ColumnError(mapping_.urgency,
                         std::string(urgency.status().message()));
    }
    need->set_urgency(static_cast<v1::Urgency>(*urgency));
  }
  need->mutable_place()->set_location_precision(mapping_.precision);
  return FillPlace(row, need->mutable_place());
}

absl::Status RowMapper::Fill(const CsvRow& row, v1::Offer* offer) const {
  FillCategories(row, offer->mutable_categories());
  FillLines(row, offer->mutable_lines());
  offer->set_description(Cell(row, mapping_.situation));
  offer->set_display_name(Cell(row, mapping_.display_name));
  if (!mapping_.language.empty()) offer->add_language_codes(mapping_.language);
  if (const std::string phone = Cell(row, mapping_.phone); !phone.empty()) {
    offer->mutable_contact()->set_phone_number(phone);
  }
  const absl::Status status = FillHours(row, offer);
  return status.ok() ? FillPlace(row, offer->mutable_place()) : status;
}

absl::Status RowMapper::Fill(const CsvRow& row, v1::SupplyPoint* point) const {
  FillCategories(row, point->mutable_categories());
  FillLines(row, point->mutable_stock_lines());
  point->set_description(Cell(row, mapping_.situation));
  point->set_display_name(Cell(row, mapping_.display_name));
  point->set_charge(mapping_.charge);
  point->set_phone_number(Cell(row, mapping_.phone));
  const absl::Status status = FillHours(row, point);
  return status.ok() ? FillPlace(row, point->mutable_place()) : status;
}

}  // namespace xom::cli
