#ifndef XOM_STORAGE_EXPIRY_H_
#define XOM_STORAGE_EXPIRY_H_

#include <functional>
#include <memory>

#include "absl/time/time.h"
#include "storage/store_options.h"

namespace rocksdb {
class CompactionFilterFactory;
}  // namespace rocksdb

// What RocksDB leaves out when it compacts a family, because it says nothing
// any more. What cannot be decoded is kept.

namespace xom::storage {

// Whether a request committed at `commit_time` is no longer recognized.
inline bool RequestExpired(absl::Time commit_time, absl::Time now,
                           absl::Duration retention) {
  return commit_time + retention < now;
}

// How long requests are kept.
struct RequestExpiry {
  std::function<absl::Time()> now;
  absl::Duration retention;
};

// Of `requests`: expired ones.
std::shared_ptr<rocksdb::CompactionFilterFactory> MakeRequestExpiry(
    RequestExpiry expiry);

// Of `history`: changes up to `oldest`, which the log has no more, unless they
// name a request that has not expired.
std::shared_ptr<rocksdb::CompactionFilterFactory> MakeHistoryExpiry(
    RequestExpiry expiry, std::shared_ptr<const OldestRevision> oldest);

}  // namespace xom::storage

#endif  // XOM_STORAGE_EXPIRY_H_
