// What MatchService, WatchService and CategoryService refuse, field by field,
// and the polygons that no search takes.

#include <gmock/gmock.h>

#include <cmath>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "tests/api_client.h"
#include "tests/refused_fields.h"

namespace xom::tests {
namespace {

using testing::HasSubstr;

class SearchErrorsTest : public ApiTest {
 protected:
  void ExpectAllRefused(const google::protobuf::Message& valid,
                        const std::vector<WrongField>& rows) {
    ExpectRefused(client_, &server_.server().ledger(), valid, rows);
  }
};

constexpr char kFrom[] = "point { latitude: 10.77 longitude: 106.70 } k: 10";

// What all searches of the nearest ask for.
std::vector<WrongField> WrongNearness() {
  const std::string distance = "max_distance_meters";
  return Joined(
      {WrongPoints("point"),
       {{"k: 0", "k"},
        {"k: -1", "k"},
        {"k: 101", "k"},
        {"k: 2147483647", "k"},
        {"max_distance_meters: -1", distance},
        {"max_distance_meters: nan", distance},
        {"max_distance_meters: inf", distance},
        {"max_distance_meters: 100000001", distance},
        {"categories: 'categories/none'", "categories[0]"},
        {Times(65, "categories: 'categories/groceries' "), "categories"}}});
}

std::vector<WrongField> WrongNeedFilters() {
  return {{"min_urgency: 5", "min_urgency"},
          {"min_urgency: -1", "min_urgency"},
          {"min_verify_time { nanos: -1 }", "min_verify_time"},
          {"min_verify_time { seconds: -62135596801 }", "min_verify_time"},
          {"language_code: '!'", "language_code"}};
}

TEST_F(SearchErrorsTest, FindNearestNamesEachWrongField) {
  ExpectAllRefused(FromText<v1::FindNearestNeedsRequest>(kFrom),
                   Joined({WrongNearness(), WrongNeedFilters()}));
  ExpectAllRefused(
      FromText<v1::FindNearestOffersRequest>(kFrom),
      Joined({WrongNearness(),
              {{"min_update_time { nanos: -1 }", "min_update_time"},
               {"language_code: 'a'", "language_code"}}}));
  ExpectAllRefused(FromText<v1::FindNearestSupplyPointsRequest>(kFrom),
                   Joined({WrongNearness(),
                           {{"min_availability_time { nanos: 1000000000 }",
                             "min_availability_time"},
                            {"charge: 3", "charge"}}}));
}

TEST_F(SearchErrorsTest, SearchesAskForAPoint) {
  EXPECT_EQ(FieldsOf(Call(v1::FindNearestNeedsRequest())), "point,k");
  EXPECT_EQ(FieldsOf(Call(v1::FindNearestOffersRequest())), "point,k");
  EXPECT_EQ(FieldsOf(Call(v1::FindNearestSupplyPointsRequest())), "point,k");
  EXPECT_EQ(FieldsOf(Call(v1::WatchNearestNeedsRequest())), "point,k");
  EXPECT_EQ(FieldsOf(Call(v1::WatchRegionRequest())), "region");
}

TEST_F(SearchErrorsTest, FindMatchesNamesEachWrongField) {
  server_.CreateOffer(OfferAt(10.77, 106.70), "van");
  ExpectAllRefused(FromText<v1::FindMatchesRequest>("offer: 'offers/van' k: 1"),
                   {{"offer: ''", "offer"},
                    {"offer: 'needs/van'", "offer"},
                    {"need: 'offers/van'", "need"},
                    {"k: 0", "k"},
                    {"k: 101", "k"}});
  EXPECT_EQ(FieldsOf(Call(FromText<v1::FindMatchesRequest>("k: 1"))),
            "subject");
}

// A valid watch does not end, so that its rows stand on an invalid resume token
// that is looked at last.
TEST_F(SearchErrorsTest, WatchesNameEachWrongField) {
  const std::string token = " resume_token: '!'";
  const auto expect_refused = [&](const google::protobuf::Message& base,
                                  const std::vector<WrongField>& rows) {
    for (const WrongField& row : rows) {
      const std::unique_ptr<google::protobuf::Message> request(base.New());
      request->CopyFrom(base);
      MergeText(row.text, request.get());
      const grpc::Status status = Call(*request);
      EXPECT_EQ(status.error_code(), grpc::StatusCode::INVALID_ARGUMENT);
      EXPECT_EQ(FieldsOf(status), row.field) << row.text;
      EXPECT_EQ(CountErrorInfos(status), 1);
    }
  };
  expect_refused(
      FromText<v1::WatchNearestNeedsRequest>(kFrom + token),
      Joined({WrongNearness(), WrongNeedFilters(), {{"", "resume_token"}}}));
  const auto region = FromText<v1::WatchRegionRequest>(
      "region { circle { center { latitude: 1 } radius_meters: 1 } }" + token);
  expect_refused(
      region,
      {{"", "resume_token"},
       {"categories: 'x'", "categories[0]"},
       {"min_urgency: 5", "min_urgency"},
       {"kinds: WATCHED_KIND_UNSPECIFIED", "kinds[0]"},
       {"kinds: WATCHED_KIND_OFFERS kinds: 4", "kinds[1]"},
       {"kinds: WATCHED_KIND_OFFERS kinds: WATCHED_KIND_OFFERS", "kinds[1]"}});
  expect_refused(v1::WatchRegionRequest(), WrongRegions("region"));
}

TEST_F(SearchErrorsTest, TokensOfNobodyAreRefused) {
  const std::vector<std::string> tokens = {"!", "AAAA", "x", "=",
                                           Times(1'025, "A")};
  for (const std::string& token : tokens) {
    const std::string page = absl::StrCat(" page_token: '", token, "'");
    std::vector<std::unique_ptr<google::protobuf::Message>> requests;
    const auto add = [&](const google::protobuf::Message& request) {
      requests.emplace_back(request.New())->CopyFrom(request);
    };
    add(FromText<v1::ListNeedsRequest>(page));
    add(FromText<v1::ListOffersRequest>(page));
    add(FromText<v1::ListSupplyPointsRequest>(page));
    add(FromText<v1::ListCategoriesRequest>(page));
    add(FromText<v1::FindNearestNeedsRequest>(kFrom + page));
    add(FromText<v1::FindNearestOffersRequest>(kFrom + page));
    add(FromText<v1::FindNearestSupplyPointsRequest>(kFrom + page));
    for (const auto& request : requests) {
      const grpc::Status status = Call(*request);
      EXPECT_EQ(status.error_code(), grpc::StatusCode::INVALID_ARGUMENT);
      EXPECT_EQ(ReasonOf(status), "PAGE_TOKEN_INVALID")
          << request->ShortDebugString();
      EXPECT_EQ(FieldsOf(status), "page_token");
    }
    const grpc::Status status = Call(FromText<v1::WatchNearestNeedsRequest>(
        absl::StrCat(kFrom, " resume_token: '", token, "'")));
    EXPECT_EQ(ReasonOf(status), "RESUME_TOKEN_INVALID");
    EXPECT_EQ(FieldsOf(status), "resume_token");
  }
}

TEST_F(SearchErrorsTest, CategoriesNameEachWrongField) {
  const std::string names = "display_names { key: 'en' value: 'Water' } ";
  const auto shown = [](const std::string& key, const std::string& value) {
    return absl::StrCat("category { display_names { key: '", key, "' value: '",
                        value, "' } }");
  };
  const std::string path = "category.display_names[\"";
  std::string many = "category { ";
  for (char c = 'a'; c <= 'z'; ++c) {
    const std::string letter(1, c);
    absl::StrAppend(&many, "display_names { key: 'z", letter, "' value: 'x' }");
    absl::StrAppend(&many, "display_names { key: 'y", letter, "' value: 'x' }");
  }
  const std::vector<WrongField> wrong = {
      {shown("", "x"), path + "\"]"},
      {shown("a!", "x"), path + "a!\"]"},
      {shown("vi", ""), path + "vi\"]"},
      {shown("vi", Times(101, "ă")), path + "vi\"]"},
      {shown("vi", "\\033"), path + "vi\"]"},
      {many + " }", "category.display_names"}};
  const auto update = FromText<v1::UpdateCategoryRequest>(
      absl::StrCat("category { name: 'categories/groceries' ", names, "}"));
  ExpectAllRefused(update, Joined({wrong, WrongTargets("category.")}));
  ExpectAllRefused(update, {{"update_mask { paths: 'x' }", "update_mask"}});
  const auto create = FromText<v1::CreateCategoryRequest>(
      absl::StrCat("category_id: 'water' category { ", names, "}"));
  ExpectAllRefused(create, wrong);
  ExpectAllRefused(create, {{"category_id: ''", "category_id"},
                            {"category_id: 'Water'", "category_id"},
                            {"request_id: 'x'", "request_id"}});
  EXPECT_EQ(FieldsOf(Call(v1::CreateCategoryRequest())),
            "category_id,category.display_names");
  ExpectAllRefused(v1::ListCategoriesRequest(),
                   {{"page_size: -1", "page_size"}});
}

std::string Ring(const std::vector<std::pair<double, double>>& vertices) {
  std::string text = "rings { ";
  for (const auto& [latitude, longitude] : vertices) {
    absl::StrAppendFormat(&text,
                          "vertices { latitude: %.12g longitude: %.12g }",
                          latitude, longitude);
  }
  return text + "} ";
}

TEST_F(SearchErrorsTest, PolygonErrorsSayWhichVertexIsWrong) {
  const struct {
    std::string rings;
    std::string message;
  } kRows[] = {
      {Ring({{10, 106}, {11, 107}}), "ring 0, vertex 2"},
      {Ring({{10, 106}, {11, 107}, {91, 106}}), "ring 0, vertex 2: latitude"},
      {Ring({{10, 106}, {11, 107}, {std::nan(""), 106}}), "ring 0, vertex 2"},
      {Ring({{10, 106}, {11, 107}, {11, 107}, {10, 107}}), "ring 0, vertex 2"},
      {Ring({{10, 106}, {10, 107}, {10, 106}, {11, 107}}), "ring 0, vertex 2"},
      {Ring({{0, 0}, {0, 1}, {0, 2}}), "ring 0, vertex 0"},
      {Ring({{0, 0}, {1, 1}, {0, 1}, {1, 0}}), "ring 0, vertex 0: the edge"},
      {Ring({{10, 106}, {10, 107}, {11, 107}, {11, 106}}) +
           Ring({{10.5, 106.5}, {10.5, 108}, {10.6, 108}}),
       "ring 0, vertex 1"},
  };
  for (const auto& row : kRows) {
    const grpc::Status status = Call(FromText<v1::ListNeedsRequest>(
        absl::StrCat("region { polygon { ", row.rings, " } }")));
    EXPECT_EQ(status.error_code(), grpc::StatusCode::INVALID_ARGUMENT);
    EXPECT_EQ(FieldsOf(status), "region.polygon.rings");
    EXPECT_THAT(status.error_message(), HasSubstr(row.message)) << row.rings;
  }
}

TEST_F(SearchErrorsTest, APolygonLargerThanAHemisphereIsRefused) {
  // Around the south pole, up to 10 degrees north.
  std::vector<std::pair<double, double>> vertices;
  for (int longitude = -180; longitude < 180; longitude += 20) {
    vertices.emplace_back(10, longitude);
  }
  std::reverse(vertices.begin(), vertices.end());
  std::vector<std::pair<double, double>> north = vertices;
  for (auto& vertex : north) vertex.first = -10;
  std::reverse(north.begin(), north.end());
  for (const auto& ring : {vertices, north}) {
    const grpc::Status status = Call(FromText<v1::ListNeedsRequest>(
        absl::StrCat("region { polygon { ", Ring(ring), " } }")));
    EXPECT_EQ(status.error_code(), grpc::StatusCode::INVALID_ARGUMENT);
    EXPECT_THAT(status.error_message(),
                HasSubstr("vertex 0: larger than a hemisphere"));
  }
}

TEST_F(SearchErrorsTest, PolygonsHaveABoundOnVerticesAndRings) {
  const auto circle = [](size_t n) {
    std::vector<std::pair<double, double>> vertices;
    for (size_t i = 0; i < n; ++i) {
      const double angle =
          2 * M_PI * static_cast<double>(i) / static_cast<double>(n);
      vertices.emplace_back(10 + std::sin(angle), 106 + std::cos(angle));
    }
    return Ring(vertices);
  };
  const auto list = [&](const std::string& rings) {
    return Call(FromText<v1::ListNeedsRequest>(
        absl::StrCat("region { polygon { ", rings, " } }")));
  };
  EXPECT_TRUE(list(circle(10'000)).ok());
  const grpc::Status vertices = list(circle(10'001));
  EXPECT_EQ(FieldsOf(vertices), "region.polygon.rings");
  EXPECT_THAT(vertices.error_message(),
              HasSubstr("vertex 10000: the polygon has more than 10000"));
  std::string many;
  for (int i = 0; i < 513; ++i) {
    const double at = -80 + i * 0.3;
    many += Ring({{at, 10}, {at + 0.1, 10}, {at, 10.1}});
  }
  const grpc::Status rings = list(many);
  EXPECT_EQ(FieldsOf(rings), "region.polygon.rings");
  EXPECT_THAT(rings.error_message(), HasSubstr("512"));
}

}  // namespace
}  // namespace xom::tests
