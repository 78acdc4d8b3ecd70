#include "cli/region_flags.h"

#include <fstream>
#include <iterator>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"

namespace xom::cli {
namespace {

absl::Status ParseNumbers(const std::string& flag, const std::string& text,
                          size_t count, std::vector<double>* numbers) {
  for (absl::string_view part : absl::StrSplit(text, ',')) {
    absl::Status status = ParseValue(std::string(part), numbers);
    if (!status.ok()) {
      return absl::InvalidArgumentError(
          absl::StrCat(flag, ": ", status.message()));
    }
  }
  if (numbers->size() == count) return absl::OkStatus();
  return absl::InvalidArgumentError(absl::StrCat(
      flag, ": `", text, "` has ", numbers->size(), " numbers, not ", count));
}

void SetPoint(double lat, double lng, google::type::LatLng* point) {
  point->set_latitude(lat);
  point->set_longitude(lng);
}

absl::Status FillCircle(const std::string& text, v1::Region::Circle* circle) {
  std::vector<double> n;
  absl::Status status = ParseNumbers("--region_circle", text, 3, &n);
  if (!status.ok()) return status;
  SetPoint(n[0], n[1], circle->mutable_center());
  circle->set_radius_meters(n[2]);
  return absl::OkStatus();
}

absl::Status FillBox(const std::string& text, v1::Region::Box* box) {
  std::vector<double> n;
  absl::Status status = ParseNumbers("--region_box", text, 4, &n);
  if (!status.ok()) return status;
  SetPoint(n[0], n[1], box->mutable_south_west());
  SetPoint(n[2], n[3], box->mutable_north_east());
  return absl::OkStatus();
}

}  // namespace

void RegionFlags::AddTo(Command command) {
  command.Flag("--region_circle", "LAT,LNG,RADIUS_M: a disc", &circle);
  command.Flag("--region_box", "SOUTH,WEST,NORTH,EAST: a rectangle", &box);
  command.Flag("--region_geojson", "a file with a GeoJSON polygon",
               &geo_json_file);
}

bool RegionFlags::given() const {
  return !circle.empty() || !box.empty() || !geo_json_file.empty();
}

absl::Status RegionFlags::Fill(v1::Region* region) const {
  if (!circle.empty() + !box.empty() + !geo_json_file.empty() > 1) {
    return absl::InvalidArgumentError(
        "give one of --region_circle, --region_box and --region_geojson");
  }
  if (!circle.empty()) return FillCircle(circle, region->mutable_circle());
  if (!box.empty()) return FillBox(box, region->mutable_box());
  std::ifstream file(geo_json_file, std::ios::binary);
  if (!file) {
    return absl::NotFoundError(
        absl::StrCat("--region_geojson: cannot read ", geo_json_file));
  }
  region->set_geo_json(std::string(std::istreambuf_iterator<char>(file), {}));
  return absl::OkStatus();
}

}  // namespace xom::cli
