// What becomes of the categories: functions without I/O, as in
// need_decisions.h.
#ifndef XOM_SERVICES_CORE_CATEGORY_DECISIONS_H_
#define XOM_SERVICES_CORE_CATEGORY_DECISIONS_H_

#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "services/core/category_table.h"
#include "xom/internal/v1/stored.pb.h"
#include "xom/v1/category_service.pb.h"

namespace xom::core {

// The four that every new store begins with.
std::vector<internal::v1::StoredCategory> BuiltInCategories(absl::Time now);

// ALREADY_EXISTS; FAILED_PRECONDITION, CATEGORY_LIMIT_REACHED.
absl::StatusOr<internal::v1::StoredCategory> CreateCategory(
    const v1::CreateCategoryRequest& request, const CategoryTable& categories,
    absl::Time now);

absl::StatusOr<internal::v1::StoredCategory> UpdateCategory(
    const internal::v1::StoredCategory& current,
    const v1::UpdateCategoryRequest& request, absl::Time now);

}  // namespace xom::core

#endif  // XOM_SERVICES_CORE_CATEGORY_DECISIONS_H_
