#include "storage/plain_scan.h"

#include <rocksdb/db.h>
#include <rocksdb/iterator.h>

#include <memory>
#include <vector>

#include "absl/time/clock.h"
#include "storage/local_ledger.h"
#include "storage/status.h"
#include "storage/store_options.h"

namespace xom::storage {
absl::StatusOr<PlainScan> ScanPlainly(const std::string& directory) {
  PlainScan scan;
  const absl::Time start = absl::Now();
  const LocalLedgerOptions options{.directory = directory};
  rocksdb::DB* opened = nullptr;
  std::vector<rocksdb::ColumnFamilyHandle*> handles;
  absl::Status status =
      ReadStatus(rocksdb::DB::OpenForReadOnly(
                     rocksdb::Options(MakeDbOptions(options), {}), directory,
                     MakeFamilies(options), &handles, &opened),
                 "opening a store to scan it");
  if (!status.ok()) return status;
  const std::unique_ptr<rocksdb::DB> db(opened);
  for (const Family family : {Family::kCells, Family::kRecords}) {
    const std::unique_ptr<rocksdb::Iterator> it(
        db->NewIterator({}, handles[static_cast<size_t>(family)]));
    for (it->SeekToFirst(); it->Valid(); it->Next()) {
      scan.bytes += static_cast<int64_t>(it->key().size() + it->value().size());
    }
    status.Update(ReadStatus(it->status(), "scanning"));
  }
  for (rocksdb::ColumnFamilyHandle* handle : handles) {
    status.Update(ReadStatus(db->DestroyColumnFamilyHandle(handle), "closing"));
  }
  if (!status.ok()) return status;
  scan.took = absl::Now() - start;
  return scan;
}

}  // namespace xom::storage
