#ifndef XOM_SERVICES_EDGE_BACKUPS_H_
#define XOM_SERVICES_EDGE_BACKUPS_H_

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "services/core/clock.h"
#include "storage/file_lock.h"
#include "storage/local_ledger.h"

namespace xom::edge {

struct BackupOptions {
  // Where they are made, by one server alone. Empty: there are none.
  std::string directory;
  absl::Duration interval = absl::Hours(24);
  int kept = 7;  // at least 1
};

struct MadeBackup {
  std::string path;
  storage::BackupKind kind = storage::BackupKind::kCopied;
};

// What a RunDue did.
struct BackupRun {
  // nullopt: none was due. Errors: those of LocalLedger::Backup, and
  // UNAVAILABLE when the folder cannot be read.
  absl::StatusOr<std::optional<MadeBackup>> made = std::optional<MadeBackup>();
  // Whether all beyond `kept` went. Errors: those of storage::RemoveBackup.
  absl::Status removed;
};

// Makes backups of a store (storage::LocalLedger::Backup) by the clock, and
// keeps the newest. Each is a folder whose name is when it was begun, in UTC:
// 2026-11-28T20-00-00Z. What else lies beside them is not looked at; a file of
// this keeps other servers away. Used by one thread.
class Backups {
 public:
  // Makes the folder when it is absent, for this user alone. `ledger` and
  // `clock` outlive this. INVALID_ARGUMENT when one of this folder and that of
  // the store is in the other, or `kept` is not positive; UNAVAILABLE when it
  // is neither there nor can be made, or not written to; FAILED_PRECONDITION
  // when another Backups has it.
  static absl::StatusOr<std::unique_ptr<Backups>> Open(
      BackupOptions options, const std::string& data_folder,
      storage::LocalLedger* ledger, const core::Clock* clock);

  // Makes a backup when the last one was begun `interval` ago or longer, also
  // by a server before this one, or there is none; before and after that
  // removes the oldest beyond `kept`. After an error it is tried again ten
  // minutes later, or after the interval when that is shorter. Where there is
  // no room for another one (kDiskLow), the oldest goes for the next attempt,
  // but never the newest. Those with a name in the future do not count, and
  // stay.
  BackupRun RunDue();

  // How often to call RunDue, so that none is later than a minute.
  absl::Duration check_interval() const;

 private:
  Backups(BackupOptions options, std::unique_ptr<storage::FileLock> lock,
          storage::LocalLedger* ledger, const core::Clock* clock)
      : options_(std::move(options)),
        lock_(std::move(lock)),
        ledger_(*ledger),
        clock_(*clock) {}

  BackupRun RunDueAt(absl::Time now);
  // `times` are those that are there, the oldest first.
  absl::StatusOr<std::optional<MadeBackup>> Make(
      absl::Time now, std::vector<absl::Time>* times);
  absl::Status Prune(std::vector<absl::Time>* times);
  // When those that are there were begun, the oldest first.
  absl::StatusOr<std::vector<absl::Time>> TimesUpTo(absl::Time now) const;
  std::string PathOf(absl::Time time) const;

  const BackupOptions options_;
  const std::unique_ptr<storage::FileLock> lock_;
  storage::LocalLedger& ledger_;
  const core::Clock& clock_;
  absl::Time failed_ = absl::InfinitePast();  // the last time that it did
};

}  // namespace xom::edge

#endif  // XOM_SERVICES_EDGE_BACKUPS_H_
