// Cases that well-known geo stores test themselves with, and their answers.
#include <grpcpp/grpcpp.h>
#include <gtest/gtest.h>

#include <map>

#include "absl/strings/numbers.h"
#include "absl/strings/str_split.h"
#include "tests/model_csv.h"
#include "tests/test_server.h"

namespace xom::tests {
namespace {

double Number(const std::string& text) {
  double value = 0;
  EXPECT_TRUE(absl::SimpleAtod(text, &value)) << text;
  return value;
}

// The sets, each with an Engine of its own: one server for each.
class PeerVectorsTest : public testing::Test {
 protected:
  void SetUp() override {
    for (const CsvRecord& row : ReadSharedCsv("peer_geo_vectors/points.csv")) {
      auto& server = servers_[row.at("set")];
      if (server == nullptr) server = std::make_unique<TestServer>();
      v1::SupplyPoint point =
          SupplyPointAt(Number(row.at("lat")), Number(row.at("lng")));
      point.set_display_name(row.at("id"));
      server->CreateSupplyPoint(point);
    }
    if (servers_.empty()) GTEST_SKIP() << "the shared data are not there";
  }

  static v1::FindNearestSupplyPointsRequest RequestOf(const CsvRecord& row) {
    v1::FindNearestSupplyPointsRequest request;
    request.mutable_point()->set_latitude(Number(row.at("lat")));
    request.mutable_point()->set_longitude(Number(row.at("lng")));
    const std::string& k = row.at("k");
    request.set_k(k.empty() ? 100 : static_cast<int>(Number(k)));
    if (!row.at("radius_m").empty()) {
      request.set_max_distance_meters(Number(row.at("radius_m")));
    }
    return request;
  }

  std::map<std::string, std::unique_ptr<TestServer>> servers_;
};

// Within 0.1 %, or within a metre: peers round positions.
void ExpectNear(double meters, const std::string& expected) {
  const double peer = Number(expected);
  EXPECT_NEAR(meters, peer, std::max(1.0, peer * 0.001));
}

TEST_F(PeerVectorsTest, OrderIsThatOfPeersAndDistancesAreNear) {
  int queries = 0;
  for (const CsvRecord& row : ReadSharedCsv("peer_geo_vectors/queries.csv")) {
    SCOPED_TRACE(row.at("query_id"));
    ASSERT_EQ(row.at("filter"), "");
    grpc::ClientContext context;
    v1::FindNearestSupplyPointsResponse reply;
    const auto status =
        servers_.at(row.at("set"))
            ->matches()
            .FindNearestSupplyPoints(&context, RequestOf(row), &reply);
    ASSERT_TRUE(status.ok()) << status.error_message();
    const std::vector<std::string> ids =
        absl::StrSplit(row.at("expected_ids"), '|', absl::SkipEmpty());
    const std::vector<std::string> haversine = absl::StrSplit(
        row.at("haversine_m_r6371008.8"), '|', absl::SkipEmpty());
    const std::vector<std::string> peer =
        absl::StrSplit(row.at("peer_distances_m"), '|', absl::SkipEmpty());
    ASSERT_EQ(reply.supply_points_size(), static_cast<int>(ids.size()));
    for (size_t i = 0; i < ids.size(); ++i) {
      const auto& found = reply.supply_points(static_cast<int>(i));
      EXPECT_EQ(found.supply_point().display_name(), ids[i]);
      EXPECT_NEAR(found.distance_meters(), Number(haversine.at(i)), 0.001);
      if (!peer.empty()) ExpectNear(found.distance_meters(), peer.at(i));
    }
    ++queries;
  }
  EXPECT_GT(queries, 10);
}

}  // namespace
}  // namespace xom::tests
