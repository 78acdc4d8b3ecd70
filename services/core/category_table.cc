#include "services/core/category_table.h"

#include <algorithm>
#include <utility>

#include "absl/container/flat_hash_set.h"
#include "absl/strings/str_cat.h"
#include "services/core/field_check.h"
#include "services/core/limits.h"

namespace xom::core {
namespace {

void CheckKnown(absl::string_view field, const std::string& name,
                const CategoryTable& table, Violations* violations) {
  if (table.Find(name) != nullptr) return;
  violations->Add(field,
                  absl::StrCat("is not a category of this server (they are "
                               "named categories/...; see ListCategories)"));
}

}  // namespace

CategoryTable CategoryTable::With(Entry entry) const {
  CategoryTable next = *this;
  const auto place = std::lower_bound(
      next.entries_.begin(), next.entries_.end(), entry.stored.bit(),
      [](const Entry& e, int bit) { return e.stored.bit() < bit; });
  if (place != next.entries_.end() &&
      place->stored.bit() == entry.stored.bit()) {
    *place = std::move(entry);
  } else {
    next.entries_.insert(place, std::move(entry));
  }
  return next;
}

const CategoryTable::Entry* CategoryTable::Find(absl::string_view name) const {
  const auto found = std::find_if(
      entries_.begin(), entries_.end(),
      [name](const Entry& e) { return e.stored.category().name() == name; });
  return found == entries_.end() ? nullptr : &*found;
}

std::optional<uint64_t> CategoryTable::BitsOf(
    const CategoryNames& names) const {
  uint64_t bits = 0;
  for (const std::string& name : names) {
    const Entry* entry = Find(name);
    if (entry == nullptr) return std::nullopt;
    bits |= uint64_t{1} << entry->stored.bit();
  }
  return bits;
}

void CheckCategories(absl::string_view field, const CategoryNames& names,
                     const CategoryTable& table, Violations* violations) {
  if (!CheckInt(field, names.size(), {1, kMaxCategoriesPerResource},
                violations)) {
    return;
  }
  absl::flat_hash_set<absl::string_view> seen;
  int i = 0;
  for (const std::string& name : names) {
    const std::string path = absl::StrCat(field, "[", i++, "]");
    CheckKnown(path, name, table, violations);
    if (!seen.insert(name).second) violations->Add(path, "stands there twice");
  }
}

uint64_t CheckCategoryFilter(const CategoryNames& names,
                             const CategoryTable& table,
                             Violations* violations) {
  if (!CheckInt("categories", names.size(), {0, kMaxCategories}, violations)) {
    return 0;
  }
  int i = 0;
  for (const std::string& name : names) {
    CheckKnown(absl::StrCat("categories[", i++, "]"), name, table, violations);
  }
  return table.BitsOf(names).value_or(0);
}

}  // namespace xom::core
