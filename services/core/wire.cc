#include "services/core/wire.h"

#include <bit>
#include <cstring>

namespace xom::core {
namespace {

static_assert(std::endian::native == std::endian::little,
              "fixed numbers are copied as they are");

enum WireType : uint64_t {
  kVarint = 0,
  kFixed64 = 1,
  kLengthDelimited = 2,
  kFixed32 = 5,
};
constexpr int kTypeBits = 3;
constexpr uint64_t kMaxTag = (uint64_t{1} << 32) - 1;
constexpr int kMaxVarintBytes = 10;

constexpr uint64_t TagOf(int field, WireType type) {
  return static_cast<uint64_t>(field) << kTypeBits | type;
}

size_t VarintSize(uint64_t value) {
  return (static_cast<size_t>(std::bit_width(value | 1)) + 6) / 7;
}

}  // namespace

bool WireReader::ReadVarint(uint64_t* value) {
  *value = 0;
  for (int i = 0; i < kMaxVarintBytes && !rest_.empty(); ++i) {
    const auto byte = static_cast<uint8_t>(rest_.front());
    rest_.remove_prefix(1);
    *value |= uint64_t{byte & 0x7fU} << (7 * i);
    if (byte < 0x80) return true;
  }
  return false;
}

bool WireReader::ReadFixed(size_t size) {
  if (rest_.size() < size) return false;
  std::memcpy(&number_, rest_.data(), size);
  rest_.remove_prefix(size);
  return true;
}

bool WireReader::ReadBytes() {
  uint64_t size = 0;
  if (!ReadVarint(&size) || size > rest_.size()) return false;
  bytes_ = rest_.substr(0, size);
  rest_.remove_prefix(size);
  return true;
}

bool WireReader::Next() {
  if (!ok_ || rest_.empty()) return false;
  number_ = 0;
  bytes_ = {};
  uint64_t tag = 0;
  ok_ = ReadVarint(&tag) && tag <= kMaxTag && tag >> kTypeBits != 0;
  if (!ok_) return false;
  field_ = static_cast<int>(tag >> kTypeBits);
  switch (tag & ((1U << kTypeBits) - 1)) {
    case kVarint:
      ok_ = ReadVarint(&number_);
      break;
    case kFixed64:
      ok_ = ReadFixed(sizeof(uint64_t));
      break;
    case kFixed32:
      ok_ = ReadFixed(sizeof(uint32_t));
      break;
    case kLengthDelimited:
      ok_ = ReadBytes();
      break;
    default:
      ok_ = false;
  }
  return ok_;
}

double WireReader::AsDouble() const { return std::bit_cast<double>(number_); }

void WireWriter::AddVarint(uint64_t value) {
  char bytes[kMaxVarintBytes];
  size_t size = 0;
  for (; value >= 0x80; value >>= 7) {
    bytes[size++] = static_cast<char>(value | 0x80);
  }
  bytes[size++] = static_cast<char>(value);
  out_.append(bytes, size);
}

void WireWriter::BeginMessage(int field, size_t size) {
  AddVarint(TagOf(field, kLengthDelimited));
  AddVarint(size);
}

void WireWriter::Add(int field, absl::string_view bytes) {
  BeginMessage(field, bytes.size());
  out_.append(bytes.data(), bytes.size());
}

void WireWriter::AddInt64(int field, int64_t value) {
  if (value == 0) return;
  AddVarint(TagOf(field, kVarint));
  AddVarint(static_cast<uint64_t>(value));
}

void WireWriter::AddDouble(int field, double value) {
  const auto bits = std::bit_cast<uint64_t>(value);
  if (bits == 0) return;
  AddVarint(TagOf(field, kFixed64));
  char bytes[sizeof bits];
  std::memcpy(bytes, &bits, sizeof bits);
  out_.append(bytes, sizeof bits);
}

size_t WireWriter::SizeOf(absl::string_view bytes) {
  return SizeOfMessage(bytes.size());
}

size_t WireWriter::SizeOfInt64(int64_t value) {
  return value == 0 ? 0 : 1 + VarintSize(static_cast<uint64_t>(value));
}

size_t WireWriter::SizeOfMessage(size_t size) {
  return 1 + VarintSize(size) + size;
}

size_t WireWriter::SizeOfDouble(double value) {
  return std::bit_cast<uint64_t>(value) == 0 ? 0 : 1 + sizeof value;
}

}  // namespace xom::core
