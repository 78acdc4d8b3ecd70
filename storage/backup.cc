#include "storage/backup.h"

#include <rocksdb/env.h>
#include <rocksdb/metadata.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <functional>
#include <memory>
#include <utility>

#include "absl/strings/str_cat.h"
#include "storage/data_folder.h"
#include "storage/disk_space.h"
#include "storage/file_lock.h"
#include "storage/ledger_error.h"
#include "storage/status.h"
#include "storage/store.h"

namespace xom::storage {
namespace {

namespace fs = std::filesystem;

constexpr size_t kCopyBytes = 1 << 20;
// An fsync cannot be stopped; of no more than this it does not take long.
constexpr size_t kSyncBytes = 16 << 20;

absl::Status Refused(absl::string_view what, const std::string& path,
                     absl::string_view why) {
  return MakeLedgerError(LedgerError::kNotWritable,
                         absl::StrCat(what, " ", path, ": ", why));
}

rocksdb::Status Canceled() {
  return rocksdb::Status::Aborted("the ledger closes or opens its store again");
}

// A folder that holds backups, for whoever makes or removes one. Others keep
// away as long as this lives.
class Shelf {
 public:
  // Takes the folder, and removes what a killed one left in it.
  absl::Status Take(const fs::path& folder) {
    partial_ = (folder / kPartialBackup).string();
    auto lock = FileLock::OfFolder(folder.string());
    if (LedgerErrorOf(lock.status()) == LedgerError::kInUse) {
      return MakeLedgerError(
          LedgerError::kInUse,
          absl::StrCat("another backup is made or removed in ",
                       folder.string()));
    }
    if (!lock.ok()) return lock.status();
    lock_ = *std::move(lock);
    return Clear();
  }

  const std::string& partial() const { return partial_; }

  absl::Status Clear() {
    std::error_code failed;
    fs::remove_all(partial_, failed);
    if (!failed) return absl::OkStatus();
    return Refused("removing", partial_, failed.message());
  }

  // What was renamed in it stays renamed.
  absl::Status Sync() {
    if (fsync(lock_->fd()) == 0) return absl::OkStatus();
    return Refused("syncing the folder of", partial_, std::strerror(errno));
  }

 private:
  std::unique_ptr<FileLock> lock_;
  std::string partial_;
};

// RocksDB's own lock of a store, which whoever has the store open holds.
class StoreLock {
 public:
  ~StoreLock() {
    if (lock_ != nullptr) env_->UnlockFile(lock_).PermitUncheckedError();
  }

  absl::Status Take(const std::string& directory) {
    const rocksdb::Status status = env_->LockFile(directory + "/LOCK", &lock_);
    if (status.ok()) return absl::OkStatus();
    return MakeLedgerError(
        LedgerError::kInUse,
        absl::StrCat(directory, " is in use by an xomd, or cannot be locked: ",
                     status.ToString()));
  }

 private:
  rocksdb::Env* const env_ = rocksdb::Env::Default();
  rocksdb::FileLock* lock_ = nullptr;
};

// Puts the files of a store into a folder.
class Copier {
 public:
  Copier(rocksdb::Env* env, std::string folder,
         const std::atomic<bool>& canceled)
      : env_(env), folder_(std::move(folder)), canceled_(canceled) {}

  rocksdb::Status Add(const rocksdb::LiveFileStorageInfo& file) {
    const std::string from = file.directory + "/" + file.relative_filename;
    const std::string to = folder_ + "/" + file.relative_filename;
    if (!file.replacement_contents.empty()) {
      return Create(to, [&](rocksdb::WritableFile* out) {
        return out->Append(file.replacement_contents);
      });
    }
    // A file that goes on growing is another one in the backup.
    if (links_ && !file.trim_to_size) {
      if (env_->LinkFile(from, to).ok()) {
        kind_ = BackupKind::kLinked;
        return rocksdb::Status::OK();
      }
      links_ = false;
    }
    return Create(to, [&](rocksdb::WritableFile* out) {
      return Copy(from, file.size, out);
    });
  }

  rocksdb::Status AddMark() {
    return Create(folder_ + "/" + kBackupMark,
                  [](rocksdb::WritableFile*) { return rocksdb::Status::OK(); });
  }

  // kLinked as soon as one file is.
  BackupKind kind() const { return kind_; }

  // What stands in the folder is there after a power cut too.
  rocksdb::Status Sync() {
    std::unique_ptr<rocksdb::Directory> folder;
    rocksdb::Status status = env_->NewDirectory(folder_, &folder);
    return status.ok() ? folder->Fsync() : status;
  }

 private:
  rocksdb::Status Create(
      const std::string& path,
      const std::function<rocksdb::Status(rocksdb::WritableFile*)>& write) {
    std::unique_ptr<rocksdb::WritableFile> out;
    rocksdb::Status status =
        env_->NewWritableFile(path, &out, rocksdb::EnvOptions());
    if (!status.ok()) return status;
    status = write(out.get());
    if (status.ok()) status = out->Sync();
    const rocksdb::Status closed = out->Close();
    return status.ok() ? closed : status;
  }

  rocksdb::Status Copy(const std::string& path, uint64_t bytes,
                       rocksdb::WritableFile* out) {
    std::unique_ptr<rocksdb::SequentialFile> in;
    rocksdb::Status status =
        env_->NewSequentialFile(path, &in, rocksdb::EnvOptions());
    std::string buffer(kCopyBytes, '\0');
    uint64_t unsynced = 0;
    while (status.ok() && bytes > 0) {
      if (canceled_) return Canceled();
      rocksdb::Slice read;
      status =
          in->Read(std::min<uint64_t>(bytes, kCopyBytes), &read, buffer.data());
      if (status.ok() && read.empty()) {
        return rocksdb::Status::Corruption("shorter than it was", path);
      }
      if (status.ok()) status = out->Append(read);
      bytes -= read.size();
      unsynced += read.size();
      if (!status.ok() || unsynced < kSyncBytes) continue;
      status = out->Sync();
      unsynced = 0;
    }
    return status;
  }

  rocksdb::Env* const env_;
  const std::string folder_;
  const std::atomic<bool>& canceled_;
  bool links_ = true;  // until one cannot be made
  BackupKind kind_ = BackupKind::kCopied;
};

// The whole of it, in the folder of what is not finished yet.
absl::StatusOr<BackupKind> CopyStore(rocksdb::Env* env, Store& store,
                                     const std::string& folder,
                                     const std::atomic<bool>& canceled) {
  if (mkdir(folder.c_str(), S_IRWXU) != 0) {
    return Refused("making", folder, std::strerror(errno));
  }
  Copier copier(env, folder, canceled);
  absl::Status status =
      store.VisitFiles([&](const rocksdb::LiveFileStorageInfo& file) {
        return canceled ? Canceled() : copier.Add(file);
      });
  if (status.ok()) status = WriteStatus(copier.AddMark(), "marking the backup");
  if (status.ok()) status = WriteStatus(copier.Sync(), "syncing the backup");
  if (!status.ok()) return status;
  return copier.kind();
}

// What is copied is not where it is copied to.
absl::Status CheckPlace(const LocalLedgerOptions& options,
                        const std::string& directory) {
  if (directory.empty()) {
    return MakeLedgerError(LedgerError::kMalformed, "a backup needs a folder");
  }
  if (!IsInDataFolder(directory, options.directory)) return absl::OkStatus();
  return MakeLedgerError(
      LedgerError::kMalformed,
      absl::StrCat(directory, " is in the data folder; a backup is elsewhere"));
}

}  // namespace

absl::StatusOr<BackupKind> MakeBackup(const LocalLedgerOptions& options,
                                      Store& store,
                                      const std::string& directory,
                                      const std::atomic<bool>& canceled) {
  absl::Status status = CheckPlace(options, directory);
  if (!status.ok()) return status;
  const fs::path path = CanonicalPath(directory);
  Shelf shelf;
  status = shelf.Take(path.parent_path());
  if (!status.ok()) return status;
  std::error_code absent;
  if (fs::exists(fs::symlink_status(path, absent))) {
    return MakeLedgerError(LedgerError::kBackupExists,
                           absl::StrCat(path.string(), " is there already"));
  }
  status = CheckDisk(options, path.parent_path().string(),
                     store.FileBytes() + options.write_buffer_bytes);
  if (!status.ok()) return status;
  rocksdb::Env* env =
      options.env != nullptr ? options.env : rocksdb::Env::Default();
  const auto kind = CopyStore(env, store, shelf.partial(), canceled);
  status = kind.status();
  if (status.ok()) {
    status = WriteStatus(env->RenameFile(shelf.partial(), path.string()),
                         "naming the backup");
  }
  if (!status.ok()) {
    // What stays is removed the next time.
    shelf.Clear().IgnoreError();
    return status;
  }
  status = shelf.Sync();
  if (!status.ok()) return status;
  return kind;
}

absl::Status RemoveBackup(const std::string& directory) {
  const fs::path path = CanonicalPath(directory);
  Shelf shelf;
  absl::Status status = shelf.Take(path.parent_path());
  if (!status.ok()) return status;
  std::error_code failed;
  if (!fs::is_directory(path, failed)) {
    return Refused("removing", path, failed ? failed.message() : "no folder");
  }
  StoreLock unused;
  status = unused.Take(directory);
  if (!status.ok()) return status;
  fs::rename(path, shelf.partial(), failed);
  if (failed) return Refused("removing", path, failed.message());
  // Else a power cut could give the name back to what is no longer whole.
  status = shelf.Sync();
  return status.ok() ? shelf.Clear() : status;
}

}  // namespace xom::storage
