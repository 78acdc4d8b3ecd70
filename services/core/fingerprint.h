#ifndef XOM_SERVICES_CORE_FINGERPRINT_H_
#define XOM_SERVICES_CORE_FINGERPRINT_H_

#include <cstdint>
#include <string>

#include "absl/strings/string_view.h"
#include "google/protobuf/message.h"

namespace xom::core {

// A digest (SHA-256, 32 bytes) of a method and a message: the same on every
// machine and after every restart, whatever the order of map entries.
std::string Fingerprint(absl::string_view method,
                        const google::protobuf::Message& message);

// SHA-256 of the bytes: 32 bytes.
std::string DigestOf(absl::string_view bytes);

// The first 64 bits of the fingerprint, where a mix-up and not an attack is to
// be found.
uint64_t Fingerprint64(absl::string_view method,
                       const google::protobuf::Message& message);

}  // namespace xom::core

#endif  // XOM_SERVICES_CORE_FINGERPRINT_H_
