#ifndef XOM_SERVICES_CORE_ALLOCATION_COUNTER_H_
#define XOM_SERVICES_CORE_ALLOCATION_COUNTER_H_

#include <cstdint>

// For benchmarks and tests: counts the memory of the whole program. Linking it
// in replaces operator new and delete. Thread-safe.
namespace xom::core {

// What is held now, with what malloc adds for its own ends.
int64_t AllocatedBytes();

// How often memory was asked for.
int64_t Allocations();

}  // namespace xom::core

#endif  // XOM_SERVICES_CORE_ALLOCATION_COUNTER_H_
