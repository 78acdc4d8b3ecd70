#include "services/core/resource_name.h"

#include <gtest/gtest.h>

#include <set>

namespace xom::core {
namespace {

TEST(ResourceNameTest, IdsAreLowerCaseLettersDigitsAndHyphens) {
  const std::string longest(63, 'a');
  for (const std::string& id :
       {std::string("a"), std::string("a1"), std::string("a-b"), longest}) {
    EXPECT_TRUE(IsResourceId(id)) << id;
    EXPECT_TRUE(IsResourceName(kNeeds, "needs/" + id)) << id;
    EXPECT_FALSE(IsResourceName(kOffers, "needs/" + id)) << id;
  }
  for (const std::string& id :
       {std::string(), std::string("A"), std::string("1a"), std::string("-a"),
        std::string("a-"), std::string("a_b"), std::string("a/b"),
        std::string("a.b"), std::string("ă"), std::string("a\0", 2),
        longest + "a"}) {
    EXPECT_FALSE(IsResourceId(id)) << id;
    EXPECT_FALSE(IsResourceName(kNeeds, "needs/" + id)) << id;
  }
  EXPECT_FALSE(IsResourceName(kNeeds, "a"));
  EXPECT_FALSE(IsResourceName(kNeeds, ""));
}

TEST(ResourceNameTest, RandomIdsAreIdsThatDiffer) {
  std::set<std::string> ids;
  for (int i = 0; i < 1'000; ++i) {
    const std::string id = RandomResourceId();
    EXPECT_TRUE(IsResourceId(id)) << id;
    ids.insert(id);
  }
  EXPECT_EQ(ids.size(), 1'000u);
}

}  // namespace
}  // namespace xom::core
