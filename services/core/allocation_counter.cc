#include "services/core/allocation_counter.h"

#include <malloc.h>

#include <atomic>
#include <cstdlib>
#include <new>

namespace {

std::atomic<int64_t> allocated_bytes{0};
std::atomic<int64_t> allocations{0};

void* Allocate(size_t size) {
  void* const place = std::malloc(size);
  if (place == nullptr) std::abort();
  allocated_bytes += static_cast<int64_t>(malloc_usable_size(place));
  ++allocations;
  return place;
}

void Free(void* place) {
  allocated_bytes -= static_cast<int64_t>(malloc_usable_size(place));
  std::free(place);
}

}  // namespace

// The replaced functions of the whole program; those of arrays call these.
void* operator new(size_t size) { return Allocate(size); }
void operator delete(void* place) noexcept { Free(place); }
void operator delete(void* place, size_t) noexcept { Free(place); }

namespace xom::core {

int64_t AllocatedBytes() { return allocated_bytes; }
int64_t Allocations() { return allocations; }

}  // namespace xom::core
