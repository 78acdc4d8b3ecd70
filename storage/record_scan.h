#ifndef XOM_STORAGE_RECORD_SCAN_H_
#define XOM_STORAGE_RECORD_SCAN_H_

#include <rocksdb/db.h>

#include <cstddef>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "storage/ledger.h"

namespace xom::storage {

// Where records stand. Internal to storage/.
struct RecordFamilies {
  rocksdb::ColumnFamilyHandle* records;
  rocksdb::ColumnFamilyHandle* cells;
};

// As Ledger::ScanInParts, of the records as of `snapshot`. Both families are
// read once, past the block cache: `records` for those without a place, `cells`
// in stretches of about as many bytes each. A record that is in one of the two
// and not in the other is DATA_LOSS/kCorrupt, perhaps after it was visited.
absl::Status ScanRecords(rocksdb::DB& db, const RecordFamilies& families,
                         const rocksdb::Snapshot* snapshot, size_t threads,
                         absl::string_view first,
                         const Ledger::PartVisitor& visit);

}  // namespace xom::storage

#endif  // XOM_STORAGE_RECORD_SCAN_H_
