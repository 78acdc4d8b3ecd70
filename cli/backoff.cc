#include "cli/backoff.h"

#include <algorithm>

#include "absl/random/random.h"

namespace xom::cli {

absl::Duration Backoff::Next() {
  absl::BitGen random;
  const absl::Duration wait = next_ * absl::Uniform(random, 0.75, 1.0);
  next_ = std::min(next_ * 2, kLongest);
  return wait;
}

}  // namespace xom::cli
