#include "storage/record_scan.h"

#include <cstdint>
#include <memory>
#include <thread>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "storage/keys.h"
#include "storage/ledger_error.h"
#include "storage/record_codec.h"
#include "storage/record_pipe.h"
#include "storage/status.h"

namespace xom::storage {
namespace {

// How far an iterator reads ahead.
constexpr size_t kReadaheadBytes = 1 << 20;

absl::string_view ToView(const rocksdb::Slice& bytes) {
  return absl::string_view(bytes.data(), bytes.size());
}

// What becomes of a pair that was read.
enum class Fate { kDropped, kSent };

// The half that reads: of `records` it sends what has no place, of `cells` all.
class RecordReader {
 public:
  RecordReader(rocksdb::DB& db, const rocksdb::Snapshot* snapshot,
               RecordPipe* placeless, RecordPipe* placed)
      : db_(db), placeless_(*placeless), placed_(*placed) {
    options_.snapshot = snapshot;
    options_.readahead_size = kReadaheadBytes;
    options_.fill_cache = false;  // all of it is read once
  }

  absl::Status Run(const RecordFamilies& families) {
    absl::Status status = SendPlaceless(families.records);
    placeless_.End();
    if (status.ok()) status = SendPlaced(families.cells);
    placed_.End();
    return status;
  }

 private:
  absl::Status SendPlaceless(rocksdb::ColumnFamilyHandle* records) {
    Record record;
    return Send(records, &placeless_,
                [&](absl::string_view key,
                    absl::string_view value) -> absl::StatusOr<Fate> {
                  absl::Status decoded = DecodeRecordInto(key, value, &record);
                  if (!decoded.ok()) return decoded;
                  if (record.cell == 0) return Fate::kSent;
                  ++places_;
                  return Fate::kDropped;
                });
  }

  absl::Status SendPlaced(rocksdb::ColumnFamilyHandle* cells) {
    absl::Status status =
        Send(cells, &placed_,
             [&](absl::string_view, absl::string_view) -> absl::StatusOr<Fate> {
               --places_;
               return Fate::kSent;
             });
    if (!status.ok() || places_ == 0) return status;
    return MakeLedgerError(
        LedgerError::kCorrupt,
        absl::StrCat("records with a place and places of records differ by ",
                     places_));
  }

  template <typename Decide>
  absl::Status Send(rocksdb::ColumnFamilyHandle* family, RecordPipe* pipe,
                    Decide decide) {
    const std::unique_ptr<rocksdb::Iterator> it(
        db_.NewIterator(options_, family));
    RawBatch batch;
    for (it->SeekToFirst(); it->Valid(); it->Next()) {
      const auto fate = decide(ToView(it->key()), ToView(it->value()));
      if (!fate.ok()) return fate.status();
      if (*fate == Fate::kDropped) continue;
      batch.Add(ToView(it->key()), ToView(it->value()));
      if (batch.bytes() < RecordPipe::kBatchBytes) continue;
      if (!pipe->Put(std::exchange(batch, {}))) {
        return absl::CancelledError("a scan was left");
      }
    }
    if (batch.size() > 0) pipe->Put(std::move(batch));
    return ReadStatus(it->status(), "scanning records");
  }

  rocksdb::DB& db_;
  RecordPipe& placeless_;
  RecordPipe& placed_;
  rocksdb::ReadOptions options_;
  // Of places told, those without a record; negative: the other way.
  int64_t places_ = 0;
};

// The half that visits.
class RecordVisitor {
 public:
  explicit RecordVisitor(const std::function<void(const Record&)>& visit)
      : visit_(visit) {}

  absl::Status VisitPlaceless(RecordPipe* pipe) {
    return Visit(pipe, [this](const RawBatch::Pair& pair) {
      return Decoded(pair.key, pair.value, /*cell=*/0);
    });
  }

  absl::Status VisitPlaced(RecordPipe* pipe) {
    return Visit(pipe, [this](const RawBatch::Pair& pair) {
      const auto entry = ParseCellKey(pair.key);
      if (!entry.has_value()) {
        return MakeLedgerError(LedgerError::kCorrupt, "a cell's key");
      }
      return Decoded(entry->record_key, pair.value, entry->cell);
    });
  }

 private:
  absl::Status Decoded(absl::string_view key, absl::string_view value,
                       uint64_t cell) {
    absl::Status decoded = DecodeRecordInto(key, value, &record_);
    if (!decoded.ok()) return decoded;
    record_.cell = cell;
    visit_(record_);
    return decoded;
  }

  template <typename Take>
  absl::Status Visit(RecordPipe* pipe, Take take) {
    RawBatch batch;
    while (pipe->Take(&batch)) {
      absl::Status taken = batch.ForEach(take);
      if (!taken.ok()) return taken;
    }
    return absl::OkStatus();
  }

  const std::function<void(const Record&)>& visit_;
  Record record_;
};

}  // namespace

absl::Status ScanRecords(rocksdb::DB& db, const RecordFamilies& families,
                         const rocksdb::Snapshot* snapshot,
                         const std::function<void(const Record&)>& visit) {
  RecordPipe placeless;
  RecordPipe placed;
  absl::Status read;
  std::thread reader([&] {
    read = RecordReader(db, snapshot, &placeless, &placed).Run(families);
  });
  RecordVisitor visitor(visit);
  absl::Status visited = visitor.VisitPlaceless(&placeless);
  if (visited.ok()) visited = visitor.VisitPlaced(&placed);
  placeless.Stop();
  placed.Stop();
  reader.join();
  // What could not be visited comes before what was still to be read.
  return visited.ok() ? read : visited;
}

}  // namespace xom::storage
