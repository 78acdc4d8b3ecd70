#ifndef XOM_SERVICES_CORE_SORTED_ENTRIES_H_
#define XOM_SERVICES_CORE_SORTED_ENTRIES_H_

#include <vector>

#include "services/core/entry.h"

namespace xom::core {

// Entries of one kind in the order of their names; and those of any kind that
// something becomes of, the first due first, then by name. For the many of a
// load: beside each pointer stands what it is sorted by, so that entries, which
// lie anywhere in memory, are read once.
std::vector<const Entry*> SortedByName(const std::vector<EntryPtr>& entries);
std::vector<const Entry*> SortedByDue(const std::vector<EntryPtr>& entries);

}  // namespace xom::core

#endif  // XOM_SERVICES_CORE_SORTED_ENTRIES_H_
