#ifndef XOM_STORAGE_DISK_SPACE_H_
#define XOM_STORAGE_DISK_SPACE_H_

#include <cstdint>
#include <string>

#include "absl/status/status.h"
#include "storage/local_ledger.h"

namespace xom::storage {

// Free bytes on the disk of `directory`, as statvfs says; 0 when it does not.
uint64_t AskFreeBytes(const std::string& directory);

// RESOURCE_EXHAUSTED/kDiskLow when the disk of `directory` has not `spare`
// bytes free above the low water.
absl::Status CheckDisk(const LocalLedgerOptions& options,
                       const std::string& directory, uint64_t spare);

}  // namespace xom::storage

#endif  // XOM_STORAGE_DISK_SPACE_H_
