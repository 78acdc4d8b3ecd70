#include "storage/record_scan.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <cstdint>
#include <limits>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "storage/keys.h"
#include "storage/ledger_error.h"
#include "storage/mutex.h"
#include "storage/record_codec.h"
#include "storage/status.h"

namespace xom::storage {
namespace {

// How far an iterator reads ahead.
constexpr size_t kReadaheadBytes = 1 << 20;
// Of `cells`; part 0 is what `records` holds itself.
constexpr size_t kStretches = kScanParts - 1;
constexpr double kSizeErrorMargin = 0.01;  // of what is in files

absl::string_view ToView(const rocksdb::Slice& bytes) {
  return absl::string_view(bytes.data(), bytes.size());
}

// About: what is in files is counted by blocks.
uint64_t BytesBefore(rocksdb::DB& db, rocksdb::ColumnFamilyHandle* cells,
                     uint64_t cell) {
  const std::string end = CellKey(cell, "");
  const rocksdb::Range range("", end);
  rocksdb::SizeApproximationOptions options;
  options.include_memtables = true;
  options.files_size_error_margin = kSizeErrorMargin;
  uint64_t bytes = 0;
  const auto status = db.GetApproximateSizes(options, cells, &range, 1, &bytes);
  return status.ok() ? bytes : 0;  // parts that differ are no error
}

// Where the stretches of `cells` begin, and behind the last one no bound: about
// as many bytes in each.
using Bounds = std::array<std::string, kStretches + 1>;
Bounds Divide(rocksdb::DB& db, rocksdb::ColumnFamilyHandle* cells) {
  constexpr uint64_t kEnd = std::numeric_limits<uint64_t>::max();
  constexpr uint64_t kNear = 1 << 20;  // the curve through some ten metres
  const uint64_t bytes = BytesBefore(db, cells, kEnd);
  Bounds bounds;
  uint64_t begin = 0;
  for (size_t i = 1; i < kStretches; ++i) {
    uint64_t end = kEnd;
    while (end - begin > kNear) {
      const uint64_t middle = begin + (end - begin) / 2;
      const bool before =
          BytesBefore(db, cells, middle) < bytes * i / kStretches;
      (before ? begin : end) = middle;
    }
    bounds[i] = CellKey(begin, "");
  }
  return bounds;
}

class RecordScan {
 public:
  RecordScan(rocksdb::DB& db, const RecordFamilies& families,
             const rocksdb::Snapshot* snapshot, size_t threads,
             absl::string_view first, const Ledger::PartVisitor& visit)
      : db_(db),
        families_(families),
        snapshot_(snapshot),
        first_(first),
        visit_(visit),
        bounds_(Divide(db, families.cells)),
        most_others_(std::clamp<size_t>(threads, 1, kMaxScanThreads) - 1) {}

  absl::Status Run() {
    Note(VisitPlaceless());
    VisitStretches();
    for (std::thread& other : others_) other.join();
    MutexLock lock(mu_);
    if (!status_.ok() || places_ == 0) return status_;
    return MakeLedgerError(
        LedgerError::kCorrupt,
        absl::StrCat("records with a place and places of records differ by ",
                     places_.load()));
  }

 private:
  absl::Status VisitPlaceless() {
    Record record;
    int64_t places = 0;
    absl::Status status =
        ForEach(families_.records, {}, {},
                [&](absl::string_view key, absl::string_view value) {
                  absl::Status decoded = DecodeRecordInto(key, value, &record);
                  if (!decoded.ok()) return decoded;
                  if (IsBehindFirst(key)) BeginOthers();
                  if (record.cell == 0) return visit_(0, record);
                  ++places;
                  return decoded;
                });
    if (status.ok()) BeginOthers();
    places_ += places;
    return status;
  }

  bool IsBehindFirst(absl::string_view key) const {
    return key.substr(0, first_.size()) > first_;
  }

  // Unless they have begun. This thread joins them when `records` is read.
  void BeginOthers() {
    while (others_.size() < most_others_) {
      others_.emplace_back([this] { VisitStretches(); });
    }
  }

  void VisitStretches() {
    while (!failed_) {
      const size_t stretch = next_++;
      if (stretch >= kStretches) return;
      Note(VisitStretch(stretch));
    }
  }

  absl::Status VisitStretch(size_t stretch) {
    Record record;
    int64_t records = 0;
    absl::Status status = ForEach(
        families_.cells, bounds_[stretch], bounds_[stretch + 1],
        [&](absl::string_view key, absl::string_view value) {
          const auto entry = ParseCellKey(key);
          if (!entry.has_value()) {
            return MakeLedgerError(LedgerError::kCorrupt, "a cell's key");
          }
          absl::Status decoded =
              DecodeRecordInto(entry->record_key, value, &record);
          if (!decoded.ok()) return decoded;
          record.cell = entry->cell;
          ++records;
          return visit_(stretch + 1, record);
        });
    places_ -= records;
    return status;
  }

  // Calls `see` with the pairs in [begin, end), an empty end being none, until
  // it returns an error or another thread has met one.
  template <typename See>
  absl::Status ForEach(rocksdb::ColumnFamilyHandle* family,
                       absl::string_view begin, absl::string_view end,
                       See see) {
    rocksdb::ReadOptions options;
    options.snapshot = snapshot_;
    options.readahead_size = kReadaheadBytes;
    options.fill_cache = false;  // all of it is read once
    const rocksdb::Slice bound(end.data(), end.size());
    if (!end.empty()) options.iterate_upper_bound = &bound;
    const std::unique_ptr<rocksdb::Iterator> it(
        db_.NewIterator(options, family));
    for (it->Seek({begin.data(), begin.size()}); it->Valid(); it->Next()) {
      if (failed_) return absl::OkStatus();
      absl::Status seen = see(ToView(it->key()), ToView(it->value()));
      if (!seen.ok()) return seen;
    }
    return ReadStatus(it->status(), "scanning records");
  }

  // The first error is the scan's.
  void Note(const absl::Status& status) {
    if (status.ok()) return;
    MutexLock lock(mu_);
    status_.Update(status);
    failed_ = true;
  }

  rocksdb::DB& db_;
  const RecordFamilies families_;
  const rocksdb::Snapshot* const snapshot_;
  const absl::string_view first_;
  const Ledger::PartVisitor& visit_;
  const Bounds bounds_;
  const size_t most_others_;
  std::vector<std::thread> others_;  // of the calling thread
  std::atomic<size_t> next_ = 0;     // stretch to be taken
  std::atomic<bool> failed_ = false;
  // Places in `records` less records in `cells`: 0 when all is whole.
  std::atomic<int64_t> places_ = 0;

  Mutex mu_;
  absl::Status status_ XOM_GUARDED_BY(mu_);
};

}  // namespace

absl::Status ScanRecords(rocksdb::DB& db, const RecordFamilies& families,
                         const rocksdb::Snapshot* snapshot, size_t threads,
                         absl::string_view first,
                         const Ledger::PartVisitor& visit) {
  return RecordScan(db, families, snapshot, threads, first, visit).Run();
}

}  // namespace xom::storage
