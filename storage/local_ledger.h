#ifndef XOM_STORAGE_LOCAL_LEDGER_H_
#define XOM_STORAGE_LOCAL_LEDGER_H_

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "storage/ledger.h"

namespace rocksdb {
class Env;
}  // namespace rocksdb

namespace xom::storage {

// How the files of a store came into its backup.
enum class BackupKind {
  kLinked,  // it shares them with the store: both are on one disk
  kCopied,  // it has all of its own
};

// RocksDB compacts each file that is older than this by itself, the next time
// it makes a file or opens the store: so what was overwritten or deleted leaves
// by and by, also where nothing is written. That is no promise of a day: new
// writes wait in the write-ahead log until there are enough for a file, and a
// value may lie in another file than what overwrote it. To promise a day, call
// LocalLedger::Compact at least as often.
inline constexpr absl::Duration kCompactionPeriod = absl::Hours(24);

// Bounds must be positive. Functions are called from several threads.
struct LocalLedgerOptions {
  // Created when it is not there (its parent must be). One process at a time.
  std::string directory;

  // Writes stop while the disk has less free than this, and go on by
  // themselves when it has more: RocksDB may abort on a full disk.
  uint64_t low_water_bytes = uint64_t{256} << 20;

  // A change is kept until it is older than `change_retention`, or
  // `max_retained_changes` are newer. Trimming happens with commits and in
  // strides: by age up to 1/64 of the retention late, by count up to 1/16 of
  // the maximum early.
  absl::Duration change_retention = absl::Hours(24);
  int64_t max_retained_changes = 1'000'000;

  // How long a retry of a request is recognized, from its commit_time on.
  // Past it the record is not seen any more; compaction erases it.
  absl::Duration request_retention = absl::Hours(48);

  // What may wait for the committer; past either, kQueueFull.
  size_t max_queued_transactions = 10'000;
  size_t max_queued_bytes = size_t{64} << 20;

  // What one fsync may carry. A single transaction may be larger than
  // `max_group_bytes`.
  size_t max_group_transactions = 1'000;
  size_t max_group_bytes = size_t{4} << 20;

  // RocksDB's memory for blocks read, and for writes not yet in files.
  size_t block_cache_bytes = size_t{64} << 20;
  size_t write_buffer_bytes = size_t{64} << 20;
  int max_open_files = 512;

  // Off for tests that look for bytes in the files.
  bool compress = true;

  std::function<absl::Time()> now = absl::Now;

  // Free bytes on the disk of `directory`; by default asks statvfs.
  std::function<uint64_t(const std::string& directory)> free_bytes = {};

  // For tests that inject faults. Not owned, outlives the ledger; by default
  // the operating system.
  rocksdb::Env* env = nullptr;
};

// A Ledger on one machine: a RocksDB store and one committer thread, which
// gives all transactions that wait one batch and one fsync.
//
//   auto ledger = LocalLedger::Open({.directory = "/var/lib/xom"});
//   if (!ledger.ok()) return ledger.status();
//   (*ledger)->Commit(...);
//
// When the disk refuses a write, reads go on, and before each next group the
// ledger tries the disk and reopens the store, so that writes return when the
// disk is healthy. A refused group that turns out to be on disk is a committed
// one: followers see it, its revision is taken.
class LocalLedger final : public Ledger {
 public:
  // Opens the store, or makes a new one in an empty or absent directory.
  // A store that is refused is left as it was. Errors:
  //   FAILED_PRECONDITION/kInUse: another process has the directory.
  //   FAILED_PRECONDITION/kWrongFormat: another product's directory or another
  //       version's; the message names what was found and what was expected.
  //   INVALID_ARGUMENT/kMalformed: an option is out of its bounds.
  //   UNAVAILABLE/kNotReadable or kNotWritable, DATA_LOSS/kCorrupt.
  static absl::StatusOr<std::unique_ptr<LocalLedger>> Open(
      LocalLedgerOptions options);

  // As Close. No other call may run or follow.
  ~LocalLedger() override;

  // Takes no more transactions (kClosed), finishes those queued, and stops the
  // committer thread and a Compact or a Backup under way. Then writes into
  // files what only the log has, about `write_buffer_bytes` at most, so that
  // the next Open need not read it; where that fails, or the disk is low, it
  // does. Reading goes on until the destructor. Not to be called from a
  // callback.
  void Close();

  // Rewrites all files of the store: what was overwritten, deleted, erased, or
  // forgotten with the log before the call is in no file of the directory
  // afterwards, the write-ahead log included. (What the file system or the
  // disk keep of deleted files is beyond this.) Blocks for some five times as
  // long as reading and writing all the data takes, since it leaves the
  // processor to others (compaction_pace.h), and meanwhile as long as reads
  // under way last; commits and reads go on, but for short waits. One at a time
  // is enough; from any thread but a callback's. Errors:
  //   RESOURCE_EXHAUSTED/kDiskLow: no room above the low water to write the
  //       largest column family anew before the old files of it go; where a
  //       backup shares files, which then stay, all of them.
  //   UNAVAILABLE/kNotWritable: the disk refused, or the ledger is closing.
  //       Nothing is lost; a commit may be refused while the store recovers.
  //   UNAVAILABLE/kNotReadable, DATA_LOSS/kCorrupt: as in Get.
  absl::Status Compact();

  // Makes a copy of the whole store at one revision: that of the call, or one
  // committed meanwhile. The copy is a data folder: Open opens it. It appears
  // under its name when it is complete and synced, readable for this user
  // alone, or not at all; what a killed call leaves stands beside it as
  // kPartialBackup (backup.h), and the next call removes it.
  //
  // On the file system of the store its files are hard links: that takes
  // moments, and room on the disk by and by, as Compact replaces the store's
  // own. Elsewhere they are copied. The end of the write-ahead log is copied in
  // either case, about `write_buffer_bytes` at most; who opens the backup reads
  // it, as after a crash. What was erased is not in a backup that is made after
  // a later Compact; in another it may be. A transaction that the store's disk
  // refused (Commit) may be in it, or not. Whoever opens a backup gets all of
  // it but the change log, and no revision that was given before
  // (kRestoredRevisions, backup.h). Commits and reads go on. One at a time, not
  // beside Compact: a second call waits. From any thread but a callback's.
  // Errors:
  //   INVALID_ARGUMENT/kMalformed: `directory` is empty, or in the store's.
  //   ALREADY_EXISTS/kBackupExists: something has the name; it stays as it is.
  //   FAILED_PRECONDITION/kInUse: another process makes or removes a backup in
  //       the same folder.
  //   RESOURCE_EXHAUSTED/kDiskLow: the files would not fit twice above the low
  //       water, on the disk of the backup.
  //   UNAVAILABLE/kNotWritable: a disk refused, the folder that `directory` is
  //       in is not there, or the ledger is closing. When all that failed is
  //       the last step, to sync that folder, the backup is there and whole,
  //       but a power cut may take its name away.
  //   UNAVAILABLE/kNotReadable, DATA_LOSS/kCorrupt: as in Get.
  absl::StatusOr<BackupKind> Backup(const std::string& directory);

  void Commit(Transaction transaction, CommitDone done) override;
  void FindRequest(std::string id, FindDone done) override;
  absl::StatusOr<std::optional<Record>> Get(
      absl::string_view key) const override;
  absl::StatusOr<Revision> ScanInParts(size_t threads, absl::string_view first,
                                       PartVisitor visit) const override;
  absl::Status Follow(Revision after, Follower follower) override;
  absl::StatusOr<std::vector<Change>> ReadChanges(Revision after,
                                                  size_t limit) const override;
  Revision revision() const override;
  Revision oldest_revision() const override;

 private:
  class Impl;
  explicit LocalLedger(std::unique_ptr<Impl> impl);

  const std::unique_ptr<Impl> impl_;
};

}  // namespace xom::storage

#endif  // XOM_STORAGE_LOCAL_LEDGER_H_
