#include "services/core/match_score.h"

#include <gtest/gtest.h>

#include <cmath>

namespace xom::core {
namespace {

// An open need and an active offer of groceries, `meters` apart.
struct Pair {
  explicit Pair(double meters) {
    need.live = true;
    need.categories = 1;
    need.urgency = v1::URGENCY_NORMAL;
    need.stored.mutable_need()->add_categories("categories/groceries");
    offer.live = true;
    offer.categories = 1;
    offer.stored.mutable_offer()->set_state(v1::Offer::STATE_ACTIVE);
    offer.stored.mutable_offer()->add_categories("categories/groceries");
    const double degrees = meters / geo::kEarthRadiusMeters * 180 / M_PI;
    need.point = *geo::Point::FromDegrees({degrees, 0});
  }
  void NeedItem(const std::string& item) {
    need.stored.mutable_need()->add_lines()->set_item(item);
  }
  void OfferItem(const std::string& item) {
    offer.stored.mutable_offer()->add_lines()->set_item(item);
  }

  NeedEntry need;
  OfferEntry offer;
};

TEST(MatchScoreTest, NearnessHalvesAtTwoKilometres) {
  const struct {
    double meters;
    double nearness;
  } kRows[] = {{0, 1}, {2'000, 0.5}, {6'000, 0.25}};
  for (const auto& row : kRows) {
    const Pair pair(row.meters);
    const v1::Match match = ScoreMatch(pair.offer, pair.need);
    EXPECT_NEAR(match.score_parts().nearness(), row.nearness, 1e-6);
    EXPECT_NEAR(match.distance_meters(), row.meters, 1e-6);
  }
}

TEST(MatchScoreTest, UrgencyGoesInQuarters) {
  for (int urgency = v1::URGENCY_LOW; urgency <= v1::URGENCY_CRITICAL;
       ++urgency) {
    Pair pair(0);
    pair.need.urgency = urgency;
    EXPECT_DOUBLE_EQ(ScoreMatch(pair.offer, pair.need).score_parts().urgency(),
                     urgency / 4.0);
  }
}

TEST(MatchScoreTest, CategoriesAreTheShareOfTheNeeds) {
  Pair pair(0);
  pair.need.categories = 0b1011;
  pair.offer.categories = 0b0111;
  EXPECT_DOUBLE_EQ(ScoreMatch(pair.offer, pair.need).score_parts().categories(),
                   2.0 / 3);
}

TEST(MatchScoreTest, LinesAreTheShareOfTheNeeds) {
  Pair none(0);
  EXPECT_EQ(ScoreMatch(none.offer, none.need).score_parts().lines(), 1);
  Pair unsaid(0);
  unsaid.NeedItem("rice");
  EXPECT_EQ(ScoreMatch(unsaid.offer, unsaid.need).score_parts().lines(), 1);
  Pair some(0);
  for (const char* item : {"Rice", "milk", "eggs", "oil"}) some.NeedItem(item);
  for (const char* item : {"rice", "EGGS", "soap"}) some.OfferItem(item);
  EXPECT_DOUBLE_EQ(ScoreMatch(some.offer, some.need).score_parts().lines(),
                   0.5);
}

TEST(MatchScoreTest, LanguageCountsWhereBothNameOne) {
  const auto language = [](const std::string& need,
                           std::vector<std::string> offer) {
    Pair pair(0);
    pair.need.language = need;
    pair.offer.languages = std::move(offer);
    return ScoreMatch(pair.offer, pair.need).score_parts().language();
  };
  EXPECT_EQ(language("", {}), 1);
  EXPECT_EQ(language("vi", {}), 1);
  EXPECT_EQ(language("", {"fr"}), 1);
  EXPECT_EQ(language("vi", {"en", "vi"}), 1);
  EXPECT_EQ(language("vi", {"en"}), 0);
}

TEST(MatchScoreTest, TheBestScoreIsOneAndTheReasonSaysWhy) {
  Pair pair(0);
  pair.need.urgency = v1::URGENCY_CRITICAL;
  const v1::Match best = ScoreMatch(pair.offer, pair.need);
  EXPECT_NEAR(best.score(), 1, 1e-12);
  EXPECT_EQ(ReasonText(pair.offer, pair.need), "groceries, 0 m, critical");
  Pair far(1'234);
  far.need.urgency = v1::URGENCY_HIGH;
  far.NeedItem("rice");
  far.OfferItem("soap");
  far.need.language = "vi";
  far.offer.languages = {"en"};
  EXPECT_EQ(ReasonText(far.offer, far.need),
            "groceries, 1.2 km, urgent, 0 of 1 things asked for, no shared "
            "language");
}

}  // namespace
}  // namespace xom::core
