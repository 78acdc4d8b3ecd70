#include "services/core/category_decisions.h"

#include <string>
#include <utility>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "services/core/field_check.h"
#include "services/core/limits.h"
#include "services/core/resource_check.h"
#include "services/core/resource_name.h"
#include "services/core/time_proto.h"
#include "services/core/update_mask.h"

namespace xom::core {
namespace {

using internal::v1::StoredCategory;

constexpr absl::string_view kMutableFields[] = {"display_names"};

struct BuiltIn {
  absl::string_view id;
  absl::string_view vietnamese;
  absl::string_view english;
};

constexpr BuiltIn kBuiltIn[] = {
    {"necessities", "Nhu yếu phẩm", "Necessities"},
    {"medical-advice", "Tư vấn y tế", "Medical advice"},
    {"groceries", "Thực phẩm", "Groceries"},
    {"school-supplies", "Đồ dùng học tập", "School supplies"},
};

StoredCategory Make(absl::string_view id, int bit, absl::Time now) {
  StoredCategory stored;
  stored.set_bit(bit);
  v1::Category& category = *stored.mutable_category();
  category.set_name(absl::StrCat(kCategories, id));
  *category.mutable_create_time() = ToProto(now);
  Stamp(now, &category);
  return stored;
}

void CheckDisplayNames(const v1::Category& category, Violations* violations) {
  CheckInt("category.display_names", category.display_names_size(),
           {1, kMaxDisplayLanguages}, violations);
  for (const auto& [tag, text] : category.display_names()) {
    const std::string path = absl::StrCat(
        "category.display_names[\"",
        absl::CHexEscape(tag.substr(0, kMaxLanguageTagBytes)), "\"]");
    if (tag.empty()) violations->Add(path, "needs a language");
    CheckLanguage(path, tag, violations);
    CheckText(path, text, {kMaxNameCharacters, Presence::kRequired},
              violations);
  }
}

}  // namespace

std::vector<StoredCategory> BuiltInCategories(absl::Time now) {
  std::vector<StoredCategory> categories;
  for (const BuiltIn& built_in : kBuiltIn) {
    StoredCategory stored =
        Make(built_in.id, static_cast<int>(categories.size()), now);
    auto& names = *stored.mutable_category()->mutable_display_names();
    names["vi"] = std::string(built_in.vietnamese);
    names["en"] = std::string(built_in.english);
    categories.push_back(std::move(stored));
  }
  return categories;
}

absl::StatusOr<StoredCategory> CreateCategory(
    const v1::CreateCategoryRequest& request, const CategoryTable& categories,
    absl::Time now) {
  Violations violations;
  CheckRequestId(request.request_id(), &violations);
  if (request.category_id().empty()) {
    violations.Add("category_id", "is required");
  }
  CheckId("category_id", request.category_id(), &violations);
  CheckDisplayNames(request.category(), &violations);
  if (!violations.empty()) return violations.ToStatus();
  // Categories are never deleted, so that the next bit is their number.
  const int bit = static_cast<int>(categories.entries().size());
  StoredCategory stored = Make(request.category_id(), bit, now);
  const std::string& name = stored.category().name();
  if (categories.Find(name) != nullptr) return ExistsError(name);
  if (bit >= kMaxCategories) {
    return MakeError(
        Reason::kCategoryLimitReached,
        absl::StrCat("there are ", kMaxCategories, " categories already"));
  }
  *stored.mutable_category()->mutable_display_names() =
      request.category().display_names();
  return stored;
}

absl::StatusOr<StoredCategory> UpdateCategory(
    const StoredCategory& current, const v1::UpdateCategoryRequest& request,
    absl::Time now) {
  Violations violations;
  StoredCategory stored = current;
  v1::Category& category = *stored.mutable_category();
  ApplyUpdate(request.category(), request.update_mask(), kMutableFields,
              &category, &violations);
  CheckDisplayNames(category, &violations);
  if (!violations.empty()) return violations.ToStatus();
  if (absl::Status status = CheckEtagMatches(
          category.name(), request.category().etag(), category.etag());
      !status.ok()) {
    return status;
  }
  Stamp(now, &category);
  return stored;
}

}  // namespace xom::core
