#include "loadtest/report.h"

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "cli/table.h"

namespace xom::loadtest {
namespace {

using cli::Align;
using nlohmann::ordered_json;

// Three digits that matter, without an exponent.
std::string NumberText(double value) {
  const double size = std::abs(value);
  if (size >= 100) return absl::StrFormat("%.0f", value);
  if (size >= 10) return absl::StrFormat("%.1f", value);
  if (size >= 1 || size == 0) return absl::StrFormat("%.2f", value);
  return absl::StrFormat("%.3f", value);
}

std::string SpreadText(const std::vector<double>& samples) {
  if (samples.size() < 2) return "";
  const auto [low, high] = std::minmax_element(samples.begin(), samples.end());
  return absl::StrCat(NumberText(*low), "..", NumberText(*high));
}

ordered_json ToJson(const Figure& figure) {
  ordered_json json = {
      {"name", figure.name}, {"value", figure.value}, {"unit", figure.unit}};
  if (!figure.against.empty()) json["against"] = figure.against;
  if (figure.ratio.has_value()) json["ratio"] = *figure.ratio;
  if (figure.goal.has_value()) {
    json["goal"] = figure.goal->Text();
    json["met"] = *figure.IsMet();
  }
  if (!figure.samples.empty()) json["samples"] = figure.samples;
  return json;
}

}  // namespace

double Median(std::vector<double> samples) {
  if (samples.empty()) return 0;
  std::sort(samples.begin(), samples.end());
  const size_t middle = samples.size() / 2;
  return samples.size() % 2 == 1 ? samples[middle]
                                 : (samples[middle - 1] + samples[middle]) / 2;
}

bool Goal::IsMet(double measured) const {
  return kind == Kind::kAtLeast ? measured >= bound : measured <= bound;
}

std::string Goal::Text() const {
  return absl::StrCat(kind == Kind::kAtLeast ? ">= " : "<= ", bound);
}

Figure MedianOf(std::string name, std::string unit,
                std::vector<double> samples) {
  return {.name = std::move(name),
          .value = Median(samples),
          .unit = std::move(unit),
          .samples = std::move(samples)};
}

std::optional<bool> Figure::IsMet() const {
  if (!goal.has_value()) return std::nullopt;
  return goal->IsMet(measured());
}

void Report::Describe(const std::string& name, const std::string& text) {
  descriptions_.emplace_back(name, text);
}

void Report::Add(Series series) {
  const auto same = std::find_if(
      series_.begin(), series_.end(),
      [&series](const Series& of) { return of.name == series.name; });
  if (same == series_.end()) return series_.push_back(std::move(series));
  same->points.insert(same->points.end(), series.points.begin(),
                      series.points.end());
}

std::string Report::Json() const {
  ordered_json json = {{"format", "xom-loadtest 1"}};
  for (const auto& [name, text] : descriptions_) json["run"][name] = text;
  json["figures"] = ordered_json::array();
  for (const Figure& figure : figures_)
    json["figures"].push_back(ToJson(figure));
  json["series"] = ordered_json::array();
  for (const Series& series : series_) {
    json["series"].push_back({{"name", series.name},
                              {"x_unit", series.x_unit},
                              {"unit", series.unit},
                              {"points", series.points}});
  }
  // A text that is not UTF-8, from /proc say, must not lose the run.
  return json.dump(1, ' ', false, ordered_json::error_handler_t::replace) +
         "\n";
}

std::string Report::Table() const {
  std::string text;
  for (const auto& [name, what] : descriptions_) {
    absl::StrAppend(&text, name, ": ", what, "\n");
  }
  cli::Table table({{"FIGURE"},
                    {"VALUE", Align::kRight},
                    {"UNIT"},
                    {"RATIO", Align::kRight},
                    {"SPREAD"},
                    {"GOAL"},
                    {"MET"},
                    {"AGAINST"}});
  for (const Figure& figure : figures_) {
    const std::optional<bool> met = figure.IsMet();
    table.AddRow({figure.name, NumberText(figure.value), figure.unit,
                  figure.ratio.has_value() ? NumberText(*figure.ratio) : "",
                  SpreadText(figure.samples),
                  figure.goal.has_value() ? figure.goal->Text() : "",
                  !met.has_value() ? ""
                  : *met           ? "yes"
                                   : "NO",
                  figure.against});
  }
  return absl::StrCat(text, table.Text(0));
}

}  // namespace xom::loadtest
