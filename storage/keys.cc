#include "storage/keys.h"

#include <cassert>
#include <cstddef>

namespace xom::storage {
namespace {

constexpr size_t kNumberBytes = 8;

void AppendBigEndian(uint64_t number, std::string* out) {
  for (int shift = 56; shift >= 0; shift -= 8) {
    out->push_back(static_cast<char>((number >> shift) & 0xff));
  }
}

uint64_t ReadBigEndian(absl::string_view bytes) {
  uint64_t number = 0;
  for (const char c : bytes.substr(0, kNumberBytes)) {
    number = (number << 8) | static_cast<unsigned char>(c);
  }
  return number;
}

}  // namespace

std::string CellKey(uint64_t cell, absl::string_view record_key) {
  std::string key;
  key.reserve(kNumberBytes + record_key.size());
  AppendBigEndian(cell, &key);
  key.append(record_key.data(), record_key.size());
  return key;
}

std::optional<CellEntry> ParseCellKey(absl::string_view key) {
  if (key.size() <= kNumberBytes) return std::nullopt;
  return CellEntry{ReadBigEndian(key), key.substr(kNumberBytes)};
}

std::string ChangeKey(Revision revision) {
  assert(revision >= 0);
  std::string key;
  AppendBigEndian(static_cast<uint64_t>(revision), &key);
  return key;
}

std::optional<Revision> ParseChangeKey(absl::string_view key) {
  if (key.size() != kNumberBytes) return std::nullopt;
  return static_cast<Revision>(ReadBigEndian(key));
}

}  // namespace xom::storage
