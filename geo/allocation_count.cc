#include "geo/allocation_count.h"

#include <malloc.h>

#include <atomic>
#include <cstdlib>
#include <new>

namespace {

std::atomic<size_t> allocations = 0;
std::atomic<size_t> bytes = 0;

// glibc keeps a word before each block.
size_t SizeOf(void* block) {
  return malloc_usable_size(block) + sizeof(size_t);
}

}  // namespace

// The other forms of new and delete come down to these.
void* operator new(size_t size) {
  void* const block = std::malloc(size);
  if (block == nullptr) std::abort();
  allocations.fetch_add(1, std::memory_order_relaxed);
  bytes.fetch_add(SizeOf(block), std::memory_order_relaxed);
  return block;
}

void operator delete(void* block) noexcept {
  if (block == nullptr) return;
  bytes.fetch_sub(SizeOf(block), std::memory_order_relaxed);
  std::free(block);
}

void operator delete(void* block, size_t) noexcept { operator delete(block); }

namespace xom::geo {

HeapUse CountHeapUse() { return {allocations, bytes}; }

}  // namespace xom::geo
