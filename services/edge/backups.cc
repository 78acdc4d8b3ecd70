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

namespace xom::edge {
namespace {

// Colons are not for every file system.
constexpr char kNameFormat[] = "%Y-%m-%dT%H-%M-%SZ";
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

}  // namespace

absl::StatusOr<std::unique_ptr<Backups>> Backups::Open(
    BackupOptions options, const std::string& data_folder,
    storage::LocalLedger* ledger, const core::Clock* clock) {
  const std::string& directory = options.directory;
  if (storage::IsInDataFolder(directory, data_folder)) {
    return absl::InvalidArgumentError(
        absl::StrCat(directory,
                     " is in the data folder, of which it shall hold copies: "
                     "name a folder elsewhere, best on another disk"));
  }
  if (mkdir(directory.c_str(), S_IRWXU) != 0 &&
      (errno != EEXIST || !std::filesystem::is_directory(directory))) {
    return absl::UnavailableError(absl::StrCat("making the folder of backups ",
                                               directory, ": ",
                                               std::strerror(errno)));
  }
  return std::unique_ptr<Backups>(
      new Backups(std::move(options), ledger, clock));
}

absl::StatusOr<std::optional<std::string>> Backups::RunDue() {
  const absl::Time now = clock_.Now();
  const absl::Duration delay = std::min(options_.interval, kLongestRetryDelay);
  if (failed_ <= now && now < failed_ + delay) return std::nullopt;
  auto made = RunDueAt(now);
  failed_ = made.ok() ? absl::InfinitePast() : now;
  return made;
}

absl::StatusOr<std::optional<std::string>> Backups::RunDueAt(absl::Time now) {
  auto times = TimesUpTo(now);
  if (!times.ok()) return times.status();
  if (!times->empty() && times->back() > now - options_.interval) {
    return std::nullopt;
  }
  const std::string path = PathOf(now);
  absl::Status status = ledger_.Backup(path).status();
  if (!status.ok()) return status;
  times->push_back(now);
  for (size_t i = 0; i + static_cast<size_t>(options_.kept) < times->size();
       ++i) {
    status = storage::RemoveBackup(PathOf((*times)[i]));
    if (!status.ok()) return status;
  }
  return path;
}

absl::StatusOr<std::vector<absl::Time>> Backups::TimesUpTo(
    absl::Time now) const {
  std::vector<absl::Time> times;
  std::error_code failed;
  std::filesystem::directory_iterator entry(options_.directory, failed);
  for (; !failed && entry != std::filesystem::directory_iterator();
       entry.increment(failed)) {
    const auto time = TimeOf(entry->path().filename().string());
    if (time.has_value() && *time <= now &&
        entry->symlink_status().type() ==
            std::filesystem::file_type::directory) {
      times.push_back(*time);
    }
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
