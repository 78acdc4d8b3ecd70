#include "storage/disk_space.h"

#include <sys/statvfs.h>

#include "absl/strings/str_cat.h"
#include "storage/ledger_error.h"

namespace xom::storage {

uint64_t AskFreeBytes(const std::string& directory) {
  struct statvfs disk = {};
  // A disk that does not even tell is not one to write to.
  if (statvfs(directory.c_str(), &disk) != 0) return 0;
  return uint64_t{disk.f_bavail} * uint64_t{disk.f_frsize};
}

absl::Status CheckDisk(const LocalLedgerOptions& options,
                       const std::string& directory, uint64_t spare) {
  const uint64_t free = options.free_bytes(directory);
  const uint64_t needed = options.low_water_bytes + spare;
  if (free >= needed) return absl::OkStatus();
  return MakeLedgerError(LedgerError::kDiskLow,
                         absl::StrCat("the disk of ", directory, " has ", free,
                                      " bytes free; ", needed, " are needed"));
}

}  // namespace xom::storage
