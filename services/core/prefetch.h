#ifndef XOM_SERVICES_CORE_PREFETCH_H_
#define XOM_SERVICES_CORE_PREFETCH_H_

#include <cstddef>

#include "absl/strings/string_view.h"

namespace xom::core {

// Asks for the memory of `bytes`, which is read soon. Whoever asks for several
// pieces before they read the first waits for them together.
inline void Prefetch(absl::string_view bytes) {
  constexpr size_t kCacheLineBytes = 64;
  for (size_t at = 0; at < bytes.size(); at += kCacheLineBytes) {
    __builtin_prefetch(bytes.data() + at);
  }
}

}  // namespace xom::core

#endif  // XOM_SERVICES_CORE_PREFETCH_H_
