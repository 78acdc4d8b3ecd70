#ifndef XOM_STORAGE_STORE_SLOT_H_
#define XOM_STORAGE_STORE_SLOT_H_

#include <atomic>
#include <memory>
#include <string>
#include <type_traits>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "storage/ledger_error.h"
#include "storage/local_ledger.h"
#include "storage/mutex.h"
#include "storage/store.h"

namespace xom::storage {

// Holds the store of a ledger and puts a freshly opened one in its place when
// the disk has refused a write. Internal to storage/. Thread-safe.
//
// Why opening again, and not RocksDB's Resume: after a failed write or fsync
// nobody knows whether the batch is in the log. Recovery decides it, the same
// way it does after a crash: it replays the log into files, syncs them, and
// starts a new log. Resume refuses after most fsync errors, and where it does
// not, it leaves the question open until the next crash.
class StoreSlot {
 public:
  // Keeps a reference to `options`.
  explicit StoreSlot(const LocalLedgerOptions& options) : options_(options) {}

  // Opens the store for the first time. Errors: those of LocalLedger::Open.
  absl::Status Open() XOM_EXCLUDES(mu_);

  // Opens the store again. First writes and syncs a file of its own: while
  // that fails (kNotWritable) the old store stays and serves reads. Waits for
  // reads under way. When opening fails after all, a store that only reads is
  // put in.
  absl::Status Reopen() XOM_EXCLUDES(mu_);

  // Store::Flush, with its errors and With's. RESOURCE_EXHAUSTED/kDiskLow when
  // that could take the disk below the low water.
  absl::Status Flush() XOM_EXCLUDES(mu_);

  // Store::Compact, free of readers from before. Waits for reads under way, at
  // the beginning and at the end; new ones wait behind it. Errors: those of
  // LocalLedger::Compact.
  absl::Status Compact() XOM_EXCLUDES(mu_);

  // LocalLedger::Backup.
  absl::StatusOr<BackupKind> Backup(const std::string& directory)
      XOM_EXCLUDES(mu_);

  // Ends a Compact or a Backup under way, and all that come, and the pauses of
  // compactions. From any thread.
  void StopMaintenance();

  // Calls `use(store)` and returns what it returns, a Status or StatusOr;
  // UNAVAILABLE/kNotReadable when there is no store. `use` must not come back
  // to the slot.
  template <typename Use>
  std::invoke_result_t<Use&, Store&> With(Use use) const XOM_EXCLUDES(mu_) {
    ReaderLock lock(mu_);
    if (store_ == nullptr) {
      return MakeLedgerError(LedgerError::kNotReadable,
                             "the store could not be opened again");
    }
    return use(*store_);
  }

 private:
  absl::Status TryDisk() const;
  void AwaitReaders() const XOM_EXCLUDES(mu_) { WriterLock lock(mu_); }

  const LocalLedgerOptions& options_;
  // One Compact or Backup at a time: a file that is being copied stays, also
  // where Compact promises that it is gone.
  Mutex maintenance_mu_ XOM_ACQUIRED_BEFORE(mu_);
  mutable SharedMutex mu_;  // writer: while the store is exchanged
  std::atomic<bool> closing_ = false;
  // Outlives the store, whose compactions look at it.
  std::atomic<bool> maintenance_ends_ = false;
  std::unique_ptr<Store> store_ XOM_GUARDED_BY(mu_);
};

}  // namespace xom::storage

#endif  // XOM_STORAGE_STORE_SLOT_H_
