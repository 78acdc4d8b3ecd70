#ifndef XOM_STORAGE_REQUEST_EXPIRY_H_
#define XOM_STORAGE_REQUEST_EXPIRY_H_

#include <functional>
#include <memory>

#include "absl/time/time.h"

namespace rocksdb {
class CompactionFilterFactory;
}  // namespace rocksdb

namespace xom::storage {

// Whether a request committed at `commit_time` is no longer recognized.
inline bool RequestExpired(absl::Time commit_time, absl::Time now,
                           absl::Duration retention) {
  return commit_time + retention < now;
}

// Erases expired requests from `requests` while RocksDB compacts it. What it
// cannot decode it keeps.
std::shared_ptr<rocksdb::CompactionFilterFactory> MakeRequestExpiry(
    std::function<absl::Time()> now, absl::Duration retention);

}  // namespace xom::storage

#endif  // XOM_STORAGE_REQUEST_EXPIRY_H_
