// The List methods: filters and pages.

#include <gmock/gmock.h>

#include <algorithm>
#include <vector>

#include "absl/strings/str_cat.h"
#include "tests/api_client.h"

namespace xom::tests {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::UnorderedElementsAre;

constexpr char kCircle[] =
    "region { circle { center { latitude: 10 longitude: 106 } "
    "radius_meters: 1000 } } ";
constexpr char kBox[] =
    "region { box { south_west { latitude: 9.9 longitude: 105.9 } "
    "north_east { latitude: 10.05 longitude: 106.1 } } } ";
constexpr char kGeoJson[] =
    "region { geo_json: '{\"type\":\"Polygon\",\"coordinates\":[[[105.9,9.9],"
    "[106.1,9.9],[106.1,10.05],[105.9,10.05],[105.9,9.9]]]}' } ";

// A list that goes round in circles fails instead of going on for ever.
constexpr int kTooManyPages = 100;

class ListTest : public ApiTest {
 protected:
  using Names = std::vector<std::string>;

  Names Needs(const std::string& text = "") {
    Names names;
    auto request = FromText<v1::ListNeedsRequest>(text);
    int pages = 0;
    do {
      EXPECT_LT(++pages, kTooManyPages);
      if (pages == kTooManyPages) break;
      const auto page = Must<v1::ListNeedsResponse>(request);
      for (const auto& need : page.needs()) {
        names.push_back(need.name().substr(6));
      }
      request.set_page_token(page.next_page_token());
    } while (!request.page_token().empty());
    return names;
  }
  Names Offers(const std::string& text = "") {
    Names names;
    for (const auto page = Must<v1::ListOffersResponse>(
             FromText<v1::ListOffersRequest>(text));
         const auto& offer : page.offers()) {
      names.push_back(offer.name().substr(7));
    }
    return names;
  }
  Names Points(const std::string& text = "") {
    Names names;
    for (const auto page = Must<v1::ListSupplyPointsResponse>(
             FromText<v1::ListSupplyPointsRequest>(text));
         const auto& point : page.supply_points()) {
      names.push_back(point.name().substr(13));
    }
    return names;
  }

  // A need of each state, and one that is elsewhere.
  void AddNeedsOfAllStates() {
    server_.CreateNeed(NeedAt(10.001, 106), "d-expired");
    server_.clock().Advance(absl::Hours(7 * 24));
    server_.Tick();
    server_.CreateNeed(NeedAt(10.002, 106), "c-open");
    server_.CreateNeed(NeedAt(10.003, 106), "b-closed");
    server_.CreateNeed(NeedAt(10.004, 106), "a-cancelled");
    v1::Need far = NeedAt(10.1, 106);
    far.set_urgency(v1::URGENCY_CRITICAL);
    far.add_categories("categories/medical-advice");
    server_.CreateNeed(far, "e-far");
    server_.CloseNeed("needs/b-closed");
    Must<v1::Need>(
        FromText<v1::CancelNeedRequest>("name: 'needs/a-cancelled'"));
  }
};

TEST_F(ListTest, NeedsOfAllStatesComeInTheOrderOfTheirNames) {
  AddNeedsOfAllStates();
  EXPECT_THAT(Needs(), ElementsAre("a-cancelled", "b-closed", "c-open",
                                   "d-expired", "e-far"));
}

TEST_F(ListTest, NeedsPassTheFilters) {
  AddNeedsOfAllStates();
  EXPECT_THAT(Needs("states: STATE_OPEN"), ElementsAre("c-open", "e-far"));
  EXPECT_THAT(Needs("states: STATE_CLOSED states: STATE_EXPIRED"),
              ElementsAre("b-closed", "d-expired"));
  EXPECT_THAT(Needs("states: STATE_CANCELLED states: STATE_OPEN"),
              ElementsAre("a-cancelled", "c-open", "e-far"));
  EXPECT_THAT(Needs("categories: 'categories/medical-advice'"),
              ElementsAre("e-far"));
  EXPECT_THAT(Needs("min_urgency: URGENCY_HIGH"), ElementsAre("e-far"));
  for (const std::string region : {kCircle, kBox, kGeoJson}) {
    EXPECT_THAT(Needs(region), UnorderedElementsAre("a-cancelled", "b-closed",
                                                    "c-open", "d-expired"));
    EXPECT_THAT(Needs(region + "states: STATE_OPEN"), ElementsAre("c-open"));
    EXPECT_THAT(Needs(region + "states: STATE_EXPIRED states: STATE_CLOSED"),
                UnorderedElementsAre("b-closed", "d-expired"));
    EXPECT_THAT(Needs(region + "categories: 'categories/medical-advice'"),
                IsEmpty());
    EXPECT_THAT(Needs(region + "min_urgency: URGENCY_CRITICAL"), IsEmpty());
  }
}

TEST_F(ListTest, OffersPassTheFilters) {
  v1::Offer medic = OfferAt(10.1, 106);
  medic.set_categories(0, "categories/medical-advice");
  server_.CreateOffer(medic, "a-medic");
  for (const char* id : {"b-active", "c-paused", "d-closed"}) {
    server_.CreateOffer(OfferAt(10, 106), id);
  }
  Must<v1::Offer>(FromText<v1::PauseOfferRequest>("name: 'offers/c-paused'"));
  Must<v1::Offer>(FromText<v1::CloseOfferRequest>("name: 'offers/d-closed'"));
  EXPECT_THAT(Offers(),
              ElementsAre("a-medic", "b-active", "c-paused", "d-closed"));
  EXPECT_THAT(Offers("states: STATE_PAUSED"), ElementsAre("c-paused"));
  EXPECT_THAT(Offers("states: STATE_CLOSED states: STATE_ACTIVE"),
              ElementsAre("a-medic", "b-active", "d-closed"));
  EXPECT_THAT(Offers("categories: 'categories/medical-advice'"),
              ElementsAre("a-medic"));
  EXPECT_THAT(Offers(kCircle),
              UnorderedElementsAre("b-active", "c-paused", "d-closed"));
  EXPECT_THAT(Offers(std::string(kCircle) + "states: STATE_CLOSED"),
              ElementsAre("d-closed"));
}

TEST_F(ListTest, SupplyPointsPassTheFilters) {
  v1::SupplyPoint medic = SupplyPointAt(10.1, 106);
  medic.set_categories(0, "categories/medical-advice");
  server_.CreateSupplyPoint(medic, "a-medic");
  v1::SupplyPoint paused = SupplyPointAt(10, 106);
  paused.set_availability(v1::SupplyPoint::AVAILABILITY_PAUSED);
  server_.CreateSupplyPoint(paused, "b-paused");
  server_.CreateSupplyPoint(SupplyPointAt(10, 106), "c-open");
  EXPECT_THAT(Points(), ElementsAre("a-medic", "b-paused", "c-open"));
  EXPECT_THAT(Points("open_now: true"), ElementsAre("a-medic", "c-open"));
  EXPECT_THAT(Points("categories: 'categories/medical-advice'"),
              ElementsAre("a-medic"));
  EXPECT_THAT(Points(kCircle), UnorderedElementsAre("b-paused", "c-open"));
  EXPECT_THAT(Points(std::string(kCircle) + "open_now: true"),
              ElementsAre("c-open"));
}

// Live and ended needs stand in two indexes, some at the same point.
TEST_F(ListTest, EveryPageSizeGivesTheSameList) {
  for (int i = 0; i < 24; ++i) {
    const std::string id = absl::StrCat("n", i);
    server_.CreateNeed(NeedAt(10 + (i / 5) * 0.0007, 106), id);
    if (i % 3 == 0) server_.CloseNeed("needs/" + id);
  }
  const std::string filters[] = {"", kCircle, kBox, "states: STATE_OPEN",
                                 std::string(kCircle) + "states: STATE_CLOSED"};
  for (const std::string& filter : filters) {
    const Names all = Needs(filter + " page_size: 1000");
    Names sorted = all;
    std::sort(sorted.begin(), sorted.end());
    EXPECT_EQ(std::unique(sorted.begin(), sorted.end()), sorted.end());
    for (int size = 1; size <= 25; ++size) {
      EXPECT_EQ(Needs(absl::StrCat(filter, " page_size: ", size)), all)
          << filter << " page_size " << size;
    }
  }
  EXPECT_EQ(Needs(kCircle).size(), 24u);
  EXPECT_EQ(Needs("states: STATE_CLOSED").size(), 8u);
}

TEST_F(ListTest, PageSizesAreBoundedByDefaultAndAtMost) {
  for (int i = 0; i < 60; ++i) {
    server_.CreateSupplyPoint(SupplyPointAt(10, 106), absl::StrCat("p", i));
  }
  EXPECT_EQ(Points().size(), 50u);
  EXPECT_EQ(Points("page_size: 2147483647").size(), 60u);
  EXPECT_EQ(Points("page_size: 7").size(), 7u);
}

TEST_F(ListTest, AnEmptyPageEndsTheList) {
  const auto page = Must<v1::ListNeedsResponse>(v1::ListNeedsRequest());
  EXPECT_EQ(page.needs_size(), 0);
  EXPECT_EQ(page.next_page_token(), "");
}

TEST_F(ListTest, AChangeBetweenPagesMovesNothingElse) {
  for (const char* id : {"a", "c", "e", "g"}) {
    server_.CreateNeed(NeedAt(10, 106), id);
  }
  auto request = FromText<v1::ListNeedsRequest>("page_size: 2");
  const auto first = Must<v1::ListNeedsResponse>(request);
  server_.CreateNeed(NeedAt(10, 106), "b");
  server_.CreateNeed(NeedAt(10, 106), "d");
  request.set_page_token(first.next_page_token());
  request.set_page_size(10);
  const auto second = Must<v1::ListNeedsResponse>(request);
  Names names;
  for (const auto& need : second.needs()) names.push_back(need.name());
  EXPECT_THAT(names, ElementsAre("needs/d", "needs/e", "needs/g"));
}

TEST_F(ListTest, APageTokenBelongsToItsFilter) {
  for (int i = 0; i < 3; ++i) {
    server_.CreateNeed(NeedAt(10, 106), absl::StrCat("n", i));
  }
  const std::string filters[] = {"",
                                 kCircle,
                                 kBox,
                                 "states: STATE_OPEN",
                                 "categories: 'categories/groceries'",
                                 "min_urgency: URGENCY_LOW"};
  for (const std::string& mine : filters) {
    const std::string token =
        Must<v1::ListNeedsResponse>(
            FromText<v1::ListNeedsRequest>(mine + " page_size: 1"))
            .next_page_token();
    ASSERT_NE(token, "") << mine;
    for (const std::string& other : filters) {
      auto request = FromText<v1::ListNeedsRequest>(other);
      request.set_page_token(token);
      const grpc::Status status = Call(request);
      if (mine == other) {
        EXPECT_TRUE(status.ok());
        continue;
      }
      EXPECT_EQ(ReasonOf(status), "PAGE_TOKEN_INVALID") << mine << other;
    }
    v1::ListOffersRequest offers;
    offers.set_page_token(token);
    EXPECT_EQ(ReasonOf(Call(offers)), "PAGE_TOKEN_INVALID");
  }
}

}  // namespace
}  // namespace xom::tests
