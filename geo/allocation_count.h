// What a benchmark binary takes from the heap: linking it replaces operator
// new. Benchmark code.
#ifndef XOM_GEO_ALLOCATION_COUNT_H_
#define XOM_GEO_ALLOCATION_COUNT_H_

#include <cstddef>

namespace xom::geo {

// By all threads, since the start.
struct HeapUse {
  size_t allocations = 0;
  // Held now, with the headers that malloc adds.
  size_t bytes = 0;
};

HeapUse CountHeapUse();

}  // namespace xom::geo

#endif  // XOM_GEO_ALLOCATION_COUNT_H_
