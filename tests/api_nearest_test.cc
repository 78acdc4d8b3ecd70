// MatchService.FindNearest*: the order, the filters and the pages.

#include <gmock/gmock.h>

#include <cmath>
#include <vector>

#include "absl/strings/str_cat.h"
#include "services/core/time_proto.h"
#include "tests/api_client.h"

namespace xom::tests {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

constexpr char kFrom[] = "point { latitude: 10 longitude: 106 } k: 10 ";
// One thousandth of a degree of latitude, on the sphere of the API.
const double kStepMeters = 6'371'008.8 * M_PI / 180 / 1000;

class NearestTest : public ApiTest {
 protected:
  using Names = std::vector<std::string>;

  Names Needs(const std::string& filter = "") {
    Names names;
    for (const auto page = Must<v1::FindNearestNeedsResponse>(
             FromText<v1::FindNearestNeedsRequest>(kFrom + filter));
         const auto& nearest : page.needs()) {
      names.push_back(nearest.need().name().substr(6));
    }
    return names;
  }
  Names Offers(const std::string& filter = "") {
    Names names;
    for (const auto page = Must<v1::FindNearestOffersResponse>(
             FromText<v1::FindNearestOffersRequest>(kFrom + filter));
         const auto& nearest : page.offers()) {
      names.push_back(nearest.offer().name().substr(7));
    }
    return names;
  }
  Names Points(const std::string& filter = "") {
    Names names;
    for (const auto page = Must<v1::FindNearestSupplyPointsResponse>(
             FromText<v1::FindNearestSupplyPointsRequest>(kFrom + filter));
         const auto& nearest : page.supply_points()) {
      names.push_back(nearest.supply_point().name().substr(13));
    }
    return names;
  }

  // A need, offer or supply point so many steps north of where we ask, with
  // what `text` adds.
  void AddNeed(const std::string& id, int steps, const std::string& text = "") {
    v1::Need need = NeedAt(10 + steps * 0.001, 106);
    MergeText(text, &need);
    server_.CreateNeed(need, id);
  }
  void AddOffer(const std::string& id, int steps,
                const std::string& text = "") {
    v1::Offer offer = OfferAt(10 + steps * 0.001, 106);
    MergeText(text, &offer);
    server_.CreateOffer(offer, id);
  }
  void AddPoint(const std::string& id, int steps,
                const std::string& text = "") {
    v1::SupplyPoint point = SupplyPointAt(10 + steps * 0.001, 106);
    MergeText(text, &point);
    server_.CreateSupplyPoint(point, id);
  }
  std::string Seconds(absl::Time time) {
    return absl::StrCat("{ seconds: ", absl::ToUnixSeconds(time), " }");
  }
};

TEST_F(NearestTest, NeedsComeNearestFirstWithTheirDistances) {
  AddNeed("far", 5);
  AddNeed("near", 1);
  AddNeed("middle", -3);
  const auto response = Must<v1::FindNearestNeedsResponse>(
      FromText<v1::FindNearestNeedsRequest>(kFrom));
  ASSERT_EQ(response.needs_size(), 3);
  const int steps[] = {1, 3, 5};
  const char* names[] = {"needs/near", "needs/middle", "needs/far"};
  for (int i = 0; i < 3; ++i) {
    EXPECT_EQ(response.needs(i).need().name(), names[i]);
    EXPECT_NEAR(response.needs(i).distance_meters(), steps[i] * kStepMeters,
                1e-6);
  }
  EXPECT_EQ(response.revision(), revision());
  EXPECT_EQ(response.next_page_token(), "");
}

TEST_F(NearestTest, EqualDistancesGoByUrgencyThenAgeThenName) {
  AddNeed("b-normal", 1);
  AddNeed("a-normal", 1);
  AddNeed("low", 1, "urgency: URGENCY_LOW");
  AddNeed("critical", 1, "urgency: URGENCY_CRITICAL");
  server_.clock().Advance(absl::Seconds(1));
  AddNeed("a-young", 1);
  AddNeed("high", 1, "urgency: URGENCY_HIGH");
  EXPECT_THAT(Needs(), ElementsAre("critical", "high", "a-normal", "b-normal",
                                   "a-young", "low"));
}

TEST_F(NearestTest, PagesContinueTheOrderWhateverTheirSize) {
  for (int i = 0; i < 23; ++i) {
    AddNeed(absl::StrCat("n", i), i / 4,
            i % 3 == 0 ? "urgency: URGENCY_HIGH" : "");
    AddOffer(absl::StrCat("o", i), i / 4);
    AddPoint(absl::StrCat("p", i), i / 4);
  }
  const auto all_pages = [&](auto request, auto names_of) {
    std::vector<std::string> names;
    do {
      EXPECT_LT(names.size(), 40u) << "the pages go round in circles";
      request.set_page_token(names_of(request, &names));
    } while (!request.page_token().empty() && names.size() < 40);
    return names;
  };
  const auto needs = [&](const v1::FindNearestNeedsRequest& request,
                         Names* names) {
    const auto page = Must<v1::FindNearestNeedsResponse>(request);
    for (const auto& n : page.needs()) names->push_back(n.need().name());
    return page.next_page_token();
  };
  const auto offers = [&](const v1::FindNearestOffersRequest& request,
                          Names* names) {
    const auto page = Must<v1::FindNearestOffersResponse>(request);
    for (const auto& n : page.offers()) names->push_back(n.offer().name());
    return page.next_page_token();
  };
  const auto points = [&](const v1::FindNearestSupplyPointsRequest& request,
                          Names* names) {
    const auto page = Must<v1::FindNearestSupplyPointsResponse>(request);
    for (const auto& n : page.supply_points()) {
      names->push_back(n.supply_point().name());
    }
    return page.next_page_token();
  };
  auto need = FromText<v1::FindNearestNeedsRequest>(kFrom);
  auto offer = FromText<v1::FindNearestOffersRequest>(kFrom);
  auto point = FromText<v1::FindNearestSupplyPointsRequest>(kFrom);
  need.set_k(100);
  offer.set_k(100);
  point.set_k(100);
  const Names all_needs = all_pages(need, needs);
  const Names all_offers = all_pages(offer, offers);
  const Names all_points = all_pages(point, points);
  ASSERT_EQ(all_needs.size(), 23u);
  ASSERT_EQ(all_offers.size(), 23u);
  ASSERT_EQ(all_points.size(), 23u);
  for (int k = 1; k <= 24; ++k) {
    need.set_k(k);
    offer.set_k(k);
    point.set_k(k);
    EXPECT_EQ(all_pages(need, needs), all_needs) << "k " << k;
    EXPECT_EQ(all_pages(offer, offers), all_offers) << "k " << k;
    EXPECT_EQ(all_pages(point, points), all_points) << "k " << k;
  }
}

TEST_F(NearestTest, APageTokenBelongsToItsFilter) {
  for (int i = 0; i < 3; ++i) AddNeed(absl::StrCat("n", i), i);
  auto request = FromText<v1::FindNearestNeedsRequest>(kFrom);
  request.set_k(1);
  const std::string token =
      Must<v1::FindNearestNeedsResponse>(request).next_page_token();
  ASSERT_NE(token, "");
  for (const std::string other :
       {"point { latitude: 10.1 }", "max_distance_meters: 5000",
        "categories: 'categories/groceries'", "min_urgency: URGENCY_LOW",
        "min_verify_time { seconds: 1 }", "language_code: 'vi'"}) {
    auto changed = request;
    changed.set_page_token(token);
    MergeText(other, &changed);
    const grpc::Status status = Call(changed);
    EXPECT_EQ(ReasonOf(status), "PAGE_TOKEN_INVALID") << other;
    EXPECT_EQ(FieldsOf(status), "page_token");
  }
  // Of another method too; but another k is well.
  auto offers = FromText<v1::FindNearestOffersRequest>(kFrom);
  offers.set_page_token(token);
  EXPECT_EQ(ReasonOf(Call(offers)), "PAGE_TOKEN_INVALID");
  v1::ListNeedsRequest list;
  list.set_page_token(token);
  EXPECT_EQ(ReasonOf(Call(list)), "PAGE_TOKEN_INVALID");
  request.set_page_token(token);
  request.set_k(2);
  EXPECT_EQ(Must<v1::FindNearestNeedsResponse>(request).needs_size(), 2);
}

TEST_F(NearestTest, NeedsPassTheFilters) {
  AddNeed("here", 0, "language_code: 'vi-VN'");
  AddNeed("near", 1, "urgency: URGENCY_HIGH language_code: 'en'");
  AddNeed("far", 9,
          "categories: 'categories/medical-advice' urgency: URGENCY_LOW");
  EXPECT_THAT(Needs("max_distance_meters: 0"), ElementsAre("here"));
  EXPECT_THAT(Needs(absl::StrCat("max_distance_meters: ", kStepMeters * 1.001)),
              ElementsAre("here", "near"));
  EXPECT_THAT(Needs(absl::StrCat("max_distance_meters: ", kStepMeters * 0.999)),
              ElementsAre("here"));
  EXPECT_THAT(Needs("max_distance_meters: 100000000"),
              ElementsAre("here", "near", "far"));
  EXPECT_THAT(Needs("categories: 'categories/medical-advice'"),
              ElementsAre("far"));
  EXPECT_THAT(Needs("categories: 'categories/medical-advice' "
                    "categories: 'categories/groceries'"),
              ElementsAre("here", "near", "far"));
  EXPECT_THAT(Needs("categories: 'categories/necessities'"), IsEmpty());
  EXPECT_THAT(Needs("min_urgency: URGENCY_HIGH"), ElementsAre("near"));
  EXPECT_THAT(Needs("min_urgency: URGENCY_NORMAL"),
              ElementsAre("here", "near"));
  EXPECT_THAT(Needs("language_code: 'vi'"), ElementsAre("here"));
  EXPECT_THAT(Needs("language_code: 'EN-US'"), ElementsAre("near"));
  EXPECT_THAT(Needs("language_code: 'fr'"), IsEmpty());
  const absl::Time start = server_.clock().Now();
  server_.clock().Advance(absl::Hours(1));
  Must<v1::Need>(FromText<v1::RenewNeedRequest>("name: 'needs/far'"));
  EXPECT_THAT(Needs("min_verify_time " + Seconds(start + absl::Hours(1))),
              ElementsAre("far"));
  EXPECT_THAT(Needs("min_verify_time " + Seconds(start)),
              ElementsAre("here", "near", "far"));
  server_.CloseNeed("needs/here");
  EXPECT_THAT(Needs(), ElementsAre("near", "far"));
}

TEST_F(NearestTest, DistancesAreFromThePublicLocation) {
  v1::Need need = NeedAt(10, 106);
  need.mutable_place()->set_location_precision(
      v1::LOCATION_PRECISION_METERS_2400);
  server_.CreateNeed(need, "coarse");
  EXPECT_THAT(Needs("max_distance_meters: 0"), IsEmpty());
  const auto found = Must<v1::FindNearestNeedsResponse>(
      FromText<v1::FindNearestNeedsRequest>(kFrom));
  auto there = FromText<v1::FindNearestNeedsRequest>("k: 1");
  *there.mutable_point() = found.needs(0).need().public_location();
  EXPECT_EQ(
      Must<v1::FindNearestNeedsResponse>(there).needs(0).distance_meters(), 0);
}

TEST_F(NearestTest, OffersPassTheFilters) {
  const std::string monday =
      "hours { time_zone: 'Asia/Ho_Chi_Minh' weekly_spans { day: MONDAY "
      "span { open_minute: 480 close_minute: 600 } } } ";
  AddOffer("monday", 1, monday + "language_codes: 'vi'");
  AddOffer("always", 2,
           "service_radius_meters: 100 language_codes: 'en-GB' "
           "language_codes: 'vi-VN'");
  AddOffer("medic", 3,
           "categories: 'categories/medical-advice' "
           "service_radius_meters: 1000");
  AddOffer("paused", 0);
  Must<v1::Offer>(FromText<v1::PauseOfferRequest>("name: 'offers/paused'"));
  EXPECT_THAT(Offers(), ElementsAre("monday", "always", "medic"));
  EXPECT_THAT(Offers("max_distance_meters: 150"), ElementsAre("monday"));
  EXPECT_THAT(Offers("categories: 'categories/medical-advice'"),
              ElementsAre("medic"));
  EXPECT_THAT(Offers("language_code: 'vi'"), ElementsAre("monday", "always"));
  EXPECT_THAT(Offers("reaching: true"), ElementsAre("monday", "medic"));
  // It is Monday, 09:00.
  EXPECT_THAT(Offers("open_now: true"),
              ElementsAre("monday", "always", "medic"));
  server_.clock().Advance(absl::Hours(1));
  EXPECT_THAT(Offers("open_now: true"), ElementsAre("always", "medic"));
  Must<v1::Offer>(FromText<v1::UpdateOfferRequest>(
      "offer { name: 'offers/medic' description: 'x' }"));
  EXPECT_THAT(Offers("min_update_time " + Seconds(server_.clock().Now())),
              ElementsAre("medic"));
}

TEST_F(NearestTest, SupplyPointsPassTheFilters) {
  AddPoint("free", 1, "charge: CHARGE_FREE accessible: true");
  AddPoint("sold", 2,
           "charge: CHARGE_SOLD categories: 'categories/medical-advice'");
  AddPoint("paused", 3, "availability: AVAILABILITY_PAUSED");
  AddPoint("closed", 4, "availability: AVAILABILITY_CLOSED");
  AddPoint("crowded", 5, "availability: AVAILABILITY_CROWDED");
  EXPECT_THAT(Points(),
              ElementsAre("free", "sold", "paused", "closed", "crowded"));
  EXPECT_THAT(Points("charge: CHARGE_FREE"), ElementsAre("free"));
  EXPECT_THAT(Points("charge: CHARGE_SOLD"), ElementsAre("sold"));
  EXPECT_THAT(Points("accessible: true"), ElementsAre("free"));
  EXPECT_THAT(Points("open_now: true"), ElementsAre("free", "sold", "crowded"));
  EXPECT_THAT(Points("categories: 'categories/medical-advice'"),
              ElementsAre("sold"));
  EXPECT_THAT(Points(absl::StrCat("max_distance_meters: ", 2.5 * kStepMeters)),
              ElementsAre("free", "sold"));
  server_.clock().Advance(absl::Minutes(5));
  Must<v1::SupplyPoint>(FromText<v1::ReportAvailabilityRequest>(
      "name: 'supplyPoints/paused' availability: AVAILABILITY_OPEN"));
  EXPECT_THAT(Points("min_availability_time " + Seconds(server_.clock().Now())),
              ElementsAre("paused"));
  EXPECT_THAT(Points("open_now: true"),
              ElementsAre("free", "sold", "paused", "crowded"));
}

TEST_F(NearestTest, SearchesCrossTheAntimeridian) {
  server_.CreateNeed(NeedAt(0, 179.999), "west");
  server_.CreateNeed(NeedAt(0, -179.999), "east");
  server_.CreateNeed(NeedAt(0, 179), "far");
  const auto found =
      Must<v1::FindNearestNeedsResponse>(FromText<v1::FindNearestNeedsRequest>(
          "point { latitude: 0 longitude: 179.9995 } k: 9"));
  ASSERT_EQ(found.needs_size(), 3);
  EXPECT_EQ(found.needs(0).need().name(), "needs/west");
  EXPECT_EQ(found.needs(1).need().name(), "needs/east");
  EXPECT_NEAR(found.needs(1).distance_meters(), 1.5 * kStepMeters, 1e-3);
}

}  // namespace
}  // namespace xom::tests
