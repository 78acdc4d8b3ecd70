#ifndef XOM_STORAGE_STATUS_H_
#define XOM_STORAGE_STATUS_H_

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace rocksdb {
class Status;
}  // namespace rocksdb

namespace xom::storage {

// RocksDB's status as ours; the only place where one becomes the other.
// `doing` says what was tried, e.g. "reading a record". OK stays OK; damage is
// DATA_LOSS/kCorrupt; all else is UNAVAILABLE, with kNotReadable or
// kNotWritable.
absl::Status ReadStatus(const rocksdb::Status& status, absl::string_view doing);
absl::Status WriteStatus(const rocksdb::Status& status,
                         absl::string_view doing);

}  // namespace xom::storage

#endif  // XOM_STORAGE_STATUS_H_
