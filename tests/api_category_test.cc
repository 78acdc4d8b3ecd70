// CategoryService: categories are data.

#include <algorithm>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "services/core/category_table.h"
#include "tests/api_client.h"

namespace xom::tests {
namespace {

v1::CreateCategoryRequest NewCategory(const std::string& id) {
  return FromText<v1::CreateCategoryRequest>(absl::StrCat(
      "category_id: '", id,
      "' category { display_names { key: 'en' value: 'Kind ", id, "' } }"));
}

class CategoryTest : public ApiTest {
 protected:
  using ApiTest::ApiTest;
  std::vector<std::string> Names() {
    std::vector<std::string> names;
    for (const auto page =
             Must<v1::ListCategoriesResponse>(v1::ListCategoriesRequest());
         const auto& category : page.categories()) {
      names.push_back(category.name());
    }
    return names;
  }
};

TEST_F(CategoryTest, FourComeBuiltInWithTheirNames) {
  const auto list =
      Must<v1::ListCategoriesResponse>(v1::ListCategoriesRequest());
  const struct {
    const char* name;
    const char* vietnamese;
    const char* english;
  } kRows[] = {
      {"categories/necessities", "Nhu yếu phẩm", "Necessities"},
      {"categories/medical-advice", "Tư vấn y tế", "Medical advice"},
      {"categories/groceries", "Thực phẩm", "Groceries"},
      {"categories/school-supplies", "Đồ dùng học tập", "School supplies"}};
  ASSERT_EQ(list.categories_size(), 4);
  EXPECT_EQ(list.next_page_token(), "");
  for (int i = 0; i < 4; ++i) {
    const v1::Category& category = list.categories(i);
    EXPECT_EQ(category.name(), kRows[i].name);
    EXPECT_EQ(category.display_names().at("vi"), kRows[i].vietnamese);
    EXPECT_EQ(category.display_names().at("en"), kRows[i].english);
    EXPECT_EQ(category.display_names_size(), 2);
    EXPECT_NE(category.etag(), "");
    EXPECT_TRUE(category.has_create_time());
  }
}

TEST_F(CategoryTest, AFifthCanBeUsedAtOnceAndAfterARestart) {
  const auto created = Must<v1::Category>(NewCategory("water"));
  EXPECT_EQ(created.name(), "categories/water");
  EXPECT_EQ(created.display_names().at("en"), "Kind water");
  v1::Need need = NeedAt(10, 106);
  need.set_categories(0, "categories/water");
  server_.CreateNeed(need, "x");
  server_.CreateNeed(NeedAt(10, 106), "other");
  const auto request = FromText<v1::FindNearestNeedsRequest>(
      "point { latitude: 10 longitude: 106 } k: 9 "
      "categories: 'categories/water'");
  EXPECT_EQ(Must<v1::FindNearestNeedsResponse>(request).needs_size(), 1);
  const std::vector<std::string> names = Names();
  EXPECT_EQ(names.back(), "categories/water");
  Restart();
  EXPECT_EQ(Names(), names);
  const auto found = Must<v1::FindNearestNeedsResponse>(request);
  ASSERT_EQ(found.needs_size(), 1);
  EXPECT_EQ(found.needs(0).need().name(), "needs/x");
}

TEST_F(CategoryTest, AnUpdateRenames) {
  const auto before = Must<v1::Category>(NewCategory("water"));
  const auto after = Must<v1::Category>(FromText<v1::UpdateCategoryRequest>(
      absl::StrCat("category { name: 'categories/water' etag: '", before.etag(),
                   "' display_names { key: 'vi' value: 'Nước' } }")));
  EXPECT_EQ(after.display_names_size(), 1);
  EXPECT_EQ(after.display_names().at("vi"), "Nước");
  EXPECT_NE(after.etag(), before.etag());
  EXPECT_EQ(Names().size(), 5u);
}

TEST_F(CategoryTest, EveryPageSizeGivesTheSameList) {
  for (int i = 0; i < 5; ++i) {
    Must<v1::Category>(NewCategory(absl::StrCat("kind-", i)));
  }
  const std::vector<std::string> all = Names();
  ASSERT_EQ(all.size(), 9u);
  for (int size = 1; size <= 10; ++size) {
    v1::ListCategoriesRequest request;
    request.set_page_size(size);
    std::vector<std::string> names;
    do {
      ASSERT_LT(names.size(), 20u) << "the pages go round in circles";
      const auto page = Must<v1::ListCategoriesResponse>(request);
      ASSERT_LE(page.categories_size(), size);
      for (const auto& category : page.categories()) {
        names.push_back(category.name());
      }
      request.set_page_token(page.next_page_token());
    } while (!request.page_token().empty());
    EXPECT_EQ(names, all) << "page_size " << size;
  }
}

TEST_F(CategoryTest, AServerHoldsSixtyFour) {
  for (int i = 4; i < 64; ++i) {
    Must<v1::Category>(NewCategory(absl::StrCat("kind-", i)));
  }
  const storage::Revision before = revision();
  const grpc::Status status = Call(NewCategory("one-more"));
  EXPECT_EQ(status.error_code(), grpc::StatusCode::FAILED_PRECONDITION);
  EXPECT_EQ(ReasonOf(status), "CATEGORY_LIMIT_REACHED");
  EXPECT_EQ(CountErrorInfos(status), 1);
  EXPECT_EQ(revision(), before);
  // The last one has a bit of its own.
  v1::Need need = NeedAt(10, 106);
  need.set_categories(0, "categories/kind-63");
  server_.CreateNeed(need, "last");
  const std::string near = "point { latitude: 10 longitude: 106 } k: 9 ";
  for (int i = 0; i < 63; ++i) {
    const std::string name = Names()[static_cast<size_t>(i)];
    EXPECT_EQ(Must<v1::FindNearestNeedsResponse>(
                  FromText<v1::FindNearestNeedsRequest>(
                      absl::StrCat(near, "categories: '", name, "'")))
                  .needs_size(),
              0)
        << name;
  }
  EXPECT_EQ(Must<v1::FindNearestNeedsResponse>(
                FromText<v1::FindNearestNeedsRequest>(
                    near + "categories: 'categories/kind-63'"))
                .needs_size(),
            1);
}

TEST_F(CategoryTest, CreatesAtTheSameTimeNeverShareABit) {
  std::vector<std::thread> threads;
  for (int i = 0; i < 6; ++i) {
    threads.emplace_back([this, i] {
      const ApiClient client(server_);
      for (int j = 0; j < 5; ++j) {
        const auto request = NewCategory(absl::StrCat("kind-", i, "-", j));
        grpc::Status status = client.Call(request);
        while (ReasonOf(status) == "WRITE_CONFLICT") {
          status = client.Call(request);
        }
        EXPECT_TRUE(status.ok()) << status.error_message();
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  std::vector<int> bits;
  const auto table = server_.server().engine().view().categories();
  for (const auto& entry : table->entries()) {
    bits.push_back(entry.stored.bit());
  }
  ASSERT_EQ(bits.size(), 34u);
  for (int i = 0; i < 34; ++i) EXPECT_EQ(bits[static_cast<size_t>(i)], i);
}

edge::ServerOptions WithoutOperatorCalls() {
  edge::ServerOptions options;
  options.engine.authorization.operator_calls = core::OperatorCalls::kRefused;
  return options;
}

class OperatorOnlyTest : public CategoryTest {
 protected:
  OperatorOnlyTest() : CategoryTest(WithoutOperatorCalls()) {}
};

TEST_F(OperatorOnlyTest, ChangesAreRefusedAndReadsGoOn) {
  const auto update = FromText<v1::UpdateCategoryRequest>(
      "category { name: 'categories/groceries' "
      "display_names { key: 'en' value: 'x' } }");
  for (const grpc::Status& status :
       {Call(NewCategory("water")), Call(update)}) {
    EXPECT_EQ(status.error_code(), grpc::StatusCode::PERMISSION_DENIED);
    EXPECT_EQ(ReasonOf(status), "OPERATOR_ONLY");
    EXPECT_EQ(CountErrorInfos(status), 1);
  }
  EXPECT_EQ(Names().size(), 4u);
  EXPECT_EQ(revision(), 1);
}

}  // namespace
}  // namespace xom::tests
