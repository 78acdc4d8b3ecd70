#include "cli/resource_cells.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "cli/enum_text.h"
#include "cli/line_text.h"
#include "cli/measure_text.h"

namespace xom::cli {
namespace {

using Names = google::protobuf::RepeatedPtrField<std::string>;

std::string CategoriesText(const Names& categories) {
  std::string text;
  for (const std::string& name : categories) {
    absl::StrAppend(&text, text.empty() ? "" : ",",
                    absl::StripPrefix(name, "categories/"));
  }
  return text;
}

std::string WhatText(const google::protobuf::RepeatedPtrField<v1::Line>& lines,
                     const std::string& words) {
  const std::string things = LinesText(lines, ", ");
  if (things.empty() || words.empty()) return things + words;
  return absl::StrCat(things, " - ", words);
}

std::string AgeCell(bool known, const google::protobuf::Timestamp& time,
                    absl::Time now) {
  return known ? AgeText(now - TimeOf(time)) : "";
}

}  // namespace

std::vector<Column> ColumnsOf(const v1::Need&) {
  return {{"URGENCY", Align::kLeft},
          {"CATEGORIES", Align::kLeft},
          {"WHAT", Align::kStretch},
          {"AGE", Align::kRight},
          {"NAME", Align::kLeft}};
}

Cells CellsOf(const v1::Need& need, absl::Time now) {
  return {EnumText(need.urgency()), CategoriesText(need.categories()),
          WhatText(need.lines(), need.situation()),
          AgeCell(need.has_create_time(), need.create_time(), now),
          need.name()};
}

std::vector<Column> ColumnsOf(const v1::Offer&) {
  return {{"HELPER", Align::kLeft},
          {"CATEGORIES", Align::kLeft},
          {"WHAT", Align::kStretch},
          {"GOES", Align::kRight},
          {"NAME", Align::kLeft}};
}

Cells CellsOf(const v1::Offer& offer, absl::Time) {
  return {offer.display_name(), CategoriesText(offer.categories()),
          WhatText(offer.lines(), offer.description()),
          offer.has_service_radius_meters()
              ? DistanceText(offer.service_radius_meters())
              : "anywhere",
          offer.name()};
}

std::vector<Column> ColumnsOf(const v1::SupplyPoint&) {
  return {{"PLACE", Align::kLeft},      {"CHARGE", Align::kLeft},
          {"CATEGORIES", Align::kLeft}, {"WHAT", Align::kStretch},
          {"REPORTED", Align::kRight},  {"NAME", Align::kLeft}};
}

Cells CellsOf(const v1::SupplyPoint& point, absl::Time now) {
  return {point.display_name(),
          point.charge() == v1::SupplyPoint::CHARGE_UNSPECIFIED
              ? ""
              : EnumText(point.charge()),
          CategoriesText(point.categories()),
          WhatText(point.stock_lines(), point.description()),
          AgeText(now - TimeOf(point.availability_time())),
          point.name()};
}

std::string StateText(const v1::Need& need) { return EnumText(need.state()); }
std::string StateText(const v1::Offer& offer) {
  return EnumText(offer.state());
}
std::string StateText(const v1::SupplyPoint& point) {
  return EnumText(point.availability());
}

}  // namespace xom::cli
