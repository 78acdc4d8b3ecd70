#include "storage/store_options.h"

#include <rocksdb/cache.h>
#include <rocksdb/convenience.h>
#include <rocksdb/env.h>
#include <rocksdb/filter_policy.h>
#include <rocksdb/table.h>

#include <algorithm>
#include <cstdint>
#include <memory>
#include <utility>

#include "storage/compaction_pace.h"
#include "storage/expiry.h"

namespace xom::storage {
namespace {

constexpr int kBloomBitsPerKey = 10;          // about 1 % false positives
constexpr double kMemtableBloomShare = 0.02;  // of a write buffer
constexpr size_t kBlockBytes = 16 << 10;
constexpr size_t kInfoLogFiles = 4;
constexpr size_t kInfoLogBytes = 4 << 20;
constexpr int kBackgroundJobs = 2;
constexpr uint64_t kBytesPerSync = 1 << 20;
// Before a write to any file, the log too: what 64 posts are together. Between
// two of them a compaction may pause, after some millisecond of work.
constexpr size_t kWriteBytes = 128 << 10;
// A second, at first, when too many new files wait: RocksDB's default, which it
// would take from the rate limiter.
constexpr uint64_t kSlowedWriteBytes = 16 << 20;
constexpr int64_t kShortestCompactionSeconds = 3600;

rocksdb::CompressionType Supported(rocksdb::CompressionType wanted) {
  const auto supported = rocksdb::GetSupportedCompressions();
  const bool there =
      std::find(supported.begin(), supported.end(), wanted) != supported.end();
  return there ? wanted : rocksdb::kNoCompression;
}

// Of the last level, where nearly all stands. Records are read at every start:
// by the compression that is undone fastest, as everything on its way there.
// The log, requests and histories are hardly ever read, and say again what a
// record says: by the one that makes the least of it.
rocksdb::CompressionType LastLevelCompressionOf(Family family) {
  const bool records = family == Family::kRecords || family == Family::kCells;
  return Supported(records ? rocksdb::kLZ4Compression : rocksdb::kZSTD);
}

// Asked by key for what mostly is not there, a new record or request, or is in
// one file of many, a record with a place.
bool AskedByKey(Family family) {
  return family == Family::kRecords || family == Family::kRequests ||
         family == Family::kCells;
}

std::shared_ptr<rocksdb::CompactionFilterFactory> MakeFilter(
    Family family, const LocalLedgerOptions& options,
    const std::shared_ptr<const OldestRevision>& oldest) {
  switch (family) {
    case Family::kRequests:
      return MakeRequestExpiry({options.now, options.request_retention});
    case Family::kHistory:
      if (oldest == nullptr) return nullptr;
      return MakeHistoryExpiry({options.now, options.request_retention},
                               oldest);
    default:
      return nullptr;
  }
}

// What has expired leaves half a retention later at the latest.
uint64_t CompactionPeriodSeconds(Family family,
                                 const LocalLedgerOptions& options) {
  const bool expires =
      family == Family::kRequests || family == Family::kHistory;
  const absl::Duration period =
      expires ? std::min(kCompactionPeriod, options.request_retention / 2)
              : kCompactionPeriod;
  return static_cast<uint64_t>(
      std::max(kShortestCompactionSeconds, absl::ToInt64Seconds(period)));
}

rocksdb::ColumnFamilyOptions MakeFamily(Family family,
                                        const LocalLedgerOptions& options,
                                        std::shared_ptr<rocksdb::Cache> cache) {
  rocksdb::BlockBasedTableOptions table;
  table.block_cache = std::move(cache);
  // Index and filter blocks count against the cache too: memory is bounded.
  table.cache_index_and_filter_blocks = true;
  // In parts: the whole filter of a large file is larger than what one shard of
  // the cache holds, and would be read from the disk anew for each look at it.
  table.index_type = rocksdb::BlockBasedTableOptions::kTwoLevelIndexSearch;
  table.partition_filters = true;
  table.pin_top_level_index_and_filter = true;
  table.pin_l0_filter_and_index_blocks_in_cache = true;
  table.block_size = kBlockBytes;
  rocksdb::ColumnFamilyOptions result;
  if (AskedByKey(family)) {
    table.filter_policy.reset(rocksdb::NewBloomFilterPolicy(kBloomBitsPerKey));
    result.memtable_prefix_bloom_size_ratio = kMemtableBloomShare;
    result.memtable_whole_key_filtering = true;
  }
  result.table_factory.reset(rocksdb::NewBlockBasedTableFactory(table));
  if (options.compress) {
    result.compression = Supported(rocksdb::kLZ4Compression);
    result.bottommost_compression = LastLevelCompressionOf(family);
  } else {
    result.compression = rocksdb::kNoCompression;
  }
  result.level0_file_num_compaction_trigger = kNewFilesCompacted;
  result.write_buffer_size = options.write_buffer_bytes / 2;
  result.periodic_compaction_seconds = CompactionPeriodSeconds(family, options);
  return result;
}

}  // namespace

rocksdb::DBOptions MakeDbOptions(const LocalLedgerOptions& options,
                                 const std::atomic<bool>* maintenance_ends) {
  rocksdb::DBOptions result;
  if (options.env != nullptr) result.env = options.env;
  result.create_if_missing = true;
  result.create_missing_column_families = true;
  result.paranoid_checks = true;
  // Recovered writes go to files, synced, before the store opens: what a
  // failed fsync left in doubt is settled by opening (store_slot.h).
  result.avoid_flush_during_recovery = false;
  // Opening again is the one way back from an error; RocksDB does not try
  // another one behind our back.
  result.max_bgerror_resume_count = 0;
  result.max_open_files = options.max_open_files;
  result.max_background_jobs = kBackgroundJobs;
  result.db_write_buffer_size = options.write_buffer_bytes;
  result.max_total_wal_size = options.write_buffer_bytes;
  const auto pace = std::make_shared<CompactionPace>(maintenance_ends);
  result.listeners.push_back(pace);
  result.rate_limiter = pace;
  result.delayed_write_rate = kSlowedWriteBytes;
  result.writable_file_max_buffer_size = kWriteBytes;
  result.keep_log_file_num = kInfoLogFiles;
  result.max_log_file_size = kInfoLogBytes;
  result.bytes_per_sync = kBytesPerSync;
  // A manifest names the first and last key of each file, gone ones too, and
  // keys of `cells` are places: so each change of files begins a new one.
  result.max_manifest_file_size = 1;
  return result;
}

std::vector<rocksdb::ColumnFamilyDescriptor> MakeFamilies(
    const LocalLedgerOptions& options,
    std::shared_ptr<const OldestRevision> oldest) {
  const auto cache = rocksdb::NewLRUCache(options.block_cache_bytes);
  std::vector<rocksdb::ColumnFamilyDescriptor> families;
  for (size_t i = 0; i < kFamilyCount; ++i) {
    const auto family = static_cast<Family>(i);
    families.emplace_back(kFamilyNames[i], MakeFamily(family, options, cache));
    families.back().options.compaction_filter_factory =
        MakeFilter(family, options, oldest);
  }
  return families;
}

}  // namespace xom::storage
