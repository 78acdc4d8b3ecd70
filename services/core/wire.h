// Messages as they stand on the wire, read and written without an object for
// each: for what is done to a million records, or in every reply. The rest uses
// the generated classes.
#ifndef XOM_SERVICES_CORE_WIRE_H_
#define XOM_SERVICES_CORE_WIRE_H_

#include <cstddef>
#include <cstdint>
#include <string>

#include "absl/strings/string_view.h"

namespace xom::core {

// The fields of a message, one after the other:
//
//   WireReader reader(bytes);
//   while (reader.Next()) {
//     if (reader.field() == v1::Need::kNameFieldNumber) name = reader.bytes();
//   }
//   if (!reader.ok()) return DataLoss();
//
// What is there is not checked against a schema: a field of another type has
// the number 0 or no bytes. Nothing is copied. Thread-compatible.
class WireReader {
 public:
  explicit WireReader(absl::string_view message) : rest_(message) {}

  // False at the end, or where the bytes are not a message; groups are none.
  bool Next();

  int field() const { return field_; }
  // Of a varint or a fixed number.
  uint64_t number() const { return number_; }
  int64_t int64() const { return static_cast<int64_t>(number_); }
  int int32() const { return static_cast<int>(number_); }
  double AsDouble() const;  // of a double
  // Of a text, bytes or a message.
  absl::string_view bytes() const { return bytes_; }

  // What comes after that field.
  absl::string_view rest() const { return rest_; }

  // After the end: whether all was read.
  bool ok() const { return ok_; }

 private:
  bool ReadVarint(uint64_t* value);
  bool ReadFixed(size_t size);
  bool ReadBytes();

  absl::string_view rest_;
  int field_ = 0;
  uint64_t number_ = 0;
  absl::string_view bytes_;
  bool ok_ = true;
};

// Writes the fields of a message behind `out`, as the generated classes do: a
// number that is 0, bit for bit, is not written.
class WireWriter {
 public:
  // `out` outlives the writer.
  explicit WireWriter(std::string* out) : out_(*out) {}

  void Add(int field, absl::string_view bytes);
  void AddInt64(int field, int64_t value);
  void AddDouble(int field, double value);
  // The head of a message of `size` bytes, which follow.
  void BeginMessage(int field, size_t size);

  // How much Add, AddInt64, AddDouble, and BeginMessage with what follows,
  // write for fields up to 15.
  static size_t SizeOf(absl::string_view bytes);
  static size_t SizeOfInt64(int64_t value);
  static size_t SizeOfMessage(size_t size);
  static size_t SizeOfDouble(double value);

 private:
  void AddVarint(uint64_t value);

  std::string& out_;
};

}  // namespace xom::core

#endif  // XOM_SERVICES_CORE_WIRE_H_
