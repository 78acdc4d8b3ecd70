#ifndef XOM_STORAGE_KEYS_H_
#define XOM_STORAGE_KEYS_H_

#include <cstdint>
#include <optional>
#include <string>

#include "absl/strings/string_view.h"
#include "storage/transaction.h"

// Keys whose order as bytes is the order of what they stand for: numbers are
// big-endian. A string that more follows has its length (2 bytes) before it, so
// that no key of "a" begins as one of "ab".

namespace xom::storage {

// In `cells`: the cell id (8 bytes), then the record's key.
std::string CellKey(uint64_t cell, absl::string_view record_key);

struct CellEntry {
  uint64_t cell = 0;
  absl::string_view record_key;  // into what was parsed
};
// nullopt when `key` is not a cell key.
std::optional<CellEntry> ParseCellKey(absl::string_view key);

// In `changes`: the revision (8 bytes). REQUIRES: revision >= 0.
std::string ChangeKey(Revision revision);
// nullopt when `key` is not a change key.
std::optional<Revision> ParseChangeKey(absl::string_view key);

// In `history`: the record's key, then the revision (8 bytes).
std::string HistoryKey(absl::string_view record_key, Revision revision);

struct HistoryEntry {
  absl::string_view record_key;  // into what was parsed
  Revision revision = 0;
};
// nullopt when `key` is not a key of `history`.
std::optional<HistoryEntry> ParseHistoryKey(absl::string_view key);

}  // namespace xom::storage

#endif  // XOM_STORAGE_KEYS_H_
