#ifndef XOM_SERVICES_CORE_CATEGORY_TABLE_H_
#define XOM_SERVICES_CORE_CATEGORY_TABLE_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "google/protobuf/repeated_ptr_field.h"
#include "services/core/error.h"
#include "storage/transaction.h"
#include "xom/internal/v1/stored.pb.h"

namespace xom::core {

// The categories of a server and the bit that stands for each in a set.
// Immutable: a change makes a new table.
class CategoryTable {
 public:
  struct Entry {
    internal::v1::StoredCategory stored;
    storage::Revision mod_revision;
  };

  // This table with `entry` added, or in the place of the one of its name.
  CategoryTable With(Entry entry) const;

  // nullptr when there is none of that name.
  const Entry* Find(absl::string_view name) const;

  // In the order in which they were added, which is that of their bits.
  const std::vector<Entry>& entries() const { return entries_; }

  // The set of the categories named; nullopt when one is not known.
  std::optional<uint64_t> BitsOf(
      const google::protobuf::RepeatedPtrField<std::string>& names) const;

 private:
  std::vector<Entry> entries_;
};

using CategoryNames = google::protobuf::RepeatedPtrField<std::string>;

// A resource's categories: 1 to 16 known ones, no duplicates.
void CheckCategories(absl::string_view field, const CategoryNames& names,
                     const CategoryTable& table, Violations* violations);

// A filter's categories: none, or known ones. Returns their set; 0 when none.
uint64_t CheckCategoryFilter(const CategoryNames& names,
                             const CategoryTable& table,
                             Violations* violations);

}  // namespace xom::core

#endif  // XOM_SERVICES_CORE_CATEGORY_TABLE_H_
