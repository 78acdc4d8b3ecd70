#ifndef XOM_STORAGE_STORE_OPTIONS_H_
#define XOM_STORAGE_STORE_OPTIONS_H_

#include <rocksdb/db.h>
#include <rocksdb/options.h>

#include <array>
#include <atomic>
#include <memory>
#include <string>
#include <vector>

#include "storage/local_ledger.h"

// How we set RocksDB. Internal to storage/.

namespace xom::storage {

// The column families of a store, in the order they are opened.
enum class Family {
  kDefault,
  kRecords,
  kCells,
  kRequests,
  kChanges,
  kHistory,  // which changes and replies tell of a record
  kMeta
};
inline constexpr size_t kFamilyCount = 7;

// RocksDB insists on "default"; nothing is kept in it. `meta` is last, so that
// a store that has it has them all.
inline constexpr std::array<const char*, kFamilyCount> kFamilyNames = {
    "default", "records", "cells", "requests", "changes", "history", "meta"};

// The oldest revision of a store's log, as its compactions see it: what
// `history` says of changes up to it goes.
using OldestRevision = std::atomic<Revision>;

// While `maintenance_ends` (if any; outlives the store) is true, no compaction
// pauses.
rocksdb::DBOptions MakeDbOptions(
    const LocalLedgerOptions& options,
    const std::atomic<bool>* maintenance_ends = nullptr);

// Descriptors of every family, in the order above. Without `oldest` nothing of
// `history` goes.
std::vector<rocksdb::ColumnFamilyDescriptor> MakeFamilies(
    const LocalLedgerOptions& options,
    std::shared_ptr<const OldestRevision> oldest = nullptr);

}  // namespace xom::storage

#endif  // XOM_STORAGE_STORE_OPTIONS_H_
