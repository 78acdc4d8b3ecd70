#ifndef XOM_STORAGE_PLAIN_STORE_H_
#define XOM_STORAGE_PLAIN_STORE_H_

#include <rocksdb/db.h>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/types/span.h"
#include "storage/local_ledger.h"

// What RocksDB does by itself, to measure a ledger against.

namespace xom::storage {

// A RocksDB store with its own defaults, one column family, and no meaning.
// Ends the program on an error.
class PlainStore {
 public:
  using Pairs = std::vector<std::pair<std::string, std::string>>;

  explicit PlainStore(const std::string& directory);

  // Writes each of `items` whole, `batch` of them with one fsync.
  void WriteBatches(absl::Span<const Pairs> items, size_t batch);

  // Writes each of `items` by itself from so many threads, and leaves it to
  // RocksDB which of them share an fsync.
  void WriteFromThreads(absl::Span<const Pairs> items, size_t threads);

  // Puts without fsync; for loading.
  void Load(const Pairs& pairs);

  // All that was put is in files, compacted.
  void Settle();

  // Reads all keys and values in their order; returns how many bytes.
  uint64_t Scan() const;

 private:
  void Write(absl::Span<const Pairs> items, bool sync);

  std::unique_ptr<rocksdb::DB> db_;
};

// How many bytes the files of each column family of a closed store have.
std::vector<std::pair<std::string, uint64_t>> BytesOfFamilies(
    const LocalLedgerOptions& options);

}  // namespace xom::storage

#endif  // XOM_STORAGE_PLAIN_STORE_H_
