#include "services/core/listing.h"

#include <gtest/gtest.h>

#include <random>

#include "absl/strings/str_cat.h"
#include "services/core/error.h"
#include "services/core/limits.h"
#include "services/core/watch_testing.h"

namespace xom::core {
namespace {

// Pages joined, by their tokens.
std::vector<std::string> ListAll(const Collection& collection,
                                 const ListFilter& filter, int page_size,
                                 int* pages = nullptr) {
  std::vector<std::string> names;
  std::string token;
  do {
    const auto page = ListPage(collection, filter, {token, page_size, 7});
    EXPECT_TRUE(page.ok()) << page.status();
    if (!page.ok()) return names;
    EXPECT_LE(
        page->entries.size(),
        static_cast<size_t>(page_size == 0 ? kDefaultPageSize : page_size));
    for (const Entry* entry : page->entries) names.emplace_back(entry->name());
    token = page->next_page_token;
    if (pages != nullptr) ++*pages;
  } while (!token.empty());
  return names;
}

std::string Padded(int i) { return absl::StrCat("n", 100'000 + i); }

class ListingTest : public testing::Test {
 protected:
  void Put(const NeedSpec& spec) { collection_.Put(EntryOf(spec, 1)); }
  Collection collection_;
};

TEST_F(ListingTest, PagesJoinedGiveEachResourceOnceInOrder) {
  std::vector<std::string> names;
  for (int i = 0; i < 130; ++i) {
    Put({.name = Padded(i), .latitude = i % 3 == 0 ? 1.0 : 50.0});
    names.push_back("needs/" + Padded(i));
  }
  for (const int size : {1, 7, 50, 0, 130, 1'000}) {
    EXPECT_EQ(ListAll(collection_, {}, size), names) << "pages of " << size;
  }
}

TEST_F(ListingTest, RegionPagesHoldLiveAndEndedOnesAlongTheCurve) {
  std::mt19937_64 random(storage::TestSeed());
  std::vector<std::pair<uint64_t, std::string>> inside;
  for (int i = 0; i < 300; ++i) {
    NeedSpec spec{.name = Padded(i)};
    spec.latitude = static_cast<double>(random() % 40) / 10;
    spec.longitude = static_cast<double>(random() % 40) / 10;
    // Runs of one state, so that one index is far ahead of the other.
    if (i / 50 % 2 == 1) spec.state = v1::Need::STATE_CLOSED;
    Put(spec);
    if (spec.latitude <= 2 && spec.longitude <= 2) {
      inside.emplace_back(
          geo::Point::FromDegrees({spec.latitude, spec.longitude})->leaf_cell(),
          absl::StrCat("needs/", spec.name));
    }
  }
  std::sort(inside.begin(), inside.end());
  std::vector<std::string> names;
  for (const auto& [cell, name] : inside) names.push_back(name);
  ListFilter filter;
  filter.region = *geo::Region::Box({0, 0}, {2, 2});
  for (const int size : {1, 2, 7, 50, 1'000}) {
    EXPECT_EQ(ListAll(collection_, filter, size), names) << "pages of " << size;
  }
}

TEST_F(ListingTest, FiltersHoldForNamesAndRegions) {
  Put({.name = "a", .latitude = 1, .urgency = v1::URGENCY_LOW});
  Put({.name = "b", .latitude = 1, .urgency = v1::URGENCY_HIGH});
  Put({.name = "c",
       .latitude = 1,
       .urgency = v1::URGENCY_HIGH,
       .state = v1::Need::STATE_CLOSED});
  for (const bool by_region : {false, true}) {
    ListFilter filter;
    if (by_region) filter.region = *geo::Region::Box({0, -1}, {2, 1});
    filter.min_urgency = v1::URGENCY_HIGH;
    using Names = std::vector<std::string>;
    EXPECT_EQ(ListAll(collection_, filter, 9), (Names{"needs/b", "needs/c"}));
    filter.ended = false;
    EXPECT_EQ(ListAll(collection_, filter, 9), Names{"needs/b"});
    filter.live = false;
    filter.ended = true;
    EXPECT_EQ(ListAll(collection_, filter, 9), Names{"needs/c"});
    filter.accept = [](const Entry&) { return false; };
    EXPECT_EQ(ListAll(collection_, filter, 9), Names{});
  }
}

TEST_F(ListingTest, PageThatFindsNothingEndsAfterSoManyLooks) {
  constexpr int kLooks = static_cast<int>(kMaxScannedPerPage);
  for (int i = 0; i < kLooks + 10; ++i) {
    Put({.name = Padded(i),
         .urgency = i < kLooks ? v1::URGENCY_LOW : v1::URGENCY_CRITICAL});
  }
  for (const bool by_region : {false, true}) {
    ListFilter filter;
    // No summary of the index knows it, so that each is looked at.
    filter.accept = [](const Entry& entry) { return entry.urgency >= 4; };
    if (by_region) filter.region = geo::Region::WholeEarth();
    const auto first = ListPage(collection_, filter, {"", 5, 7});
    ASSERT_TRUE(first.ok());
    EXPECT_TRUE(first->entries.empty());
    EXPECT_FALSE(first->next_page_token.empty());
    EXPECT_EQ(ListAll(collection_, filter, 5).size(), 10u);
  }
}

// Where both indexes stop looking, the page ends where the first of them did.
TEST_F(ListingTest, NothingIsSkippedWhenOneIndexStopsBeforeTheOther) {
  const auto put = [this](const std::string& name, bool live,
                          v1::Urgency urgency) {
    Put({.name = name,
         .urgency = urgency,
         .state = live ? v1::Need::STATE_OPEN : v1::Need::STATE_CLOSED});
  };
  for (size_t i = 0; i < kMaxScannedPerPage; ++i) {
    put("a" + Padded(static_cast<int>(i)), false, v1::URGENCY_LOW);
    put("c" + Padded(static_cast<int>(i)), true, v1::URGENCY_LOW);
  }
  put("b", false, v1::URGENCY_CRITICAL);
  put("d", true, v1::URGENCY_CRITICAL);
  ListFilter filter;
  filter.min_urgency = 4;
  filter.region = geo::Region::WholeEarth();
  EXPECT_EQ(ListAll(collection_, filter, 5),
            (std::vector<std::string>{"needs/b", "needs/d"}));
}

TEST_F(ListingTest, TokensOfOtherRequestsAreRefused) {
  for (int i = 0; i < 3; ++i) Put({.name = Padded(i)});
  ListFilter by_region;
  by_region.region = geo::Region::WholeEarth();
  const std::string token =
      ListPage(collection_, {}, {"", 1, 7})->next_page_token;
  EXPECT_TRUE(ListPage(collection_, {}, {token, 2, 7}).ok());
  for (const absl::Status& status :
       {ListPage(collection_, {}, {token, 1, 8}).status(),
        ListPage(collection_, by_region, {token, 1, 7}).status(),
        ListPage(collection_, {}, {"x", 1, 7}).status()}) {
    ASSERT_NE(ReasonOf(status), nullptr);
    EXPECT_EQ(ReasonOf(status)->reason, Reason::kPageTokenInvalid);
  }
  EXPECT_EQ(ListPage(collection_, {}, {"", -1, 7}).status().code(),
            absl::StatusCode::kInvalidArgument);
}

}  // namespace
}  // namespace xom::core
