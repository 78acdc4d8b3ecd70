#include "services/edge/backups.h"

#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <utility>

#include "absl/strings/str_cat.h"
#include "storage/backup.h"
#include "storage/data_folder.h"
#include "storage/ledger_error.h"

namespace xom::edge {
namespace {

using storage::LedgerError;

// Colons are not for every file system.
constexpr char kNameFormat[] = "%Y-%m-%dT%H-%M-%SZ";
// The file that says that a server makes its backups here.
constexpr char kLockFile[] = ".xom-backups";
constexpr absl::Duration kLongestCheckInterval = absl::Minutes(1);
constexpr absl::Duration kLongestRetryDelay = absl::Minutes(10);

std::string NameOf(absl::Time time) {
  return absl::FormatTime(kNameFormat, time, absl::UTCTimeZone());
}

// nullopt: not a name of ours.
std::optional<absl::Time> TimeOf(const std::string& name) {
  absl::Time time;
  std::string error;
  if (!absl::ParseTime(kNameFormat, name, absl::UTCTimeZone(), &time, &error) ||
      NameOf(time) != name) {
    return std::nullopt;
  }
  return time;
}

absl::Status CheckOptions(const BackupOptions& options,
                          const std::string& data_folder) {
  const std::string& directory = options.directory;
  if (options.kept < 1) {
    return absl::InvalidArgumentError("at least one backup is kept");
  }
  if (storage::IsInDataFolder(directory, data_folder)) {
    return absl::InvalidArgumentError(
        absl::StrCat(directory,
                     " is in the data folder, of which it shall hold copies: "
                     "name a folder elsewhere, best on another disk"));
  }
  if (storage::IsInDataFolder(data_folder, directory)) {
    return absl::InvalidArgumentError(absl::StrCat(
        "the data folder ", data_folder, " is in ", directory,
        ", where old backups are removed: name a folder of their own"));
  }
  return absl::OkStatus();
}

absl::Status MakeFolder(const std::string& directory) {
  if (mkdir(directory.c_str(), S_IRWXU) == 0) return absl::OkStatus();
  const int error = errno;
  std::error_code ignored;
  if (error == EEXIST && std::filesystem::is_directory(directory, ignored)) {
    return absl::OkStatus();
  }
  return absl::UnavailableError(absl::StrCat(
      "making the folder of backups ", directory, ": ", std::strerror(error)));
}

absl::StatusOr<std::unique_ptr<storage::FileLock>> TakeFolder(
    const std::string& directory) {
  auto lock = storage::FileLock::OfFile(directory + "/" + kLockFile);
  if (storage::LedgerErrorOf(lock.status()) != LedgerError::kInUse) return lock;
  return absl::FailedPreconditionError(
      absl::StrCat("another server makes its backups in ", directory,
                   ", and each would remove those of the other: name a folder "
                   "of its own"));
}

}  // namespace

absl::StatusOr<std::unique_ptr<Backups>> Backups::Open(
    BackupOptions options, const std::string& data_folder,
    storage::LocalLedger* ledger, const core::Clock* clock) {
  absl::Status status = CheckOptions(options, data_folder);
  if (status.ok()) status = MakeFolder(options.directory);
  if (!status.ok()) return status;
  auto lock = TakeFolder(options.directory);
  if (!lock.ok()) return lock.status();
  return std::unique_ptr<Backups>(
      new Backups(std::move(options), *std::move(lock), ledger, clock));
}

BackupRun Backups::RunDue() {
  const absl::Time now = clock_.Now();
  const absl::Duration delay = std::min(options_.interval, kLongestRetryDelay);
  if (failed_ <= now && now < failed_ + delay) return {};
  BackupRun run = RunDueAt(now);
  failed_ = run.made.ok() && run.removed.ok() ? absl::InfinitePast() : now;
  return run;
}

BackupRun Backups::RunDueAt(absl::Time now) {
  BackupRun run;
  auto times = TimesUpTo(now);
  if (!times.ok()) {
    run.made = times.status();
    return run;
  }
  run.removed = Prune(&*times);  // what could not be removed the last time
  if (!times->empty() && times->back() > now - options_.interval) return run;
  run.made = Make(now, &*times);
  run.removed.Update(Prune(&*times));
  return run;
}

absl::StatusOr<std::optional<MadeBackup>> Backups::Make(
    absl::Time now, std::vector<absl::Time>* times) {
  const std::string path = PathOf(now);
  const auto kind = ledger_.Backup(path);
  if (kind.ok()) {
    times->push_back(now);
    return MadeBackup{path, *kind};
  }
  if (storage::LedgerErrorOf(kind.status()) != LedgerError::kDiskLow ||
      times->size() < 2) {
    return kind.status();
  }
  const std::string oldest = PathOf(times->front());
  const absl::Status removed = storage::RemoveBackup(oldest);
  return storage::MakeLedgerError(
      LedgerError::kDiskLow,
      absl::StrCat(kind.status().message(), "; the oldest, ", oldest, ", ",
                   removed.ok() ? "was removed for the next attempt"
                                : removed.message()));
}

absl::Status Backups::Prune(std::vector<absl::Time>* times) {
  absl::Status status;
  // One that cannot be removed is no reason to keep the others.
  for (auto kept = static_cast<size_t>(options_.kept); kept < times->size();) {
    status.Update(storage::RemoveBackup(PathOf(times->front())));
    times->erase(times->begin());
  }
  return status;
}

absl::StatusOr<std::vector<absl::Time>> Backups::TimesUpTo(
    absl::Time now) const {
  std::vector<absl::Time> times;
  std::error_code failed;
  std::filesystem::directory_iterator entry(options_.directory, failed);
  for (; !failed && entry != std::filesystem::directory_iterator();
       entry.increment(failed)) {
    const auto time = TimeOf(entry->path().filename().string());
    if (!time.has_value() || *time > now) continue;
    const auto type = entry->symlink_status(failed).type();
    if (failed) break;
    if (type == std::filesystem::file_type::directory) times.push_back(*time);
  }
  if (failed) {
    return absl::UnavailableError(absl::StrCat("reading the folder of backups ",
                                               options_.directory, ": ",
                                               failed.message()));
  }
  std::sort(times.begin(), times.end());
  return times;
}

std::string Backups::PathOf(absl::Time time) const {
  return absl::StrCat(options_.directory, "/", NameOf(time));
}

absl::Duration Backups::check_interval() const {
  return std::min(options_.interval, kLongestCheckInterval);
}

}  // namespace xom::edge
