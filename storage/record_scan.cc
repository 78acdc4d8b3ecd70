#include "storage/record_scan.h"

#include <memory>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "storage/keys.h"
#include "storage/ledger_error.h"
#include "storage/record_codec.h"
#include "storage/status.h"

namespace xom::storage {
namespace {

// How far an iterator reads ahead.
constexpr size_t kReadaheadBytes = 1 << 20;

absl::string_view ToView(const rocksdb::Slice& bytes) {
  return absl::string_view(bytes.data(), bytes.size());
}

class RecordScan {
 public:
  RecordScan(rocksdb::DB& db, const rocksdb::Snapshot* snapshot,
             const std::function<void(const Record&)>& visit)
      : db_(db), visit_(visit) {
    options_.snapshot = snapshot;
    options_.readahead_size = kReadaheadBytes;
    options_.fill_cache = false;  // all of it is read once
  }

  absl::Status VisitPlaceless(rocksdb::ColumnFamilyHandle* records) {
    return Visit(
        records, [this](absl::string_view key, absl::string_view value) {
          const absl::Status decoded = DecodeRecordInto(key, value, &record_);
          if (!decoded.ok()) return decoded;
          if (record_.cell != 0) {
            ++placed_;
          } else {
            visit_(record_);
          }
          return absl::OkStatus();
        });
  }

  absl::Status VisitPlaced(rocksdb::ColumnFamilyHandle* cells) {
    return Visit(cells, [this](absl::string_view key, absl::string_view value) {
      const auto entry = ParseCellKey(key);
      if (!entry.has_value()) {
        return MakeLedgerError(LedgerError::kCorrupt, "a cell's key");
      }
      const absl::Status decoded =
          DecodeRecordInto(entry->record_key, value, &record_);
      if (!decoded.ok()) return decoded;
      record_.cell = entry->cell;
      --placed_;
      visit_(record_);
      return absl::OkStatus();
    });
  }

  // Of places told, those without a record; negative: the other way.
  int64_t missing() const { return placed_; }

 private:
  template <typename Take>
  absl::Status Visit(rocksdb::ColumnFamilyHandle* family, Take take) {
    const std::unique_ptr<rocksdb::Iterator> it(
        db_.NewIterator(options_, family));
    for (it->SeekToFirst(); it->Valid(); it->Next()) {
      const absl::Status taken = take(ToView(it->key()), ToView(it->value()));
      if (!taken.ok()) return taken;
    }
    return ReadStatus(it->status(), "scanning records");
  }

  rocksdb::DB& db_;
  const std::function<void(const Record&)>& visit_;
  rocksdb::ReadOptions options_;
  Record record_;
  int64_t placed_ = 0;
};

}  // namespace

absl::Status ScanRecords(rocksdb::DB& db, const RecordFamilies& families,
                         const rocksdb::Snapshot* snapshot,
                         const std::function<void(const Record&)>& visit) {
  RecordScan scan(db, snapshot, visit);
  absl::Status status = scan.VisitPlaceless(families.records);
  if (status.ok()) status = scan.VisitPlaced(families.cells);
  if (!status.ok() || scan.missing() == 0) return status;
  return MakeLedgerError(
      LedgerError::kCorrupt,
      absl::StrCat("records with a place and places of records differ by ",
                   scan.missing()));
}

}  // namespace xom::storage
