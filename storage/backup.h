#ifndef XOM_STORAGE_BACKUP_H_
#define XOM_STORAGE_BACKUP_H_

#include <atomic>
#include <string>

#include "absl/status/status.h"
#include "storage/local_ledger.h"

namespace xom::storage {

class Store;

// The folder, in the one that holds backups, where one is made or removed. What
// stands in it is of no use to anybody.
inline constexpr char kPartialBackup[] = ".xom-partial-backup";

// LocalLedger::Backup, of `store`; kNotWritable once `canceled`. Internal to
// storage/.
absl::Status MakeBackup(const LocalLedgerOptions& options, Store& store,
                        const std::string& directory,
                        const std::atomic<bool>& canceled);

// Removes a backup: at no moment a part of one stands under its name. It must
// not be open. UNAVAILABLE/kNotWritable when it is not there or the disk
// refuses, FAILED_PRECONDITION/kInUse as in LocalLedger::Backup.
absl::Status RemoveBackup(const std::string& directory);

}  // namespace xom::storage

#endif  // XOM_STORAGE_BACKUP_H_
