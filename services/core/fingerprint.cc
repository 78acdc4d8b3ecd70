#include "services/core/fingerprint.h"

#include <openssl/sha.h>

#include "google/protobuf/io/coded_stream.h"
#include "google/protobuf/io/zero_copy_stream_impl_lite.h"
#include "services/core/wire.h"

namespace xom::core {
namespace {

constexpr uint64_t kFnvOffset = 0xcbf29ce484222325;
constexpr uint64_t kFnvPrime = 0x100000001b3;

std::string Canonical(absl::string_view method,
                      const google::protobuf::Message& message) {
  std::string bytes(method);
  bytes.push_back('\0');
  google::protobuf::io::StringOutputStream stream(&bytes);
  {
    google::protobuf::io::CodedOutputStream coded(&stream);
    coded.SetSerializationDeterministic(true);
    message.SerializeToCodedStream(&coded);
  }
  return bytes;
}

// Takes the field out of the message that begins there. What is serialized
// has a field that is not repeated once at most.
void CutField(int number, size_t begin, std::string* bytes) {
  const absl::string_view message = absl::string_view(*bytes).substr(begin);
  WireReader reader(message);
  size_t from = 0;
  while (reader.Next()) {
    const size_t to = message.size() - reader.rest().size();
    if (reader.field() == number) {
      bytes->erase(begin + from, to - from);
      return;
    }
    from = to;
  }
}

}  // namespace

std::string DigestOf(absl::string_view bytes) {
  std::string digest(SHA256_DIGEST_LENGTH, '\0');
  SHA256(reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size(),
         reinterpret_cast<unsigned char*>(digest.data()));
  return digest;
}

std::string Fingerprint(absl::string_view method,
                        const google::protobuf::Message& message,
                        int without_field) {
  std::string bytes = Canonical(method, message);
  CutField(without_field, method.size() + 1, &bytes);
  return DigestOf(bytes);
}

uint64_t Fingerprint64(absl::string_view method,
                       const google::protobuf::Message& message) {
  uint64_t hash = kFnvOffset;
  for (const char c : Canonical(method, message)) {
    hash = (hash ^ static_cast<uint8_t>(c)) * kFnvPrime;
  }
  return hash;
}

}  // namespace xom::core
