// ListClaims: filters and pages.

#include <gmock/gmock.h>

#include <algorithm>
#include <vector>

#include "absl/strings/str_cat.h"
#include "tests/claim_calls.h"

namespace xom::tests {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

// A list that goes round in circles fails instead of going on for ever.
constexpr int kTooManyPages = 100;
constexpr char kVan[] = "offers/van";

class ClaimListTest : public ClaimTest {
 protected:
  using Names = std::vector<std::string>;

  void SetUp() override {
    CreateHelper("van", 100);
    CreateHelper("bike", 100);
  }

  // Of the van's, over all pages.
  Names List(const std::string& text) {
    auto request = FromText<v1::ListClaimsRequest>(text);
    if (request.offer().empty()) request.set_offer(kVan);
    if (request.parent().empty()) request.set_parent("needs/-");
    Names names;
    for (int pages = 0;; ++pages) {
      const auto page = Must<v1::ListClaimsResponse>(request);
      for (const auto& claim : page.claims()) names.push_back(claim.name());
      request.set_page_token(page.next_page_token());
      if (page.next_page_token().empty()) return names;
      EXPECT_LT(pages, kTooManyPages);
      if (pages == kTooManyPages) return names;
    }
  }
};

TEST_F(ClaimListTest, TheClaimsOfAnOfferAreInTheOrderOfTheirNeeds) {
  CreateRice("b");
  CreateRice("a");
  const v1::Claim b = Claim("needs/b", kVan, "lines { quantity: 1 }");
  const v1::Claim a = Claim("needs/a", kVan, "lines { quantity: 1 }");
  const v1::Claim other = Claim("needs/a", "offers/bike");
  EXPECT_THAT(List(""), ElementsAre(a.name(), b.name()));
  EXPECT_THAT(List("parent: 'needs/b'"), ElementsAre(b.name()));
  EXPECT_THAT(List("offer: 'offers/bike'"), ElementsAre(other.name()));
  EXPECT_THAT(List("parent: 'needs/b' offer: 'offers/bike'"), IsEmpty());
}

TEST_F(ClaimListTest, ANeedAloneListsTheClaimsOfAllOffers) {
  CreateRice("a");
  CreateRice("b");
  std::vector<std::string> names;
  for (const char* offer : {kVan, "offers/bike", kVan}) {
    names.push_back(Claim("needs/a", offer, "lines { quantity: 1 }").name());
  }
  Claim("needs/b", kVan);
  std::sort(names.begin(), names.end());
  for (const int size : {0, 1, 2}) {
    auto request = FromText<v1::ListClaimsRequest>(
        absl::StrCat("parent: 'needs/a' page_size: ", size));
    Names listed;
    for (int pages = 0; pages < kTooManyPages; ++pages) {
      const auto page = Must<v1::ListClaimsResponse>(request);
      for (const auto& claim : page.claims()) listed.push_back(claim.name());
      request.set_page_token(page.next_page_token());
      if (page.next_page_token().empty()) break;
    }
    EXPECT_EQ(listed, names) << size;
  }
}

TEST_F(ClaimListTest, AListHoldsWhatGetAnswers) {
  CreateRice("rice");
  const v1::Claim claim = Claim("needs/rice", kVan);
  const auto list =
      Must<v1::ListClaimsResponse>(FromText<v1::ListClaimsRequest>(
          "parent: 'needs/rice' offer: 'offers/van'"));
  ASSERT_EQ(list.claims_size(), 1);
  EXPECT_EQ(list.claims(0).DebugString(), claim.DebugString());
}

TEST_F(ClaimListTest, StatesAreAFilter) {
  for (const char* id : {"a", "b", "c", "d", "e"}) CreateRice(id);
  const v1::Claim expired = Claim("needs/e", kVan);
  Advance(absl::Hours(12));
  server_.Tick();
  const v1::Claim active = Claim("needs/a", kVan);
  const v1::Claim delivered = Deliver(Claim("needs/b", kVan));
  const v1::Claim confirmed =
      Confirm(Deliver(Claim("needs/c", kVan)), "outcome: OUTCOME_RECEIVED");
  const v1::Claim released = Release(Claim("needs/d", kVan));
  EXPECT_THAT(List("states: STATE_ACTIVE"), ElementsAre(active.name()));
  EXPECT_THAT(List("states: STATE_DELIVERED"), ElementsAre(delivered.name()));
  EXPECT_THAT(List("states: STATE_CONFIRMED"), ElementsAre(confirmed.name()));
  EXPECT_THAT(List("states: STATE_RELEASED"), ElementsAre(released.name()));
  EXPECT_THAT(List("states: STATE_EXPIRED"), ElementsAre(expired.name()));
  EXPECT_THAT(List("states: STATE_EXPIRED states: STATE_ACTIVE"),
              ElementsAre(active.name(), expired.name()));
  EXPECT_EQ(List("").size(), 5u);
}

TEST_F(ClaimListTest, PagesTogetherAreTheListWhateverTheirSize) {
  for (int i = 0; i < 5; ++i) {
    const std::string need = CreateRice(absl::StrCat("n", i)).name();
    for (int k = 0; k < 3; ++k) Claim(need, kVan, "lines { quantity: 1 }");
    Claim(need, "offers/bike", "lines { quantity: 1 }");
  }
  const Names all = List("");
  EXPECT_EQ(all.size(), 15u);
  for (const int size : {1, 2, 3, 4, 7, 15, 1'000, 2'000}) {
    EXPECT_EQ(List(absl::StrCat("page_size: ", size)), all) << size;
  }
  const Names of_one = List("parent: 'needs/n2'");
  EXPECT_EQ(of_one.size(), 3u);
  EXPECT_EQ(List("parent: 'needs/n2' page_size: 1"), of_one);
}

TEST_F(ClaimListTest, APageIsNotLargerThanAsked) {
  const std::string need = CreateRice("rice").name();
  for (int k = 0; k < 4; ++k) Claim(need, kVan, "lines { quantity: 1 }");
  const auto page =
      Must<v1::ListClaimsResponse>(FromText<v1::ListClaimsRequest>(
          "parent: 'needs/-' offer: 'offers/van' page_size: 3"));
  EXPECT_LE(page.claims_size(), 3);
  EXPECT_NE(page.next_page_token(), "");
}

TEST_F(ClaimListTest, AForeignPageTokenIsRefused) {
  const std::string need = CreateRice("rice").name();
  Claim(need, kVan, "lines { quantity: 1 }");
  Claim(need, kVan, "lines { quantity: 1 }");
  auto request = FromText<v1::ListClaimsRequest>(
      "parent: 'needs/-' offer: 'offers/van' page_size: 1");
  const auto page = Must<v1::ListClaimsResponse>(request);
  ASSERT_NE(page.next_page_token(), "");
  request.set_page_token(page.next_page_token());
  request.set_offer("offers/bike");
  EXPECT_EQ(ReasonOf(Call(request)), "PAGE_TOKEN_INVALID");
  request.set_offer(kVan);
  request.set_parent("needs/rice");
  EXPECT_EQ(ReasonOf(Call(request)), "PAGE_TOKEN_INVALID");
  request.set_page_token("x");
  EXPECT_EQ(ReasonOf(Call(request)), "PAGE_TOKEN_INVALID");
}

}  // namespace
}  // namespace xom::tests
