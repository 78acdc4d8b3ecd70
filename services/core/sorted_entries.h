#ifndef XOM_SERVICES_CORE_SORTED_ENTRIES_H_
#define XOM_SERVICES_CORE_SORTED_ENTRIES_H_

#include <cstddef>
#include <vector>

#include "services/core/entry.h"
#include "services/core/prefetch.h"

namespace xom::core {

// Entries of one kind in the order of their names; and those of any kind that
// something becomes of, the first due first, then by name. For the many of a
// load: beside each pointer stands what it is sorted by, so that entries, which
// lie anywhere in memory, are read once.
std::vector<const Entry*> SortedByName(const std::vector<EntryPtr>& entries);
std::vector<const Entry*> SortedByDue(const std::vector<EntryPtr>& entries);

// Calls `visit` with each of `entries`, in order, which are pointers of a kind.
// They lie anywhere in memory, so each, with the name behind it, is fetched
// some steps ahead of its visit.
template <typename Pointer, typename Visit>
void VisitAhead(const std::vector<Pointer>& entries, Visit visit) {
  constexpr size_t kSteps = 16;
  constexpr size_t kFetchedBytes = 192;
  for (size_t i = 0; i < entries.size(); ++i) {
    if (i + kSteps < entries.size()) {
      const Entry& ahead = *entries[i + kSteps];
      Prefetch({reinterpret_cast<const char*>(&ahead), kFetchedBytes});
    }
    visit(&*entries[i]);
  }
}

}  // namespace xom::core

#endif  // XOM_SERVICES_CORE_SORTED_ENTRIES_H_
