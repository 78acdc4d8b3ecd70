#include "services/core/match_score.h"

#include <gtest/gtest.h>

#include <cmath>

#include "services/core/category_decisions.h"

namespace xom::core {
namespace {

CategoryTable BuiltIn() {
  CategoryTable table;
  for (auto& category : BuiltInCategories(absl::UnixEpoch())) {
    table = table.With({category, 1});
  }
  return table;
}

// An open need and an active offer of groceries, `meters` apart.
struct Pair {
  explicit Pair(double meters) {
    need.set_name("needs/n");
    need.set_state(v1::Need::STATE_OPEN);
    need.set_urgency(v1::URGENCY_NORMAL);
    need.add_categories("categories/groceries");
    const double degrees = meters / geo::kEarthRadiusMeters * 180 / M_PI;
    need.mutable_public_location()->set_latitude(degrees);
    offer.set_name("offers/o");
    offer.set_state(v1::Offer::STATE_ACTIVE);
    offer.add_categories("categories/groceries");
  }

  void NeedItem(const std::string& item) { need.add_lines()->set_item(item); }
  void OfferItem(const std::string& item) { offer.add_lines()->set_item(item); }

  v1::Match Score() const { return ScoreMatch(*OfferOf(), *NeedOf()); }
  std::string Reason() const { return ReasonText(*OfferOf(), *NeedOf()); }

  v1::Need need;
  v1::Offer offer;

 private:
  NeedPtr NeedOf() const {
    internal::v1::StoredNeed stored;
    *stored.mutable_need() = need;
    return boost::static_pointer_cast<const NeedEntry>(
        *MakeEntry(need.name(), stored.SerializeAsString(), 1, BuiltIn()));
  }
  OfferPtr OfferOf() const {
    internal::v1::StoredOffer stored;
    *stored.mutable_offer() = offer;
    return boost::static_pointer_cast<const OfferEntry>(
        *MakeEntry(offer.name(), stored.SerializeAsString(), 1, BuiltIn()));
  }
};

TEST(MatchScoreTest, NearnessHalvesAtTwoKilometres) {
  const struct {
    double meters;
    double nearness;
  } kRows[] = {{0, 1}, {2'000, 0.5}, {6'000, 0.25}};
  for (const auto& row : kRows) {
    const Pair pair(row.meters);
    const v1::Match match = pair.Score();
    EXPECT_NEAR(match.score_parts().nearness(), row.nearness, 1e-6);
    EXPECT_NEAR(match.distance_meters(), row.meters, 1e-6);
  }
}

TEST(MatchScoreTest, UrgencyGoesInQuarters) {
  for (int urgency = v1::URGENCY_LOW; urgency <= v1::URGENCY_CRITICAL;
       ++urgency) {
    Pair pair(0);
    pair.need.set_urgency(static_cast<v1::Urgency>(urgency));
    EXPECT_DOUBLE_EQ(pair.Score().score_parts().urgency(), urgency / 4.0);
  }
}

TEST(MatchScoreTest, CategoriesAreTheShareOfTheNeeds) {
  Pair pair(0);
  for (const char* id : {"medical-advice", "school-supplies"}) {
    pair.need.add_categories(absl::StrCat("categories/", id));
  }
  for (const char* id : {"medical-advice", "necessities"}) {
    pair.offer.add_categories(absl::StrCat("categories/", id));
  }
  EXPECT_DOUBLE_EQ(pair.Score().score_parts().categories(), 2.0 / 3);
}

TEST(MatchScoreTest, LinesAreTheShareOfTheNeeds) {
  Pair none(0);
  EXPECT_EQ(none.Score().score_parts().lines(), 1);
  Pair unsaid(0);
  unsaid.NeedItem("rice");
  EXPECT_EQ(unsaid.Score().score_parts().lines(), 1);
  Pair some(0);
  for (const char* item : {"Rice", "milk", "eggs", "oil"}) some.NeedItem(item);
  for (const char* item : {"rice", "EGGS", "soap"}) some.OfferItem(item);
  EXPECT_DOUBLE_EQ(some.Score().score_parts().lines(), 0.5);
}

TEST(MatchScoreTest, LanguageCountsWhereBothNameOne) {
  const auto language = [](const std::string& need,
                           const std::vector<std::string>& offer) {
    Pair pair(0);
    pair.need.set_language_code(need);
    pair.offer.mutable_language_codes()->Assign(offer.begin(), offer.end());
    return pair.Score().score_parts().language();
  };
  EXPECT_EQ(language("", {}), 1);
  EXPECT_EQ(language("vi", {}), 1);
  EXPECT_EQ(language("", {"fr"}), 1);
  EXPECT_EQ(language("vi", {"en", "vi"}), 1);
  EXPECT_EQ(language("vi", {"en"}), 0);
}

TEST(MatchScoreTest, TheBestScoreIsOneAndTheReasonSaysWhy) {
  Pair pair(0);
  pair.need.set_urgency(v1::URGENCY_CRITICAL);
  const v1::Match best = pair.Score();
  EXPECT_NEAR(best.score(), 1, 1e-12);
  EXPECT_EQ(pair.Reason(), "groceries, 0 m, critical");
  Pair far(1'234);
  far.need.set_urgency(v1::URGENCY_HIGH);
  far.NeedItem("rice");
  far.OfferItem("soap");
  far.need.set_language_code("vi");
  far.offer.add_language_codes("en");
  EXPECT_EQ(far.Reason(),
            "groceries, 1.2 km, urgent, 0 of 1 things asked for, no shared "
            "language");
}

}  // namespace
}  // namespace xom::core
