#ifndef XOM_STORAGE_STORE_FORMAT_H_
#define XOM_STORAGE_STORE_FORMAT_H_

#include <cstdint>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "storage/local_ledger.h"
#include "storage/record_codec.h"

namespace xom::storage {

inline constexpr char kProduct[] = "xom";
inline constexpr uint32_t kFormatVersion = 3;

// Keys in `meta`.
inline constexpr char kFormatKey[] = "format";
inline constexpr char kStateKey[] = "state";

// FAILED_PRECONDITION/kWrongFormat, naming found and expected, when `format` is
// not ours.
absl::Status CheckFormat(absl::string_view directory,
                         const StoreFormat& format);

// Whether the directory may be opened for writing: it is absent, empty, a
// store of ours, or one whose making was cut short. Makes the directory and
// RocksDB's LOCK file, and changes nothing else. Errors: those of
// LocalLedger::Open.
absl::Status CheckDirectory(const LocalLedgerOptions& options);

}  // namespace xom::storage

#endif  // XOM_STORAGE_STORE_FORMAT_H_
