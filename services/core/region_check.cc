#include "services/core/region_check.h"

#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "geo/geojson.h"
#include "services/core/field_check.h"

namespace xom::core {
namespace {

geo::LatLng ToGeo(const google::type::LatLng& value) {
  return {value.latitude(), value.longitude()};
}

std::optional<geo::Region> Checked(absl::string_view field,
                                   absl::StatusOr<geo::Region> region,
                                   Violations* violations) {
  if (region.ok()) return *std::move(region);
  violations->Add(field, region.status().message());
  return std::nullopt;
}

std::optional<geo::Region> CheckCircle(absl::string_view field,
                                       const v1::Region::Circle& circle,
                                       Violations* violations) {
  const auto center =
      CheckPoint(absl::StrCat(field, ".center"), circle.has_center(),
                 circle.center(), violations);
  if (!center.has_value()) return std::nullopt;
  return Checked(absl::StrCat(field, ".radius_meters"),
                 geo::Region::Circle(*center, circle.radius_meters()),
                 violations);
}

std::optional<geo::Region> CheckBox(absl::string_view field,
                                    const v1::Region::Box& box,
                                    Violations* violations) {
  CheckPoint(absl::StrCat(field, ".south_west"), box.has_south_west(),
             box.south_west(), violations);
  CheckPoint(absl::StrCat(field, ".north_east"), box.has_north_east(),
             box.north_east(), violations);
  if (!violations->empty()) return std::nullopt;
  return Checked(
      field, geo::Region::Box(ToGeo(box.south_west()), ToGeo(box.north_east())),
      violations);
}

std::optional<geo::Region> CheckPolygon(absl::string_view field,
                                        const v1::Region::Polygon& polygon,
                                        Violations* violations) {
  std::vector<geo::Ring> rings;
  for (const v1::Region::Ring& ring : polygon.rings()) {
    geo::Ring& vertices = rings.emplace_back();
    for (const auto& vertex : ring.vertices()) {
      vertices.push_back(ToGeo(vertex));
    }
  }
  return Checked(absl::StrCat(field, ".rings"), geo::Region::Polygon(rings),
                 violations);
}

}  // namespace

std::optional<geo::Region> CheckRegion(absl::string_view field,
                                       const v1::Region& region,
                                       Violations* violations) {
  switch (region.shape_case()) {
    case v1::Region::kCircle:
      return CheckCircle(absl::StrCat(field, ".circle"), region.circle(),
                         violations);
    case v1::Region::kBox:
      return CheckBox(absl::StrCat(field, ".box"), region.box(), violations);
    case v1::Region::kPolygon:
      return CheckPolygon(absl::StrCat(field, ".polygon"), region.polygon(),
                          violations);
    case v1::Region::kGeoJson:
      return Checked(absl::StrCat(field, ".geo_json"),
                     geo::RegionFromGeoJson(region.geo_json()), violations);
    case v1::Region::SHAPE_NOT_SET:
      break;
  }
  violations->Add(field, "needs a circle, box, polygon or geo_json");
  return std::nullopt;
}

}  // namespace xom::core
