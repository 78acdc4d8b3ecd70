#include "cli/uuid.h"

#include <cstdint>

#include "absl/random/random.h"
#include "absl/strings/str_format.h"

namespace xom::cli {

std::string RandomUuid() {
  absl::BitGen random;  // seeded by the operating system
  const uint64_t high = absl::Uniform<uint64_t>(random);
  const uint64_t low = absl::Uniform<uint64_t>(random);
  const uint64_t versioned = (high & ~uint64_t{0xF000}) | 0x4000;
  const uint64_t variant = (low >> 2) | (uint64_t{1} << 63);
  return absl::StrFormat("%08x-%04x-%04x-%04x-%012x", versioned >> 32,
                         (versioned >> 16) & 0xFFFF, versioned & 0xFFFF,
                         variant >> 48, variant & 0xFFFFFFFFFFFF);
}

}  // namespace xom::cli
