#ifndef XOM_STORAGE_STORE_H_
#define XOM_STORAGE_STORE_H_

#include <rocksdb/db.h>
#include <rocksdb/metadata.h>
#include <rocksdb/write_batch.h>

#include <atomic>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "storage/local_ledger.h"
#include "storage/record_codec.h"
#include "storage/store_options.h"

namespace xom::storage {

// One opened RocksDB store with our column families. Internal to storage/.
// Thread-safe. Errors of reading: those of Ledger::Get.
class Store {
 public:
  // Opens for writing, makes what is missing, and gives a new store its
  // format. A backup goes on from kRestoredRevisions beyond its last revision,
  // without a log of before. While `maintenance_ends` (if any; outlives the
  // store) is true, Compact returns early and no compaction pauses. REQUIRES:
  // CheckDirectory (store_format.h).
  static absl::StatusOr<std::unique_ptr<Store>> Open(
      const LocalLedgerOptions& options,
      std::atomic<bool>* maintenance_ends = nullptr);

  // Opens a store for reading only; Write fails.
  static absl::StatusOr<std::unique_ptr<Store>> OpenToRead(
      const LocalLedgerOptions& options);

  ~Store();
  Store(const Store&) = delete;
  Store& operator=(const Store&) = delete;

  absl::StatusOr<std::optional<std::string>> Get(Family family,
                                                 absl::string_view key) const;
  absl::StatusOr<StoreState> ReadState() const;
  absl::StatusOr<std::optional<Record>> ReadRecord(absl::string_view key) const;
  absl::StatusOr<Change> ReadChange(Revision revision) const;

  // The changes in (after, after + limit] that are there. Stops short where
  // they were trimmed meanwhile: the first one returned is then another than
  // after + 1, or none.
  absl::StatusOr<std::vector<Change>> ReadChanges(Revision after,
                                                  size_t limit) const;

  // The changes after `after` that hold values of the record, or had a request
  // with it as subject, by revision.
  absl::StatusOr<std::vector<Revision>> ReadHistory(absl::string_view key,
                                                    Revision after) const;

  // The ids of requests that were stored with this subject. May name some that
  // expired, or were used again with another.
  absl::StatusOr<std::vector<std::string>> ReadRequestsOf(
      absl::string_view subject) const;

  // For tests and checks.
  absl::Status ForEachKey(
      Family family, const std::function<void(absl::string_view)>& visit) const;

  // Ledger::ScanInParts.
  absl::StatusOr<Revision> ScanInParts(size_t threads, absl::string_view first,
                                       const Ledger::PartVisitor& visit) const;

  // Returns after the fsync. On an error (kNotWritable) whether the batch is
  // in the store is not known until it has been opened again.
  absl::Status Write(rocksdb::WriteBatch* batch);

  // Writes what only memory and the write-ahead log have into files, so that
  // the next Open has no log to read. As long as writing the write buffers
  // takes: it waits for no compaction. On an error (kNotWritable) the log still
  // has all.
  absl::Status Flush();

  // Tells compactions that the log has no change up to `oldest` any more.
  // REQUIRES: that is written.
  void NoteOldest(Revision oldest) { oldest_->store(oldest); }

  // Writes every file anew, with what is there now and nothing else: of what
  // was overwritten or deleted before the call, no file has a byte afterwards,
  // but for what a snapshot or an iterator from before still needs. Returns
  // early, with kNotWritable, once maintenance ends (Open).
  absl::Status Compact();

  // Whether a flush or a compaction failed behind our back: the store takes no
  // write until it has been opened again.
  bool HasBackgroundError() const;

  // Of the files of all families.
  uint64_t FileBytes() const;

  // So much more disk the store may take while Compact runs. It replaces one
  // family after another: that is the largest of them; but all, when another
  // folder has links to files of the store, which stay there.
  uint64_t CompactionBytes() const;

  // Shows all files of the store as they are at one revision: that of the call
  // or a later one. `visit` may take its time: until it has returned none of
  // them changes, as far as it is shown, or goes. Writes and reads go on; not
  // beside Compact. Ends with the first error: kNotWritable, or kCorrupt.
  absl::Status VisitFiles(
      const std::function<rocksdb::Status(const rocksdb::LiveFileStorageInfo&)>&
          visit);

  // For batches; valid as long as the store.
  rocksdb::ColumnFamilyHandle* handle(Family family) const {
    return handles_[static_cast<size_t>(family)];
  }

 private:
  explicit Store(std::atomic<bool>* maintenance_ends)
      : maintenance_ends_(maintenance_ends) {}
  absl::Status Initialize();
  absl::Status PassUsedRevisions(const LocalLedgerOptions& options);
  absl::StatusOr<std::optional<std::string>> GetWith(
      const rocksdb::ReadOptions& options, Family family,
      absl::string_view key) const;
  // A record that moves meanwhile is DATA_LOSS/kCorrupt, but for a snapshot.
  absl::StatusOr<std::optional<Record>> ReadRecordWith(
      const rocksdb::ReadOptions& options, absl::string_view key) const;
  // The entries of `key` after `after`, with their values.
  absl::Status VisitHistory(
      absl::string_view key, Revision after,
      const std::function<absl::Status(Revision, absl::string_view)>& visit)
      const;

  std::atomic<bool>* const maintenance_ends_;
  // Shared with compactions.
  const std::shared_ptr<OldestRevision> oldest_ =
      std::make_shared<OldestRevision>(0);
  std::unique_ptr<rocksdb::DB> db_;
  std::vector<rocksdb::ColumnFamilyHandle*> handles_;
};

inline rocksdb::Slice ToSlice(absl::string_view bytes) {
  return rocksdb::Slice(bytes.data(), bytes.size());
}
inline absl::string_view ToView(const rocksdb::Slice& bytes) {
  return absl::string_view(bytes.data(), bytes.size());
}

}  // namespace xom::storage

#endif  // XOM_STORAGE_STORE_H_
