#include "cli/resource_cells.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "cli/claim_text.h"
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

std::string WithWords(const std::string& things, const std::string& words) {
  if (things.empty() || words.empty()) return things + words;
  return absl::StrCat(things, " - ", words);
}

std::string WhatText(const google::protobuf::RepeatedPtrField<v1::Line>& lines,
                     const std::string& words) {
  return WithWords(LinesText(lines, ", "), words);
}

// How well it is known to be true, where more is to say than nothing.
std::string BadgeText(const v1::Need& need) {
  return need.verification() <= v1::VERIFICATION_UNVERIFIED
             ? ""
             : absl::StrCat("[", EnumText(need.verification()), "] ");
}

// Each line with what is promised of it: "10 kg rice (6 promised), 2 l water".
std::string WhatText(const v1::Need& need) {
  if (need.lines().empty()) return need.situation() + HeldText(need, 0);
  std::string things;
  for (int i = 0; i < need.lines_size(); ++i) {
    absl::StrAppend(&things, i == 0 ? "" : ", ", LineText(need.lines(i)),
                    HeldText(need, i));
  }
  return WithWords(things, need.situation());
}

// When an active claim ends by itself.
std::string UntilText(const v1::Claim& claim) {
  if (claim.state() != v1::Claim::STATE_ACTIVE) return "";
  return absl::FormatTime("%a %H:%M", TimeOf(claim.lease_expire_time()),
                          absl::LocalTimeZone());
}

// How it ended, where there is more to say than its state.
std::string ResultText(const v1::Claim& claim) {
  if (claim.outcome() != v1::Claim::OUTCOME_UNSPECIFIED) {
    return EnumText(claim.outcome());
  }
  return claim.release_reason() == v1::Claim::RELEASE_REASON_UNSPECIFIED
             ? ""
             : EnumText(claim.release_reason());
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
          BadgeText(need) + WhatText(need),
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

std::vector<Column> ColumnsOf(const v1::Claim&) {
  return {{"UNTIL", Align::kLeft},
          {"RESULT", Align::kLeft},
          {"WHAT", Align::kStretch},
          {"OFFER", Align::kLeft},
          {"NAME", Align::kLeft}};
}

Cells CellsOf(const v1::Claim& claim, absl::Time) {
  return {UntilText(claim), ResultText(claim), ClaimedLinesText(claim.lines()),
          claim.offer(), claim.name()};
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
std::string StateText(const v1::Claim& claim) {
  return EnumText(claim.state());
}
std::string StateText(const v1::SupplyPoint& point) {
  return EnumText(point.availability());
}

}  // namespace xom::cli
