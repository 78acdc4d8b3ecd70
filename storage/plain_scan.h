#ifndef XOM_STORAGE_PLAIN_SCAN_H_
#define XOM_STORAGE_PLAIN_SCAN_H_

#include <cstdint>
#include <string>

#include "absl/status/statusor.h"
#include "absl/time/time.h"

// The floor under a start.

namespace xom::storage {

struct PlainScan {
  int64_t bytes = 0;  // of keys and values
  absl::Duration took;
};

// Opens the closed store in `directory` to read and walks over all that a start
// reads, with RocksDB's iterators and nothing else. Errors: those of
// Ledger::Get.
absl::StatusOr<PlainScan> ScanPlainly(const std::string& directory);

}  // namespace xom::storage

#endif  // XOM_STORAGE_PLAIN_SCAN_H_
