#include "storage/local_ledger.h"

#include <algorithm>
#include <thread>
#include <utility>

#include "absl/strings/str_cat.h"
#include "storage/change_feed.h"
#include "storage/commit_queue.h"
#include "storage/committer.h"
#include "storage/disk_space.h"
#include "storage/ledger_error.h"
#include "storage/store_slot.h"

namespace xom::storage {
namespace {

absl::Status CheckOptions(const LocalLedgerOptions& options) {
  const bool positive =
      options.change_retention > absl::ZeroDuration() &&
      options.request_retention > absl::ZeroDuration() &&
      options.max_retained_changes > 0 && options.max_queued_transactions > 0 &&
      options.max_queued_bytes > 0 && options.max_group_transactions > 0 &&
      options.max_group_bytes > 0 && options.block_cache_bytes > 0 &&
      options.write_buffer_bytes > 0 && options.max_open_files > 0;
  if (positive && !options.directory.empty() && options.now) {
    return absl::OkStatus();
  }
  return MakeLedgerError(
      LedgerError::kMalformed,
      "a ledger needs a directory, a clock, and bounds that are positive");
}

// A group is smaller than what is retained: a change is never forgotten by
// the batch that makes it, so that it can be read back after a failed write.
CommitQueue::Limits LimitsOf(const LocalLedgerOptions& options) {
  const auto half = static_cast<size_t>(
      std::max(int64_t{1}, options.max_retained_changes / 2));
  return {.queued_calls = options.max_queued_transactions,
          .queued_bytes = options.max_queued_bytes,
          .group_calls = std::min(options.max_group_transactions, half),
          .group_bytes = options.max_group_bytes};
}

absl::Status CheckRange(Revision after, Revision oldest, Revision revision) {
  if (after < oldest) {
    return MakeLedgerError(
        LedgerError::kTrimmed,
        absl::StrCat("changes after revision ", after,
                     " are gone; the oldest revision is ", oldest));
  }
  if (after > revision) {
    return MakeLedgerError(
        LedgerError::kAhead,
        absl::StrCat("revision ", after, " is ahead of the last, ", revision));
  }
  return absl::OkStatus();
}

}  // namespace

class LocalLedger::Impl {
 public:
  explicit Impl(LocalLedgerOptions options)
      : options_(std::move(options)),
        slot_(options_),
        feed_([this](Revision after, size_t limit) {
          return ReadChanges(after, limit);
        }),
        committer_(options_, slot_, feed_),
        queue_(LimitsOf(options_)) {}

  absl::Status Start() {
    absl::Status status = slot_.Open();
    if (status.ok()) status = committer_.Start();
    if (!status.ok()) return status;
    MutexLock lock(close_mu_);
    thread_ = std::thread([this] { committer_.Run(queue_); });
    return status;
  }

  void Close() {
    slot_.StopMaintenance();
    queue_.Close();
    MutexLock lock(close_mu_);
    if (!thread_.joinable()) return;
    thread_.join();
    // What the disk refuses now the next start reads from the log.
    slot_.Flush().IgnoreError();
  }

  absl::StatusOr<std::vector<Change>> ReadChanges(Revision after,
                                                  size_t limit) const;

  StoreSlot& slot() { return slot_; }
  ChangeFeed& feed() { return feed_; }
  CommitQueue& queue() { return queue_; }
  const Committer& committer() const { return committer_; }

 private:
  const LocalLedgerOptions options_;
  StoreSlot slot_;
  ChangeFeed feed_;
  Committer committer_;
  CommitQueue queue_;
  Mutex close_mu_;  // Close may be called twice at once
  std::thread thread_ XOM_GUARDED_BY(close_mu_);
};

absl::StatusOr<std::vector<Change>> LocalLedger::Impl::ReadChanges(
    Revision after, size_t limit) const {
  const Revision revision = committer_.revision();
  absl::Status status =
      CheckRange(after, committer_.oldest_revision(), revision);
  if (!status.ok()) return status;
  const auto there = static_cast<size_t>(revision - after);
  limit = std::min({limit, there, kMaxChangesPerRead});
  if (limit == 0) return std::vector<Change>();
  auto changes = slot_.With(
      [&](const Store& store) { return store.ReadChanges(after, limit); });
  if (!changes.ok()) return changes.status();
  if (changes->size() == limit &&
      changes->back().revision == after + static_cast<Revision>(limit)) {
    return changes;
  }
  // Trimmed between the check and the reading, or else damaged. The store knows
  // it before the committer tells.
  const auto state =
      slot_.With([](const Store& store) { return store.ReadState(); });
  if (!state.ok()) return state.status();
  status = CheckRange(after, state->oldest_revision, revision);
  if (!status.ok()) return status;
  return MakeLedgerError(
      LedgerError::kCorrupt,
      absl::StrCat("the change log has a gap after revision ", after));
}

LocalLedger::LocalLedger(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}

LocalLedger::~LocalLedger() { Close(); }

absl::StatusOr<std::unique_ptr<LocalLedger>> LocalLedger::Open(
    LocalLedgerOptions options) {
  absl::Status status = CheckOptions(options);
  if (!status.ok()) return status;
  if (!options.free_bytes) options.free_bytes = AskFreeBytes;
  auto impl = std::make_unique<Impl>(std::move(options));
  status = impl->Start();
  if (!status.ok()) return status;
  return std::unique_ptr<LocalLedger>(new LocalLedger(std::move(impl)));
}

void LocalLedger::Close() { impl_->Close(); }

absl::Status LocalLedger::Compact() { return impl_->slot().Compact(); }

absl::StatusOr<BackupKind> LocalLedger::Backup(const std::string& directory) {
  return impl_->slot().Backup(directory);
}

void LocalLedger::Commit(Transaction transaction, CommitDone done) {
  absl::Status status = CheckTransaction(transaction);
  QueuedCall call = QueuedCommit{std::move(transaction), std::move(done)};
  if (status.ok()) status = impl_->queue().Push(call);
  if (!status.ok()) std::get<QueuedCommit>(call).done(status);
}

void LocalLedger::FindRequest(std::string id, FindDone done) {
  QueuedCall call = QueuedFind{std::move(id), std::move(done)};
  const absl::Status status = impl_->queue().Push(call);
  if (!status.ok()) std::get<QueuedFind>(call).done(status);
}

absl::StatusOr<std::optional<Record>> LocalLedger::Get(
    absl::string_view key) const {
  return impl_->slot().With(
      [&](const Store& store) { return store.ReadRecord(key); });
}

absl::StatusOr<Revision> LocalLedger::ScanInParts(size_t threads,
                                                  absl::string_view first,
                                                  PartVisitor visit) const {
  return impl_->slot().With([&](const Store& store) {
    return store.ScanInParts(threads, first, visit);
  });
}

absl::Status LocalLedger::Follow(Revision after, Follower follower) {
  return impl_->feed().Follow(after, std::move(follower));
}

absl::StatusOr<std::vector<Change>> LocalLedger::ReadChanges(
    Revision after, size_t limit) const {
  return impl_->ReadChanges(after, limit);
}

Revision LocalLedger::revision() const { return impl_->committer().revision(); }

Revision LocalLedger::oldest_revision() const {
  return impl_->committer().oldest_revision();
}

}  // namespace xom::storage
