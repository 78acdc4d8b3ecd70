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
#include "storage/local_ledger.h"

namespace xom::edge {

struct BackupOptions {
  // Where they are made; of one server alone. Empty: there are none.
  std::string directory;
  absl::Duration interval = absl::Hours(24);
  int kept = 7;  // at least 1
};

// Makes backups of a store (storage::LocalLedger::Backup) by the clock, and
// keeps the newest. Each is a folder whose name is when it was begun, in UTC:
// 2026-11-28T20-00-00Z. What else lies beside them is not looked at. Used by
// one thread.
class Backups {
 public:
  // Makes the folder when it is absent, for this user alone. `ledger` and
  // `clock` outlive this. INVALID_ARGUMENT when the folder is in that of the
  // store, UNAVAILABLE when it is neither there nor can be made.
  static absl::StatusOr<std::unique_ptr<Backups>> Open(
      BackupOptions options, const std::string& data_folder,
      storage::LocalLedger* ledger, const core::Clock* clock);

  // Makes a backup when the last one was begun `interval` ago or longer, also
  // by a server before this one, or there is none; then removes the oldest
  // beyond `kept`. After an error it is tried again ten minutes later, or after
  // the interval when that is shorter. Those with a name in the future do not
  // count, and stay. Returns the path of what it made, nullopt when none was
  // due. Errors: those of LocalLedger::Backup and storage::RemoveBackup, and
  // UNAVAILABLE when the folder cannot be read.
  absl::StatusOr<std::optional<std::string>> RunDue();

  // How often to call RunDue, so that none is later than a minute.
  absl::Duration check_interval() const;

 private:
  Backups(BackupOptions options, storage::LocalLedger* ledger,
          const core::Clock* clock)
      : options_(std::move(options)), ledger_(*ledger), clock_(*clock) {}

  absl::StatusOr<std::optional<std::string>> RunDueAt(absl::Time now);
  // When those that are there were begun, the oldest first.
  absl::StatusOr<std::vector<absl::Time>> TimesUpTo(absl::Time now) const;
  std::string PathOf(absl::Time time) const;

  const BackupOptions options_;
  storage::LocalLedger& ledger_;
  const core::Clock& clock_;
  absl::Time failed_ = absl::InfinitePast();  // the last time that it did
};

}  // namespace xom::edge

#endif  // XOM_SERVICES_EDGE_BACKUPS_H_
