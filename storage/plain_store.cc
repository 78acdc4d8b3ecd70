#include "storage/plain_store.h"

#include <rocksdb/write_batch.h>

#include <algorithm>
#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <thread>

#include "storage/store_options.h"

namespace xom::storage {
namespace {

constexpr size_t kScanReadaheadBytes = 1 << 20;

void DieUnlessOk(const rocksdb::Status& status) {
  if (status.ok()) return;
  std::fprintf(stderr, "%s\n", status.ToString().c_str());
  std::abort();
}

}  // namespace

PlainStore::PlainStore(const std::string& directory) {
  rocksdb::Options options;
  options.create_if_missing = true;
  rocksdb::DB* db = nullptr;
  DieUnlessOk(rocksdb::DB::Open(options, directory, &db));
  db_.reset(db);
}

void PlainStore::WriteBatches(absl::Span<const Pairs> items, size_t batch) {
  for (size_t i = 0; i < items.size(); i += batch) {
    Write(items.subspan(i, batch), true);
  }
}

void PlainStore::WriteFromThreads(absl::Span<const Pairs> items,
                                  size_t threads) {
  std::atomic<size_t> next = 0;
  std::vector<std::thread> writers;
  for (size_t i = 0; i < threads; ++i) {
    writers.emplace_back([&] {
      for (size_t at = next++; at < items.size(); at = next++) {
        Write(items.subspan(at, 1), true);
      }
    });
  }
  for (std::thread& writer : writers) writer.join();
}

void PlainStore::Load(const Pairs& pairs) {
  Write(absl::MakeConstSpan(&pairs, 1), false);
}

void PlainStore::Settle() {
  DieUnlessOk(db_->Flush(rocksdb::FlushOptions()));
  DieUnlessOk(
      db_->CompactRange(rocksdb::CompactRangeOptions(), nullptr, nullptr));
}

uint64_t PlainStore::Scan() const {
  rocksdb::ReadOptions options;
  options.readahead_size = kScanReadaheadBytes;
  options.fill_cache = false;
  const std::unique_ptr<rocksdb::Iterator> it(db_->NewIterator(options));
  uint64_t bytes = 0;
  for (it->SeekToFirst(); it->Valid(); it->Next()) {
    bytes += it->key().size() + it->value().size();
  }
  DieUnlessOk(it->status());
  return bytes;
}

void PlainStore::Write(absl::Span<const Pairs> items, bool sync) {
  rocksdb::WriteBatch batch;
  for (const Pairs& pairs : items) {
    for (const auto& [key, value] : pairs) DieUnlessOk(batch.Put(key, value));
  }
  rocksdb::WriteOptions options;
  options.sync = sync;
  DieUnlessOk(db_->Write(options, &batch));
}

std::vector<std::pair<std::string, uint64_t>> BytesOfFamilies(
    const LocalLedgerOptions& options) {
  std::vector<rocksdb::ColumnFamilyHandle*> handles;
  rocksdb::DB* opened = nullptr;
  DieUnlessOk(
      rocksdb::DB::OpenForReadOnly(MakeDbOptions(options), options.directory,
                                   MakeFamilies(options), &handles, &opened));
  const std::unique_ptr<rocksdb::DB> db(opened);
  std::vector<std::pair<std::string, uint64_t>> families;
  for (rocksdb::ColumnFamilyHandle* handle : handles) {
    uint64_t bytes = 0;
    db->GetIntProperty(handle, rocksdb::DB::Properties::kTotalSstFilesSize,
                       &bytes);
    families.emplace_back(handle->GetName(), bytes);
    DieUnlessOk(db->DestroyColumnFamilyHandle(handle));
  }
  return families;
}

}  // namespace xom::storage
