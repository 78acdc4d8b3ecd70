#include "services/core/offer_decisions.h"

#include <gtest/gtest.h>

#include "services/core/category_decisions.h"
#include "services/core/error.h"
#include "services/core/time_proto.h"

namespace xom::core {
namespace {

using internal::v1::StoredOffer;
using v1::Offer;

const absl::Time kNow = absl::FromUnixSeconds(1'629'684'000);

CategoryTable Categories() {
  CategoryTable table;
  for (const auto& stored : BuiltInCategories(kNow)) {
    table = table.With({stored, 1});
  }
  return table;
}

StoredOffer Created() {
  v1::CreateOfferRequest request;
  request.mutable_offer()->add_categories("categories/groceries");
  request.mutable_offer()->mutable_place()->mutable_location();
  request.mutable_offer()->mutable_contact()->set_other_channel("zalo");
  const auto stored = CreateOffer(request, "offers/x", Categories(), kNow);
  EXPECT_TRUE(stored.ok()) << stored.status();
  return *stored;
}

TEST(OfferDecisionsTest, TheContactStandsApartAndSurvivesUpdates) {
  StoredOffer before = Created();
  before.set_poster("users/linh");
  EXPECT_FALSE(before.offer().has_contact());
  v1::UpdateOfferRequest request;
  request.mutable_offer()->set_description("x");
  const auto after = UpdateOffer(before, request, Categories(), kNow);
  ASSERT_TRUE(after.ok());
  EXPECT_FALSE(after->offer().has_contact());
  EXPECT_EQ(after->contact().other_channel(), "zalo");
  EXPECT_EQ(after->poster(), "users/linh");
}

TEST(OfferDecisionsTest, DefaultsAreFilledIn) {
  const StoredOffer stored = Created();
  EXPECT_EQ(stored.offer().capacity(), 1);
  EXPECT_EQ(stored.offer().helper_kind(), Offer::HELPER_KIND_PERSON);
  EXPECT_EQ(stored.offer().state(), Offer::STATE_ACTIVE);
}

TEST(OfferDecisionsTest, OnlySomeMovesAreAllowed) {
  const Offer::State states[] = {Offer::STATE_ACTIVE, Offer::STATE_PAUSED,
                                 Offer::STATE_CLOSED};
  // By row where from, by column where to.
  constexpr bool kAllowed[3][3] = {
      {false, true, true}, {true, false, true}, {false, false, false}};
  for (size_t from = 0; from < 3; ++from) {
    for (size_t to = 0; to < 3; ++to) {
      StoredOffer offer = Created();
      offer.mutable_offer()->set_state(states[from]);
      const auto moved = MoveOffer(offer, states[to], "", kNow);
      EXPECT_EQ(moved.ok(), kAllowed[from][to]) << from << " to " << to;
      if (moved.ok()) {
        EXPECT_EQ(moved->offer().state(), states[to]);
        EXPECT_EQ(moved->offer().has_end_time(),
                  states[to] == Offer::STATE_CLOSED);
        EXPECT_EQ(moved->contact().other_channel(), "zalo");
        continue;
      }
      ASSERT_NE(ReasonOf(moved.status()), nullptr);
      EXPECT_EQ(ReasonOf(moved.status())->reason, Reason::kStateMismatch);
    }
  }
}

TEST(OfferDecisionsTest, AnOrganizationNeedsAName) {
  v1::UpdateOfferRequest request;
  request.mutable_offer()->set_helper_kind(Offer::HELPER_KIND_ORGANIZATION);
  EXPECT_EQ(UpdateOffer(Created(), request, Categories(), kNow).status().code(),
            absl::StatusCode::kInvalidArgument);
  request.mutable_offer()->set_display_name("Bếp Nhà");
  EXPECT_TRUE(UpdateOffer(Created(), request, Categories(), kNow).ok());
}

}  // namespace
}  // namespace xom::core
