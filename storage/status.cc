#include "storage/status.h"

#include <rocksdb/status.h>

#include "absl/strings/str_cat.h"
#include "storage/ledger_error.h"

namespace xom::storage {
namespace {

absl::Status Translate(const rocksdb::Status& status, absl::string_view doing,
                       LedgerError otherwise) {
  if (status.ok()) return absl::OkStatus();
  // After a background error RocksDB repeats its status for every write; the
  // severity tells that from damage met by this very call.
  const bool damaged =
      status.IsCorruption() && status.severity() == rocksdb::Status::kNoError;
  return MakeLedgerError(damaged ? LedgerError::kCorrupt : otherwise,
                         absl::StrCat(doing, ": ", status.ToString()));
}

}  // namespace

absl::Status ReadStatus(const rocksdb::Status& status,
                        absl::string_view doing) {
  return Translate(status, doing, LedgerError::kNotReadable);
}

absl::Status WriteStatus(const rocksdb::Status& status,
                         absl::string_view doing) {
  return Translate(status, doing, LedgerError::kNotWritable);
}

}  // namespace xom::storage
