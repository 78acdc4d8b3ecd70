// MatchService.FindMatches: what fits, in which order, and why.

#include <gmock/gmock.h>

#include <cmath>
#include <vector>

#include "absl/strings/str_cat.h"
#include "tests/api_client.h"

namespace xom::tests {
namespace {

using testing::ElementsAre;

class MatchesTest : public ApiTest {
 protected:
  std::vector<std::string> Names(const std::string& text) {
    std::vector<std::string> names;
    for (const auto page = Find(text);
         const v1::Match& match : page.matches()) {
      names.push_back(match.has_need() ? match.need().name()
                                       : match.offer().name());
    }
    return names;
  }
  v1::FindMatchesResponse Find(const std::string& text) {
    return Must<v1::FindMatchesResponse>(
        FromText<v1::FindMatchesRequest>(text));
  }
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
};

constexpr char kOfMedic[] = "offer: 'offers/medic' k: 100";

TEST_F(MatchesTest, TheScoreIsExplained) {
  AddOffer("medic", 0,
           "categories: 'categories/medical-advice' lines { item: 'Rice' } "
           "language_codes: 'vi-VN'");
  AddNeed("x", 10,
          "categories: 'categories/necessities' urgency: URGENCY_HIGH "
          "lines { item: 'rice' } lines { item: 'milk' } language_code: 'fr'");
  const auto found = Find(kOfMedic);
  ASSERT_EQ(found.matches_size(), 1);
  const v1::Match& match = found.matches(0);
  const double meters = 6'371'008.8 * M_PI / 180 / 100;
  const double nearness = 1 / (1 + meters / 2'000);
  EXPECT_NEAR(match.distance_meters(), meters, 1e-6);
  EXPECT_NEAR(match.score_parts().nearness(), nearness, 1e-9);
  EXPECT_DOUBLE_EQ(match.score_parts().urgency(), 0.75);
  EXPECT_DOUBLE_EQ(match.score_parts().categories(), 0.5);
  EXPECT_DOUBLE_EQ(match.score_parts().lines(), 0.5);
  EXPECT_DOUBLE_EQ(match.score_parts().language(), 0);
  EXPECT_NEAR(match.score(),
              0.40 * nearness + 0.25 * 0.75 + 0.15 * 0.5 + 0.15 * 0.5, 1e-9);
  EXPECT_EQ(match.reason(),
            "groceries, 1.1 km, urgent, 1 of 2 things asked for, no shared "
            "language");
  // The same seen from the need.
  const auto back = Find("need: 'needs/x' k: 1");
  ASSERT_EQ(back.matches_size(), 1);
  EXPECT_EQ(back.matches(0).offer().name(), "offers/medic");
  EXPECT_EQ(back.matches(0).score(), match.score());
  EXPECT_EQ(back.matches(0).reason(), match.reason());
  EXPECT_EQ(back.matches(0).distance_meters(), match.distance_meters());
}

TEST_F(MatchesTest, OnlyWhatFitsIsFound) {
  AddOffer("medic", 0, "service_radius_meters: 1000");
  AddNeed("fits", 5);
  AddNeed("too-far", 15);
  AddNeed("closed", 1);
  server_.CloseNeed("needs/closed");
  v1::Need other = NeedAt(10, 106);
  other.set_categories(0, "categories/school-supplies");
  server_.CreateNeed(other, "other-category");
  EXPECT_THAT(Names(kOfMedic), ElementsAre("needs/fits"));
  AddOffer("paused", 5);
  Must<v1::Offer>(FromText<v1::PauseOfferRequest>("name: 'offers/paused'"));
  AddOffer("anywhere", 5000);
  AddOffer("short", 6, "service_radius_meters: 100");
  EXPECT_THAT(Names("need: 'needs/fits' k: 9"),
              ElementsAre("offers/medic", "offers/anywhere"));
}

TEST_F(MatchesTest, AnOfferFitsOnlyInItsHours) {
  AddOffer("medic", 0,
           "hours { time_zone: 'Asia/Ho_Chi_Minh' weekly_spans { day: MONDAY "
           "span { open_minute: 480 close_minute: 600 } } }");
  AddNeed("x", 1);
  EXPECT_THAT(Names(kOfMedic), ElementsAre("needs/x"));
  EXPECT_THAT(Names("need: 'needs/x' k: 1"), ElementsAre("offers/medic"));
  server_.clock().Advance(absl::Hours(1));
  EXPECT_THAT(Names(kOfMedic), ElementsAre());
  EXPECT_THAT(Names("need: 'needs/x' k: 1"), ElementsAre());
}

TEST_F(MatchesTest, TheBestComesFirstAndEqualScoresByDistanceThenName) {
  AddOffer("medic", 0);
  AddNeed("near", 2);
  AddNeed("urgent", 10, "urgency: URGENCY_CRITICAL");
  AddNeed("b-twin", 5);
  AddNeed("a-twin", 5);
  AddNeed("far", 200, "urgency: URGENCY_LOW");
  EXPECT_THAT(Names(kOfMedic),
              ElementsAre("needs/urgent", "needs/near", "needs/a-twin",
                          "needs/b-twin", "needs/far"));
}

TEST_F(MatchesTest, PagesContinueTheRanking) {
  AddOffer("medic", 0);
  for (int i = 0; i < 11; ++i) {
    AddNeed(absl::StrCat("n", i), i / 3,
            i % 2 == 0 ? "urgency: URGENCY_HIGH" : "");
  }
  const std::vector<std::string> all = Names(kOfMedic);
  ASSERT_EQ(all.size(), 11u);
  for (int k = 1; k <= 12; ++k) {
    auto request = FromText<v1::FindMatchesRequest>(kOfMedic);
    request.set_k(k);
    std::vector<std::string> names;
    do {
      ASSERT_LT(names.size(), 20u) << "the pages go round in circles";
      const auto page = Must<v1::FindMatchesResponse>(request);
      for (const v1::Match& match : page.matches()) {
        names.push_back(match.need().name());
      }
      request.set_page_token(page.next_page_token());
    } while (!request.page_token().empty());
    EXPECT_EQ(names, all) << "k " << k;
  }
  auto request = FromText<v1::FindMatchesRequest>(kOfMedic);
  request.set_k(1);
  const std::string token =
      Must<v1::FindMatchesResponse>(request).next_page_token();
  AddOffer("other", 0);
  request.set_offer("offers/other");
  request.set_page_token(token);
  EXPECT_EQ(ReasonOf(Call(request)), "PAGE_TOKEN_INVALID");
}

}  // namespace
}  // namespace xom::tests
