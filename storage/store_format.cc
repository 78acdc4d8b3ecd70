#include "storage/store_format.h"

#include <rocksdb/db.h>
#include <rocksdb/env.h>

#include <algorithm>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "storage/ledger_error.h"
#include "storage/status.h"
#include "storage/store_options.h"

namespace xom::storage {
namespace {

constexpr char kMetaFamily[] = "meta";

absl::Status WrongFormat(absl::string_view directory, absl::string_view found) {
  return MakeLedgerError(
      LedgerError::kWrongFormat,
      absl::StrCat("data directory ", directory, " holds ", found,
                   "; expected a ", kProduct, " store of format version ",
                   kFormatVersion, ", or an empty directory"));
}

// What RocksDB has made before it has made a store (before CURRENT), and what
// a file system puts at its root.
bool MayStandInNewStore(absl::string_view name) {
  return name == "." || name == ".." || name == "lost+found" ||
         name == "LOCK" || name == "IDENTITY" ||
         absl::StartsWith(name, "LOG") || absl::StartsWith(name, "MANIFEST-") ||
         absl::EndsWith(name, ".dbtmp");
}

absl::Status CheckNoStrangers(rocksdb::Env* env, const std::string& directory) {
  std::vector<std::string> names;
  const rocksdb::Status status = env->GetChildren(directory, &names);
  if (!status.ok()) return ReadStatus(status, "listing the data directory");
  for (const std::string& name : names) {
    if (!MayStandInNewStore(name)) {
      return WrongFormat(directory, absl::StrCat("no store, but ", name));
    }
  }
  return absl::OkStatus();
}

// Asked first, so that the answer is not some file vanishing as we read.
absl::Status CheckNotInUse(rocksdb::Env* env, const std::string& directory) {
  rocksdb::FileLock* lock = nullptr;
  const rocksdb::Status status = env->LockFile(directory + "/LOCK", &lock);
  if (!status.ok()) {
    return MakeLedgerError(
        LedgerError::kInUse,
        absl::StrCat("data directory ", directory,
                     " is in use by another xomd, or cannot be locked: ",
                     status.ToString()));
  }
  return WriteStatus(env->UnlockFile(lock), "unlocking the data directory");
}

// A store opened without writing to it, as far as to see whose it is.
class ForeignStore {
 public:
  ~ForeignStore() {
    for (rocksdb::ColumnFamilyHandle* handle : handles_) {
      db_->DestroyColumnFamilyHandle(handle).PermitUncheckedError();
    }
  }

  rocksdb::Status Open(const LocalLedgerOptions& options,
                       const std::vector<std::string>& names) {
    std::vector<rocksdb::ColumnFamilyDescriptor> families;
    for (const std::string& name : names) {
      families.emplace_back(name, rocksdb::ColumnFamilyOptions());
    }
    rocksdb::DBOptions db_options;
    if (options.env != nullptr) db_options.env = options.env;
    db_options.max_open_files = options.max_open_files;
    rocksdb::DB* db = nullptr;
    const rocksdb::Status status = rocksdb::DB::OpenForReadOnly(
        db_options, options.directory, families, &handles_, &db);
    db_.reset(db);
    return status;
  }

  // NotFound when it has none: RocksDB's own word.
  rocksdb::Status ReadFormat(std::string* bytes) {
    return db_->Get(rocksdb::ReadOptions(), handles_.back(), kFormatKey, bytes);
  }

  bool Empty() {
    return std::all_of(handles_.begin(), handles_.end(), [this](auto* handle) {
      const std::unique_ptr<rocksdb::Iterator> it(
          db_->NewIterator(rocksdb::ReadOptions(), handle));
      it->SeekToFirst();
      return !it->Valid() && it->status().ok();
    });
  }

 private:
  std::unique_ptr<rocksdb::DB> db_;
  std::vector<rocksdb::ColumnFamilyHandle*> handles_;
};

bool AllOurs(const std::vector<std::string>& names) {
  return std::all_of(names.begin(), names.end(), [](const std::string& name) {
    return std::find(kFamilyNames.begin(), kFamilyNames.end(), name) !=
           kFamilyNames.end();
  });
}

// Without a format the store is another's, or ours cut short while it was
// made: then it has no families but ours, and nothing in them.
absl::Status CheckUnfinished(const LocalLedgerOptions& options,
                             const std::vector<std::string>& names) {
  ForeignStore store;
  if (AllOurs(names)) {
    const rocksdb::Status status = store.Open(options, names);
    if (!status.ok()) return ReadStatus(status, "opening the store to look");
    if (store.Empty()) return absl::OkStatus();
  }
  return WrongFormat(
      options.directory,
      absl::StrCat("another product's RocksDB store (column families: ",
                   absl::StrJoin(names, ", "), ")"));
}

absl::Status CheckStore(const LocalLedgerOptions& options,
                        const std::vector<std::string>& names) {
  if (std::find(names.begin(), names.end(), kMetaFamily) == names.end()) {
    return CheckUnfinished(options, names);
  }
  std::string bytes;
  {
    ForeignStore store;
    rocksdb::Status status = store.Open(options, {"default", kMetaFamily});
    if (status.ok()) status = store.ReadFormat(&bytes);
    if (!status.ok() && !status.IsNotFound()) {
      return ReadStatus(status, "opening the store to look");
    }
  }
  if (bytes.empty()) return CheckUnfinished(options, names);
  const auto format = DecodeFormat(bytes);
  if (!format.ok()) return format.status();
  return CheckFormat(options.directory, *format);
}

}  // namespace

absl::Status CheckFormat(absl::string_view directory,
                         const StoreFormat& format) {
  if (format.product == kProduct && format.version == kFormatVersion) {
    return absl::OkStatus();
  }
  return WrongFormat(
      directory, absl::StrCat("a ", format.product, " store of format version ",
                              format.version));
}

absl::Status CheckDirectory(const LocalLedgerOptions& options) {
  rocksdb::Env* env =
      options.env != nullptr ? options.env : rocksdb::Env::Default();
  const std::string& directory = options.directory;
  absl::Status checked = WriteStatus(env->CreateDirIfMissing(directory),
                                     "making the data directory");
  if (!checked.ok()) return checked;
  const rocksdb::Status current = env->FileExists(directory + "/CURRENT");
  if (current.IsNotFound()) {
    checked = CheckNoStrangers(env, directory);
    return checked.ok() ? CheckNotInUse(env, directory) : checked;
  }
  if (!current.ok()) return ReadStatus(current, "looking for the store");
  checked = CheckNotInUse(env, directory);
  if (!checked.ok()) return checked;
  std::vector<std::string> names;
  const rocksdb::Status listed = rocksdb::DB::ListColumnFamilies(
      MakeDbOptions(options), directory, &names);
  if (!listed.ok()) return ReadStatus(listed, "reading the store's manifest");
  return CheckStore(options, names);
}

}  // namespace xom::storage
