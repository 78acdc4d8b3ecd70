#include "geo/geojson.h"

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"

namespace xom::geo {
namespace {

using Json = nlohmann::json;

absl::Status Fault(absl::string_view path, absl::string_view what) {
  if (path.empty()) return absl::InvalidArgumentError(what);
  return absl::InvalidArgumentError(absl::StrCat(path, ": ", what));
}

// Before parsing, so that a document of a million brackets costs one pass over
// its bytes. Brackets inside strings do not count.
absl::Status CheckDepth(absl::string_view json) {
  int depth = 0;
  bool in_string = false;
  for (size_t i = 0; i < json.size(); ++i) {
    const char c = json[i];
    if (in_string) {
      if (c == '\\') ++i;
      if (c == '"') in_string = false;
    } else if (c == '"') {
      in_string = true;
    } else if (c == '[' || c == '{') {
      if (++depth > kMaxGeoJsonDepth) {
        return Fault("", absl::StrCat("GeoJSON is nested deeper than ",
                                      kMaxGeoJsonDepth, " levels"));
      }
    } else if (c == ']' || c == '}') {
      --depth;
    }
  }
  return absl::OkStatus();
}

std::string Member(absl::string_view path, absl::string_view name) {
  return path.empty() ? std::string(name) : absl::StrCat(path, ".", name);
}

std::string Element(absl::string_view path, size_t i) {
  return absl::StrCat(path, "[", i, "]");
}

// Gathers the rings of one document, with the path of each.
class RingReader {
 public:
  const std::vector<Ring>& rings() const { return rings_; }
  const std::vector<std::string>& paths() const { return paths_; }

  absl::Status ReadDocument(const Json& json) {
    if (TypeOf(json) != "FeatureCollection") return ReadArea(json, "");
    const auto features = json.find("features");
    if (features == json.end() || !features->is_array()) {
      return Fault("features", "must be an array");
    }
    for (size_t i = 0; i < features->size(); ++i) {
      const std::string path = Element("features", i);
      const Json& feature = (*features)[i];
      if (TypeOf(feature) != "Feature") {
        return Fault(path, "must be a Feature");
      }
      if (absl::Status s = ReadArea(feature, path); !s.ok()) return s;
    }
    return absl::OkStatus();
  }

 private:
  static std::string TypeOf(const Json& json) {
    if (!json.is_object()) return "";
    const auto type = json.find("type");
    if (type == json.end() || !type->is_string()) return "";
    return type->get<std::string>();
  }

  // A geometry, or the Feature around one.
  absl::Status ReadArea(const Json& json, const std::string& path) {
    if (TypeOf(json) != "Feature") return ReadGeometry(json, path);
    const auto geometry = json.find("geometry");
    if (geometry == json.end()) {
      return Fault(Member(path, "geometry"), "is missing");
    }
    return ReadGeometry(*geometry, Member(path, "geometry"));
  }

  absl::Status ReadGeometry(const Json& json, const std::string& path) {
    const std::string type = TypeOf(json);
    if (type != "Polygon" && type != "MultiPolygon") {
      return Fault(Member(path, "type"),
                   "must be Polygon or MultiPolygon, alone, in a Feature or in "
                   "the Features of a FeatureCollection");
    }
    const auto found = json.find("coordinates");
    const std::string name = Member(path, "coordinates");
    if (found == json.end()) return Fault(name, "is missing");
    if (type == "Polygon") return ReadPolygon(*found, name);
    if (!found->is_array() || found->empty()) {
      return Fault(name, "must be an array of polygons");
    }
    for (size_t i = 0; i < found->size(); ++i) {
      if (absl::Status s = ReadPolygon((*found)[i], Element(name, i));
          !s.ok()) {
        return s;
      }
    }
    return absl::OkStatus();
  }

  absl::Status ReadPolygon(const Json& json, const std::string& path) {
    if (!json.is_array() || json.empty()) {
      return Fault(path, "must be an array of rings");
    }
    for (size_t i = 0; i < json.size(); ++i) {
      if (rings_.size() == kMaxPolygonRings) {
        return Fault(path, absl::StrCat("more than ", kMaxPolygonRings,
                                        " rings in the document"));
      }
      if (absl::Status s = ReadRing(json[i], Element(path, i)); !s.ok()) {
        return s;
      }
    }
    return absl::OkStatus();
  }

  absl::Status ReadRing(const Json& json, std::string path) {
    if (!json.is_array()) return Fault(path, "must be an array of positions");
    Ring ring;
    ring.reserve(json.size());
    for (size_t i = 0; i < json.size(); ++i) {
      const Json& position = json[i];
      // RFC 7946 discourages more than three numbers but has readers ignore
      // what they do not know.
      if (!position.is_array() || position.size() < 2 ||
          !position[0].is_number() || !position[1].is_number()) {
        return Fault(Element(path, i), "must be [longitude, latitude]");
      }
      const LatLng degrees{.latitude_degrees = position[1].get<double>(),
                           .longitude_degrees = position[0].get<double>()};
      if (absl::StatusOr<Point> p = Point::FromDegrees(degrees); !p.ok()) {
        return Fault(Element(path, i), p.status().message());
      }
      ring.push_back(degrees);
    }
    rings_.push_back(std::move(ring));
    paths_.push_back(std::move(path));
    return absl::OkStatus();
  }

  std::vector<Ring> rings_;
  std::vector<std::string> paths_;
};

}  // namespace

absl::StatusOr<Region> RegionFromGeoJson(absl::string_view json) {
  if (json.size() > kMaxGeoJsonBytes) {
    return Fault("", absl::StrCat("GeoJSON is longer than ", kMaxGeoJsonBytes,
                                  " bytes"));
  }
  if (absl::Status s = CheckDepth(json); !s.ok()) return s;
  const Json parsed = Json::parse(json.begin(), json.end(),
                                  /*cb=*/nullptr, /*allow_exceptions=*/false);
  if (parsed.is_discarded()) return Fault("", "GeoJSON is not valid JSON");
  RingReader reader;
  if (absl::Status s = reader.ReadDocument(parsed); !s.ok()) return s;
  return Region::Polygon(reader.rings(), reader.paths());
}

}  // namespace xom::geo
