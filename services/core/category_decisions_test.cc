#include "services/core/category_decisions.h"

#include <gtest/gtest.h>

#include "services/core/error.h"
#include "services/core/limits.h"

namespace xom::core {
namespace {

const absl::Time kNow = absl::FromUnixSeconds(1'629'684'000);

CategoryTable TableOf(int n) {
  CategoryTable table;
  for (int i = 0; i < n; ++i) {
    internal::v1::StoredCategory stored;
    stored.set_bit(i);
    stored.mutable_category()->set_name(absl::StrCat("categories/c", i));
    table = table.With({stored, i + 1});
  }
  return table;
}

v1::CreateCategoryRequest NewCategory(const std::string& id) {
  v1::CreateCategoryRequest request;
  request.set_category_id(id);
  (*request.mutable_category()->mutable_display_names())["en"] = "Water";
  return request;
}

TEST(CategoryDecisionsTest, TheBuiltInOnesHaveTheFirstBitsAndTwoNames) {
  const auto built_in = BuiltInCategories(kNow);
  ASSERT_EQ(built_in.size(), 4u);
  for (int i = 0; i < 4; ++i) {
    const auto& stored = built_in[static_cast<size_t>(i)];
    EXPECT_EQ(stored.bit(), i);
    EXPECT_EQ(stored.category().display_names().count("vi"), 1u);
    EXPECT_EQ(stored.category().display_names().count("en"), 1u);
  }
}

TEST(CategoryDecisionsTest, ACategoryTakesTheNextBit) {
  const auto stored = CreateCategory(NewCategory("water"), TableOf(5), kNow);
  ASSERT_TRUE(stored.ok()) << stored.status();
  EXPECT_EQ(stored->bit(), 5);
  EXPECT_EQ(stored->category().name(), "categories/water");
  EXPECT_EQ(stored->category().display_names().at("en"), "Water");
}

TEST(CategoryDecisionsTest, TheSixtyFourthIsTheLast) {
  const auto last =
      CreateCategory(NewCategory("x"), TableOf(kMaxCategories - 1), kNow);
  ASSERT_TRUE(last.ok());
  EXPECT_EQ(last->bit(), 63);
  const auto more =
      CreateCategory(NewCategory("x"), TableOf(kMaxCategories), kNow);
  ASSERT_NE(ReasonOf(more.status()), nullptr);
  EXPECT_EQ(ReasonOf(more.status())->reason, Reason::kCategoryLimitReached);
  // A retry of one that is there is told so, also when there are 64.
  const auto taken =
      CreateCategory(NewCategory("c1"), TableOf(kMaxCategories), kNow);
  EXPECT_EQ(taken.status().code(), absl::StatusCode::kAlreadyExists);
}

TEST(CategoryDecisionsTest, AnUpdateKeepsNameAndBit) {
  const auto created = CreateCategory(NewCategory("water"), TableOf(4), kNow);
  v1::UpdateCategoryRequest request;
  request.mutable_category()->set_name("categories/other");
  (*request.mutable_category()->mutable_display_names())["vi"] = "Nước";
  const auto updated = UpdateCategory(*created, request, kNow);
  ASSERT_TRUE(updated.ok());
  EXPECT_EQ(updated->bit(), 4);
  EXPECT_EQ(updated->category().name(), "categories/water");
  EXPECT_EQ(updated->category().display_names_size(), 1);
  EXPECT_NE(updated->category().etag(), created->category().etag());
  request.mutable_category()->set_etag(created->category().etag());
  EXPECT_EQ(UpdateCategory(*updated, request, kNow).status().code(),
            absl::StatusCode::kAborted);
}

TEST(CategoryTableTest, SetsAreBitsAndUnknownNamesAreNone) {
  const CategoryTable table = TableOf(3);
  CategoryNames names;
  EXPECT_EQ(table.BitsOf(names), 0u);
  *names.Add() = "categories/c2";
  *names.Add() = "categories/c0";
  EXPECT_EQ(table.BitsOf(names), 0b101u);
  *names.Add() = "categories/none";
  EXPECT_EQ(table.BitsOf(names), std::nullopt);
}

TEST(CategoryTableTest, ANewEntryTakesThePlaceOfItsBit) {
  CategoryTable table = TableOf(3);
  CategoryTable::Entry entry = table.entries()[1];
  entry.mod_revision = 9;
  const CategoryTable next = table.With(entry);
  ASSERT_EQ(next.entries().size(), 3u);
  EXPECT_EQ(next.Find("categories/c1")->mod_revision, 9);
  EXPECT_EQ(table.Find("categories/c1")->mod_revision, 2);
}

}  // namespace
}  // namespace xom::core
