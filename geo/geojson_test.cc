#include "geo/geojson.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"

namespace xom::geo {
namespace {

using ::testing::StartsWith;

constexpr char kRing[] = "[[0,0],[10,0],[10,10],[0,10],[0,0]]";
constexpr char kEast[] = "[[20,0],[30,0],[30,10],[20,10],[20,0]]";

std::string Polygon(const std::string& rings) {
  return absl::StrCat(R"({"type":"Polygon","coordinates":[)", rings, "]}");
}

std::string Feature(const std::string& geometry) {
  return absl::StrCat(
      R"({"type":"Feature","properties":{"a":[{"b":"]}[\""}]},)",
      R"("geometry":)", geometry, "}");
}

bool Holds(const Region& region, double latitude, double longitude) {
  return region.Contains(*Point::FromDegrees({latitude, longitude}));
}

TEST(GeoJsonTest, ReadsEachKindOfArea) {
  const std::string multi = absl::StrCat(
      R"({"type":"MultiPolygon","coordinates":[[)", kRing, "],[", kEast, "]]}");
  const std::string collection =
      absl::StrCat(R"({"type":"FeatureCollection","features":[)",
                   Feature(Polygon(kRing)), ",", Feature(Polygon(kEast)), "]}");
  for (const std::string& json : {multi, Feature(multi), collection}) {
    SCOPED_TRACE(json);
    const absl::StatusOr<Region> region = RegionFromGeoJson(json);
    ASSERT_TRUE(region.ok()) << region.status();
    EXPECT_TRUE(Holds(*region, 5, 5));
    EXPECT_TRUE(Holds(*region, 5, 25));
    EXPECT_FALSE(Holds(*region, 5, 15));
  }
}

TEST(GeoJsonTest, ReadsLongitudeFirstAndIgnoresAltitude) {
  const absl::StatusOr<Region> region = RegionFromGeoJson(
      Polygon("[[100,0,7],[110,0,7.5],[110,10,-3],[100,10,0],[100,0,7]]"));
  ASSERT_TRUE(region.ok()) << region.status();
  EXPECT_TRUE(Holds(*region, 5, 105));
}

TEST(GeoJsonTest, LeavesHolesOut) {
  const absl::StatusOr<Region> region = RegionFromGeoJson(
      Polygon(absl::StrCat(kRing, ",[[2,2],[2,8],[8,8],[8,2],[2,2]]")));
  ASSERT_TRUE(region.ok()) << region.status();
  EXPECT_FALSE(Holds(*region, 5, 5));
  EXPECT_TRUE(Holds(*region, 1, 1));
}

TEST(GeoJsonTest, RefusesWithThePlaceOfTheFault) {
  const struct {
    std::string json;
    const char* start;
  } kCases[] = {
      {"", "GeoJSON is not valid JSON"},
      {"{", "GeoJSON is not valid JSON"},
      {"[1,2", "GeoJSON is not valid JSON"},
      {"\xff\xfe", "GeoJSON is not valid JSON"},
      {Polygon(kRing) + "x", "GeoJSON is not valid JSON"},
      {"null", "type: must be Polygon"},
      {"[]", "type: must be Polygon"},
      {R"({"type":7})", "type: must be Polygon"},
      {R"({"type":"Point","coordinates":[0,0]})", "type: must be Polygon"},
      {R"({"type":"Polygon"})", "coordinates: is missing"},
      {R"({"type":"Polygon","coordinates":7})",
       "coordinates: must be an array of rings"},
      {R"({"type":"Polygon","coordinates":[]})",
       "coordinates: must be an array of rings"},
      {R"({"type":"Polygon","coordinates":[7]})",
       "coordinates[0]: must be an array of positions"},
      {R"({"type":"Polygon","coordinates":[[]]})",
       "coordinates[0], vertex 0: a ring needs 3"},
      {R"({"type":"MultiPolygon","coordinates":[]})",
       "coordinates: must be an array of polygons"},
      {R"({"type":"MultiPolygon","coordinates":[[[[0,0],"a"]]]})",
       "coordinates[0][0][1]: must be [longitude, latitude]"},
      {Polygon("[[0,0],[10,0],[10,10],[0]]"),
       "coordinates[0][3]: must be [longitude, latitude]"},
      {Polygon("[[0,0],[10,0],[10,\"10\"]]"),
       "coordinates[0][2]: must be [longitude, latitude]"},
      {Polygon("[[0,0],[10,0],[0,106.7]]"),
       "coordinates[0][2]: latitude 106.7"},
      {Polygon("[[0,0],[1e308,0],[0,1]]"), "coordinates[0][1]: longitude"},
      {Polygon("[[0,0],[10,10],[10,0],[0,10],[0,0]]"),
       "coordinates[0], vertex 0: the edge from vertex 0 to 1 crosses"},
      {Polygon(absl::StrCat(kRing, ",", kRing)), "coordinates[0], vertex 0: "},
      {R"({"type":"Feature"})", "geometry: is missing"},
      {R"({"type":"Feature","geometry":null})", "geometry.type: must be"},
      {R"({"type":"FeatureCollection"})", "features: must be an array"},
      {R"({"type":"FeatureCollection","features":[]})", "polygon has no rings"},
      {R"({"type":"FeatureCollection","features":[{}]})",
       "features[0]: must be a Feature"},
      {absl::StrCat(R"({"type":"FeatureCollection","features":[)",
                    Feature(Polygon(kRing)), ",",
                    Feature(Polygon("[[0,0],[1,1]]")), "]}"),
       "features[1].geometry.coordinates[0], vertex 2: "},
  };
  for (const auto& c : kCases) {
    SCOPED_TRACE(c.json);
    const absl::StatusOr<Region> region = RegionFromGeoJson(c.json);
    EXPECT_EQ(region.status().code(), absl::StatusCode::kInvalidArgument);
    EXPECT_THAT(std::string(region.status().message()), StartsWith(c.start));
  }
}

TEST(GeoJsonTest, RefusesWhatIsTooLongOrTooDeep) {
  EXPECT_THAT(
      std::string(RegionFromGeoJson(std::string(kMaxGeoJsonBytes + 1, ' '))
                      .status()
                      .message()),
      StartsWith("GeoJSON is longer than 1048576"));
  for (const std::string open : {"[", "{\"a\":"}) {
    std::string deep;
    while (deep.size() + open.size() < kMaxGeoJsonBytes) deep += open;
    EXPECT_THAT(std::string(RegionFromGeoJson(deep).status().message()),
                StartsWith("GeoJSON is nested deeper than 32"));
  }
}

TEST(GeoJsonTest, DoesNotCountBracketsInsideStrings) {
  const std::string json = absl::StrReplaceAll(
      Polygon(kRing),
      {{"{", absl::StrCat(R"({"name":"\"\\)", std::string(100, '['), "\",")}});
  EXPECT_TRUE(RegionFromGeoJson(json).ok()) << json;
}

TEST(GeoJsonTest, RefusesTooManyRingsBeforeReadingThemAll) {
  std::string rings = kRing;
  for (size_t i = 0; i < kMaxPolygonRings; ++i) absl::StrAppend(&rings, ",[]");
  EXPECT_THAT(std::string(RegionFromGeoJson(Polygon(rings)).status().message()),
              StartsWith("coordinates: more than 512 rings"));
}

}  // namespace
}  // namespace xom::geo
