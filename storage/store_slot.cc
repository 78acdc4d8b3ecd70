#include "storage/store_slot.h"

#include <rocksdb/env.h>

#include <string>

#include "storage/backup.h"
#include "storage/disk_space.h"
#include "storage/status.h"
#include "storage/store_format.h"

namespace xom::storage {
namespace {

// RocksDB takes a file of this suffix for its own leftover and removes it.
constexpr char kTrialFile[] = "/trial.dbtmp";
constexpr size_t kTrialBytes = 64 << 10;

}  // namespace

absl::Status StoreSlot::Open() {
  const absl::Status checked = CheckDirectory(options_);
  if (!checked.ok()) return checked;
  auto store = Store::Open(options_, &maintenance_ends_);
  if (!store.ok()) return store.status();
  WriterLock lock(mu_);
  store_ = *std::move(store);
  return absl::OkStatus();
}

absl::Status StoreSlot::Reopen() {
  const absl::Status tried = TryDisk();
  if (!tried.ok()) return tried;
  maintenance_ends_.store(true);  // else it is waited for, by readers too
  WriterLock lock(mu_);
  store_.reset();  // RocksDB's lock on the directory goes with it
  maintenance_ends_.store(false);
  if (closing_) maintenance_ends_.store(true);  // in this order: none is lost
  auto store = Store::Open(options_, &maintenance_ends_);
  if (store.ok()) {
    store_ = *std::move(store);
    return absl::OkStatus();
  }
  auto reader = Store::OpenToRead(options_);
  if (reader.ok()) store_ = *std::move(reader);
  return store.status();
}

absl::Status StoreSlot::Flush() {
  return With([this](Store& store) -> absl::Status {
    const absl::Status disk =
        CheckDisk(options_, options_.directory, options_.write_buffer_bytes);
    return disk.ok() ? store.Flush() : disk;
  });
}

absl::Status StoreSlot::Compact() {
  MutexLock alone(maintenance_mu_);
  // A scan from before holds a snapshot, for which what it may yet read stays.
  AwaitReaders();
  const absl::Status compacted = With([this](Store& store) -> absl::Status {
    const absl::Status disk =
        CheckDisk(options_, options_.directory, store.CompactionBytes());
    return disk.ok() ? store.Compact() : disk;
  });
  // An iterator keeps the files that it reads.
  if (compacted.ok()) AwaitReaders();
  return compacted;
}

absl::StatusOr<BackupKind> StoreSlot::Backup(const std::string& directory) {
  MutexLock alone(maintenance_mu_);
  return With([&](Store& store) {
    return MakeBackup(options_, store, directory, maintenance_ends_);
  });
}

void StoreSlot::StopMaintenance() {
  closing_.store(true);
  maintenance_ends_.store(true);
}

absl::Status StoreSlot::TryDisk() const {
  rocksdb::Env* env =
      options_.env != nullptr ? options_.env : rocksdb::Env::Default();
  const std::string path = options_.directory + kTrialFile;
  std::unique_ptr<rocksdb::WritableFile> file;
  rocksdb::Status status =
      env->NewWritableFile(path, &file, rocksdb::EnvOptions());
  if (status.ok()) status = file->Append(std::string(kTrialBytes, 'x'));
  if (status.ok()) status = file->Sync();
  if (file != nullptr) {
    const rocksdb::Status closed = file->Close();
    if (status.ok()) status = closed;
    env->DeleteFile(path).PermitUncheckedError();
  }
  return WriteStatus(status, "trying the disk");
}

}  // namespace xom::storage
