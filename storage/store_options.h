#ifndef XOM_STORAGE_STORE_OPTIONS_H_
#define XOM_STORAGE_STORE_OPTIONS_H_

#include <rocksdb/db.h>
#include <rocksdb/options.h>

#include <array>
#include <string>
#include <vector>

#include "storage/local_ledger.h"

// How we set RocksDB. Internal to storage/.

namespace xom::storage {

// The column families of a store, in the order they are opened.
enum class Family { kDefault, kRecords, kCells, kRequests, kChanges, kMeta };
inline constexpr size_t kFamilyCount = 6;

// RocksDB insists on "default"; nothing is kept in it. `meta` is last, so that
// a store that has it has them all.
inline constexpr std::array<const char*, kFamilyCount> kFamilyNames = {
    "default", "records", "cells", "requests", "changes", "meta"};

rocksdb::DBOptions MakeDbOptions(const LocalLedgerOptions& options);

// Descriptors of every family, in the order above.
std::vector<rocksdb::ColumnFamilyDescriptor> MakeFamilies(
    const LocalLedgerOptions& options);

}  // namespace xom::storage

#endif  // XOM_STORAGE_STORE_OPTIONS_H_
