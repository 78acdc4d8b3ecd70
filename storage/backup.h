#ifndef XOM_STORAGE_BACKUP_H_
#define XOM_STORAGE_BACKUP_H_

#include <atomic>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "storage/local_ledger.h"

namespace xom::storage {

class Store;

// The folder, in the one that holds backups, where one is made or removed. What
// stands in it is of no use to anybody.
inline constexpr char kPartialBackup[] = ".xom-partial-backup";

// Stands in a backup until that is opened to write: a server that was restored
// from it must not give a revision a second time. See Store::Open.
inline constexpr char kBackupMark[] = ".xom-backup";

// How far beyond its last one a restored store goes on: farther than any store
// comes between a backup and its restore. As etcd's restore is told to.
inline constexpr Revision kRestoredRevisions = 1'000'000'000;

// LocalLedger::Backup, of `store`; kNotWritable once `canceled`. Internal to
// storage/.
absl::StatusOr<BackupKind> MakeBackup(const LocalLedgerOptions& options,
                                      Store& store,
                                      const std::string& directory,
                                      const std::atomic<bool>& canceled);

// Removes a backup: at no moment a part of one stands under its name. Errors:
//   FAILED_PRECONDITION/kInUse: it is open, in another process or under this
//       name in ours, and stays; or as in LocalLedger::Backup.
//   UNAVAILABLE/kNotWritable: it is not there, or the disk refuses. It may have
//       lost its name already: then what is left of it goes with the next
//       backup that is made or removed in the same folder.
absl::Status RemoveBackup(const std::string& directory);

}  // namespace xom::storage

#endif  // XOM_STORAGE_BACKUP_H_
