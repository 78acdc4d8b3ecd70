#ifndef XOM_STORAGE_RECORD_SCAN_H_
#define XOM_STORAGE_RECORD_SCAN_H_

#include <rocksdb/db.h>

#include <functional>

#include "absl/status/status.h"
#include "storage/transaction.h"

namespace xom::storage {

// Where records stand. Internal to storage/.
struct RecordFamilies {
  rocksdb::ColumnFamilyHandle* records;
  rocksdb::ColumnFamilyHandle* cells;
};

// Visits every record as of `snapshot`, in the order of (cell, key): those
// without a place as `records` has them, then those of `cells`. Both are read
// once, from beginning to end, past the block cache, by a thread of its own
// that is ahead of the visits by some batches (RecordPipe); the visits are on
// the calling thread. A record that is in one of the two and not in the other
// is DATA_LOSS/kCorrupt, perhaps after it was visited. Other errors: those of
// Ledger::Get.
absl::Status ScanRecords(rocksdb::DB& db, const RecordFamilies& families,
                         const rocksdb::Snapshot* snapshot,
                         const std::function<void(const Record&)>& visit);

}  // namespace xom::storage

#endif  // XOM_STORAGE_RECORD_SCAN_H_
