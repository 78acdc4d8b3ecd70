#include "storage/keys.h"

#include <cassert>
#include <cstddef>

namespace xom::storage {
namespace {

constexpr size_t kNumberBytes = 8;
constexpr size_t kLengthBytes = 2;
static_assert(kMaxKeyBytes < size_t{1} << (8 * kLengthBytes));

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

std::string HistoryKey(absl::string_view record_key, Revision revision) {
  assert(record_key.size() <= kMaxKeyBytes && revision >= 0);
  std::string key;
  key.reserve(kLengthBytes + record_key.size() + kNumberBytes);
  key.push_back(static_cast<char>(record_key.size() >> 8));
  key.push_back(static_cast<char>(record_key.size() & 0xff));
  key.append(record_key.data(), record_key.size());
  AppendBigEndian(static_cast<uint64_t>(revision), &key);
  return key;
}

std::optional<HistoryEntry> ParseHistoryKey(absl::string_view key) {
  if (key.size() < kLengthBytes) return std::nullopt;
  const size_t length = static_cast<unsigned char>(key[0]) * size_t{256} +
                        static_cast<unsigned char>(key[1]);
  key.remove_prefix(kLengthBytes);
  if (key.size() != length + kNumberBytes) return std::nullopt;
  const auto revision =
      static_cast<Revision>(ReadBigEndian(key.substr(length)));
  return HistoryEntry{key.substr(0, length), revision};
}

}  // namespace xom::storage
