#include "storage/store.h"

#include <algorithm>
#include <cstdint>
#include <limits>
#include <map>
#include <utility>

#include "absl/strings/str_cat.h"
#include "storage/backup.h"
#include "storage/keys.h"
#include "storage/ledger_error.h"
#include "storage/record_scan.h"
#include "storage/status.h"
#include "storage/store_format.h"

namespace xom::storage {
namespace {

absl::Status Corrupt(absl::string_view message) {
  return MakeLedgerError(LedgerError::kCorrupt, message);
}

rocksdb::WriteOptions Synced() {
  rocksdb::WriteOptions options;
  options.sync = true;
  return options;
}

}  // namespace

absl::StatusOr<std::unique_ptr<Store>> Store::Open(
    const LocalLedgerOptions& options, std::atomic<bool>* maintenance_ends) {
  std::unique_ptr<Store> store(new Store(maintenance_ends));
  rocksdb::DB* db = nullptr;
  const rocksdb::Status opened = rocksdb::DB::Open(
      MakeDbOptions(options, maintenance_ends), options.directory,
      MakeFamilies(options, store->oldest_), &store->handles_, &db);
  store->db_.reset(db);
  if (!opened.ok()) return WriteStatus(opened, "opening the store");
  absl::Status ready = store->Initialize();
  if (ready.ok()) ready = store->PassUsedRevisions(options);
  if (!ready.ok()) return ready;
  const auto state = store->ReadState();
  if (!state.ok()) return state.status();
  store->NoteOldest(state->oldest_revision);
  return store;
}

absl::StatusOr<std::unique_ptr<Store>> Store::OpenToRead(
    const LocalLedgerOptions& options) {
  std::unique_ptr<Store> store(new Store(nullptr));
  rocksdb::DB* db = nullptr;
  const rocksdb::Status opened = rocksdb::DB::OpenForReadOnly(
      MakeDbOptions(options), options.directory, MakeFamilies(options),
      &store->handles_, &db);
  store->db_.reset(db);
  if (!opened.ok()) return ReadStatus(opened, "opening the store to read");
  return store;
}

Store::~Store() {
  for (rocksdb::ColumnFamilyHandle* handle : handles_) {
    db_->DestroyColumnFamilyHandle(handle).PermitUncheckedError();
  }
  if (db_ != nullptr) db_->Close().PermitUncheckedError();
}

absl::Status Store::Initialize() {
  const auto format = Get(Family::kMeta, kFormatKey);
  if (!format.ok()) return format.status();
  if (format->has_value()) return absl::OkStatus();
  rocksdb::WriteBatch batch;
  rocksdb::Status put =
      batch.Put(handle(Family::kMeta), kFormatKey,
                EncodeFormat({.product = kProduct, .version = kFormatVersion}));
  if (put.ok()) {
    put = batch.Put(handle(Family::kMeta), kStateKey, EncodeState({}));
  }
  if (!put.ok()) return WriteStatus(put, "making the store");
  return Write(&batch);
}

// Without the mark next time; where its removal is lost it happens once more,
// and harms nobody.
absl::Status Store::PassUsedRevisions(const LocalLedgerOptions& options) {
  rocksdb::Env* const env = db_->GetEnv();
  const std::string mark = absl::StrCat(options.directory, "/", kBackupMark);
  const rocksdb::Status marked = env->FileExists(mark);
  if (marked.IsNotFound()) return absl::OkStatus();
  if (!marked.ok()) return ReadStatus(marked, "looking for a backup's mark");
  auto state = ReadState();
  if (!state.ok()) return state.status();
  rocksdb::WriteBatch batch;
  rocksdb::Status put = batch.DeleteRange(
      handle(Family::kChanges), ChangeKey(0), ChangeKey(state->revision + 1));
  state->revision += kRestoredRevisions;
  state->oldest_revision = state->revision;
  if (put.ok()) {
    put = batch.Put(handle(Family::kMeta), kStateKey, EncodeState(*state));
  }
  if (!put.ok()) return WriteStatus(put, "passing used revisions");
  const absl::Status written = Write(&batch);
  if (!written.ok()) return written;
  return WriteStatus(env->DeleteFile(mark), "removing a backup's mark");
}

absl::StatusOr<std::optional<std::string>> Store::Get(
    Family family, absl::string_view key) const {
  return GetWith(rocksdb::ReadOptions(), family, key);
}

absl::StatusOr<std::optional<std::string>> Store::GetWith(
    const rocksdb::ReadOptions& options, Family family,
    absl::string_view key) const {
  std::string value;
  const rocksdb::Status status =
      db_->Get(options, handle(family), ToSlice(key), &value);
  if (status.IsNotFound()) return std::optional<std::string>();
  if (!status.ok()) {
    return ReadStatus(
        status,
        absl::StrCat("reading ", kFamilyNames[static_cast<size_t>(family)]));
  }
  return std::optional<std::string>(std::move(value));
}

absl::StatusOr<StoreState> Store::ReadState() const {
  const auto bytes = Get(Family::kMeta, kStateKey);
  if (!bytes.ok()) return bytes.status();
  if (!bytes->has_value()) return Corrupt("the store has no state");
  return DecodeState(**bytes);
}

absl::StatusOr<std::optional<Record>> Store::ReadRecord(
    absl::string_view key) const {
  auto record = ReadRecordWith(rocksdb::ReadOptions(), key);
  if (record.ok() || !absl::IsDataLoss(record.status())) return record;
  // It may have moved between the two reads. At one moment it stands somewhere,
  // or else it is damaged.
  rocksdb::ManagedSnapshot snapshot(db_.get());
  rocksdb::ReadOptions options;
  options.snapshot = snapshot.snapshot();
  return ReadRecordWith(options, key);
}

absl::StatusOr<std::optional<Record>> Store::ReadRecordWith(
    const rocksdb::ReadOptions& options, absl::string_view key) const {
  auto bytes = GetWith(options, Family::kRecords, key);
  if (!bytes.ok()) return bytes.status();
  if (!bytes->has_value()) return std::optional<Record>();
  auto record = DecodeRecord(key, **bytes);
  if (!record.ok()) return record.status();
  if (record->cell == 0) return std::optional<Record>(*std::move(record));
  const uint64_t cell = record->cell;
  bytes = GetWith(options, Family::kCells, CellKey(cell, key));
  if (!bytes.ok()) return bytes.status();
  if (!bytes->has_value()) return Corrupt("a place without its record");
  record = DecodeRecord(key, **bytes);
  if (!record.ok()) return record.status();
  record->cell = cell;
  return std::optional<Record>(*std::move(record));
}

absl::StatusOr<Change> Store::ReadChange(Revision revision) const {
  const auto bytes = Get(Family::kChanges, ChangeKey(revision));
  if (!bytes.ok()) return bytes.status();
  if (!bytes->has_value()) {
    return Corrupt(absl::StrCat("change ", revision, " is missing"));
  }
  return DecodeChange(revision, **bytes);
}

absl::StatusOr<std::vector<Change>> Store::ReadChanges(Revision after,
                                                       size_t limit) const {
  std::vector<Change> changes;
  const std::unique_ptr<rocksdb::Iterator> it(
      db_->NewIterator(rocksdb::ReadOptions(), handle(Family::kChanges)));
  for (it->Seek(ChangeKey(after + 1)); it->Valid() && changes.size() < limit;
       it->Next()) {
    const auto revision = ParseChangeKey(ToView(it->key()));
    if (!revision.has_value()) return Corrupt("a change's key");
    auto change = DecodeChange(*revision, ToView(it->value()));
    if (!change.ok()) return change.status();
    changes.push_back(*std::move(change));
  }
  if (!it->status().ok()) return ReadStatus(it->status(), "reading changes");
  return changes;
}

absl::StatusOr<std::vector<Revision>> Store::ReadHistory(absl::string_view key,
                                                         Revision after) const {
  std::vector<Revision> revisions;
  const absl::Status visited = VisitHistory(
      key, after, [&](Revision revision, absl::string_view /*value*/) {
        revisions.push_back(revision);
        return absl::OkStatus();
      });
  if (!visited.ok()) return visited;
  return revisions;
}

absl::StatusOr<std::vector<std::string>> Store::ReadRequestsOf(
    absl::string_view subject) const {
  std::vector<std::string> ids;
  const absl::Status visited = VisitHistory(
      subject, 0, [&](Revision /*revision*/, absl::string_view value) {
        auto mention = DecodeHistory(value);
        if (!mention.ok()) return mention.status();
        if (!mention->request_id.empty()) {
          ids.push_back(std::move(mention->request_id));
        }
        return absl::OkStatus();
      });
  if (!visited.ok()) return visited;
  return ids;
}

absl::Status Store::VisitHistory(
    absl::string_view key, Revision after,
    const std::function<absl::Status(Revision, absl::string_view)>& visit)
    const {
  const std::unique_ptr<rocksdb::Iterator> it(
      db_->NewIterator(rocksdb::ReadOptions(), handle(Family::kHistory)));
  for (it->Seek(HistoryKey(key, after + 1)); it->Valid(); it->Next()) {
    const auto entry = ParseHistoryKey(ToView(it->key()));
    if (!entry.has_value()) return Corrupt("a key of a history");
    if (entry->record_key != key) break;
    const absl::Status visited = visit(entry->revision, ToView(it->value()));
    if (!visited.ok()) return visited;
  }
  return ReadStatus(it->status(), "reading a history");
}

absl::Status Store::ForEachKey(
    Family family, const std::function<void(absl::string_view)>& visit) const {
  const std::unique_ptr<rocksdb::Iterator> it(
      db_->NewIterator(rocksdb::ReadOptions(), handle(family)));
  for (it->SeekToFirst(); it->Valid(); it->Next()) visit(ToView(it->key()));
  return ReadStatus(it->status(), "reading keys");
}

absl::StatusOr<Revision> Store::ScanInParts(
    size_t threads, absl::string_view first,
    const Ledger::PartVisitor& visit) const {
  rocksdb::ManagedSnapshot snapshot(db_.get());
  rocksdb::ReadOptions options;
  options.snapshot = snapshot.snapshot();
  std::string bytes;
  const rocksdb::Status read =
      db_->Get(options, handle(Family::kMeta), kStateKey, &bytes);
  if (!read.ok()) return ReadStatus(read, "reading the store's state");
  const auto state = DecodeState(bytes);
  if (!state.ok()) return state.status();
  const absl::Status visited =
      ScanRecords(*db_, {handle(Family::kRecords), handle(Family::kCells)},
                  snapshot.snapshot(), threads, first, visit);
  if (!visited.ok()) return visited;
  return state->revision;
}

absl::Status Store::Write(rocksdb::WriteBatch* batch) {
  return WriteStatus(db_->Write(Synced(), batch), "writing");
}

absl::Status Store::Flush() {
  rocksdb::FlushOptions options;
  options.allow_write_stall = true;  // or else it waits for compactions
  return WriteStatus(db_->Flush(options, handles_), "flushing");
}

// Families in their order: each compaction begins a new manifest that names
// the files of before it, so that the last, of `meta`, leaves none that names
// a key of another family's erased files.
absl::Status Store::Compact() {
  rocksdb::Status status = db_->Flush(rocksdb::FlushOptions(), handles_);
  rocksdb::CompactRangeOptions all;
  all.bottommost_level_compaction = rocksdb::BottommostLevelCompaction::kForce;
  all.canceled = maintenance_ends_;
  for (size_t i = 0; i < handles_.size() && status.ok(); ++i) {
    status = db_->CompactRange(all, handles_[i], nullptr, nullptr);
  }
  // The jobs that are done may still be deleting the files they replaced.
  if (status.ok()) status = db_->PauseBackgroundWork();
  if (status.ok()) status = db_->ContinueBackgroundWork();
  return WriteStatus(status, "compacting");
}

bool Store::HasBackgroundError() const {
  uint64_t errors = 0;
  db_->GetIntProperty(rocksdb::DB::Properties::kBackgroundErrors, &errors);
  return errors > 0;
}

uint64_t Store::FileBytes() const {
  uint64_t all = 0;
  for (rocksdb::ColumnFamilyHandle* handle : handles_) {
    uint64_t bytes = 0;
    db_->GetIntProperty(handle, rocksdb::DB::Properties::kTotalSstFilesSize,
                        &bytes);
    all += bytes;
  }
  return all;
}

uint64_t Store::CompactionBytes() const {
  std::vector<rocksdb::LiveFileMetaData> files;
  db_->GetLiveFilesMetaData(&files);
  std::map<std::string, uint64_t> families;
  uint64_t most = 0;
  for (const rocksdb::LiveFileMetaData& file : files) {
    const std::string path = file.directory + "/" + file.relative_filename;
    uint64_t links = 0;
    const auto asked = db_->GetEnv()->NumFileLinks(path, &links);
    if (!asked.ok() || links > 1) return FileBytes();
    most = std::max(most, families[file.column_family_name] += file.size);
  }
  return most;
}

absl::Status Store::VisitFiles(
    const std::function<rocksdb::Status(const rocksdb::LiveFileStorageInfo&)>&
        visit) {
  rocksdb::Status status = db_->DisableFileDeletions();
  if (!status.ok()) return WriteStatus(status, "keeping the files");
  // Copies the log, and does not flush: that makes a new file in each family,
  // and where backups are frequent all of the store would be compacted with
  // them (docs/adr/0024). Right as long as each write is synced: older logs are
  // linked as they are.
  rocksdb::LiveFilesStorageInfoOptions options;
  options.wal_size_for_flush = std::numeric_limits<uint64_t>::max();
  std::vector<rocksdb::LiveFileStorageInfo> files;
  status = db_->GetLiveFilesStorageInfo(options, &files);
  for (size_t i = 0; i < files.size() && status.ok(); ++i) {
    status = visit(files[i]);
  }
  const rocksdb::Status enabled = db_->EnableFileDeletions(/*force=*/false);
  if (status.ok()) status = enabled;
  return WriteStatus(status, "copying the files");
}

}  // namespace xom::storage
