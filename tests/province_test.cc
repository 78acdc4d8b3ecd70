// The cities of Việt Nam in its provinces: real borders, as GeoJSON.
#include <grpcpp/grpcpp.h>
#include <gtest/gtest.h>

#include <fstream>
#include <map>
#include <nlohmann/json.hpp>
#include <set>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "tests/model_csv.h"
#include "tests/model_socket.h"
#include "tests/test_server.h"

namespace xom::tests {
namespace {

using Names = std::set<std::string>;

class ProvinceTest : public testing::Test {
 protected:
  void SetUp() override {
    for (const CsvRecord& row :
         ReadSharedCsv("vietnam_provinces/expected_city_province.csv")) {
      double latitude = 0;
      double longitude = 0;
      ASSERT_TRUE(absl::SimpleAtod(row.at("lat"), &latitude));
      ASSERT_TRUE(absl::SimpleAtod(row.at("lng"), &longitude));
      const std::string id = absl::StrCat("city-", row.at("geonameid"));
      server_.CreateSupplyPoint(SupplyPointAt(latitude, longitude), id);
      server_.CreateNeed(NeedAt(latitude, longitude), id);
      if (!row.at("polygon_province").empty()) {
        expected_[row.at("polygon_province")].insert(id);
      }
    }
    if (expected_.empty()) GTEST_SKIP() << "the shared data are not there";
    regions_ = ReadRegions("provinces.geojson");
    simplified_ = ReadRegions("provinces_simplified.geojson");
    ASSERT_EQ(regions_.size(), 64u);
  }

  static std::map<std::string, v1::Region> ReadRegions(
      const std::string& file_name) {
    std::ifstream file(SharedDataFolder() + "/vietnam_provinces/" + file_name);
    const auto map = nlohmann::json::parse(file);
    std::map<std::string, v1::Region> regions;
    for (const auto& feature : map.at("features")) {
      regions[feature.at("properties").at("shapeName")].set_geo_json(
          feature.dump());
    }
    return regions;
  }

  // The error of a list in the region; "" when there is none.
  std::string ErrorOf(const v1::Region& region) {
    v1::ListNeedsRequest request;
    *request.mutable_region() = region;
    grpc::ClientContext context;
    v1::ListNeedsResponse reply;
    return server_.needs().ListNeeds(&context, request, &reply).error_message();
  }

  Names PointsIn(const v1::Region& region) {
    v1::ListSupplyPointsRequest request;
    *request.mutable_region() = region;
    request.set_page_size(1'000);
    grpc::ClientContext context;
    v1::ListSupplyPointsResponse reply;
    const auto status =
        server_.supply_points().ListSupplyPoints(&context, request, &reply);
    EXPECT_TRUE(status.ok()) << status.error_message();
    EXPECT_EQ(reply.next_page_token(), "");
    Names ids;
    for (const auto& point : reply.supply_points()) {
      ids.insert(point.name().substr(std::string("supplyPoints/").size()));
    }
    return ids;
  }

  Names NeedsIn(const v1::Region& region) {
    v1::ListNeedsRequest request;
    *request.mutable_region() = region;
    request.set_page_size(1'000);
    grpc::ClientContext context;
    v1::ListNeedsResponse reply;
    const auto status = server_.needs().ListNeeds(&context, request, &reply);
    EXPECT_TRUE(status.ok()) << status.error_message();
    Names ids;
    for (const auto& need : reply.needs()) {
      ids.insert(need.name().substr(std::string("needs/").size()));
    }
    return ids;
  }

  // What a watch of the region begins with.
  Names WatchedIn(const v1::Region& region, v1::WatchedKind kind) {
    v1::WatchRegionRequest request;
    *request.mutable_region() = region;
    request.add_kinds(kind);
    RegionFollower follower(request);
    const SocketStream<RegionFollower> stream(channel(), &follower);
    EXPECT_TRUE(follower.AwaitRevision(1, std::chrono::seconds(60)))
        << follower.AwaitEnd();
    Names ids;
    const auto held = follower.fold();
    for (const auto& [name, resource] : held.resources()) {
      ids.insert(name.substr(name.find('/') + 1));
    }
    return ids;
  }

  std::shared_ptr<grpc::Channel> channel() {
    if (channel_ == nullptr) channel_ = server_.NewChannel();
    return channel_;
  }

  TestServer server_;
  std::shared_ptr<grpc::Channel> channel_;
  std::map<std::string, Names> expected_;
  std::map<std::string, v1::Region> regions_;
  std::map<std::string, v1::Region> simplified_;
};

TEST_F(ProvinceTest, ListsAndWatchesHoldTheCitiesOfEachProvince) {
  size_t cities = 0;
  for (auto& [province, region] : regions_) {
    SCOPED_TRACE(province);
    // Its border has a spike so thin that its sides cross on the sphere, by
    // less than a millimetre. The simplified map has none.
    if (province == "TP. Hồ Chí Minh") {
      EXPECT_EQ(ErrorOf(region),
                "region.geo_json: geometry.coordinates[0], vertex 95: the edge "
                "from vertex 95 to 96 crosses the edge from vertex 97 to 98 of "
                "geometry.coordinates[0]");
      region = simplified_.at(province);
    }
    const Names& ids = expected_[province];
    cities += ids.size();
    EXPECT_EQ(PointsIn(region), ids);
    EXPECT_EQ(NeedsIn(region), ids);
    EXPECT_EQ(WatchedIn(region, v1::WATCHED_KIND_SUPPLY_POINTS), ids);
    EXPECT_EQ(WatchedIn(region, v1::WATCHED_KIND_NEEDS), ids);
  }
  EXPECT_EQ(cities, 75u) << "three lie in the sea, says the map";
  EXPECT_EQ(expected_.size(), regions_.size()) << "a province has no border";
}

}  // namespace
}  // namespace xom::tests
