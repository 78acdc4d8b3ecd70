#ifndef XOM_SERVICES_CORE_FINGERPRINT_H_
#define XOM_SERVICES_CORE_FINGERPRINT_H_

#include <cstdint>
#include <string>

#include "absl/strings/string_view.h"
#include "google/protobuf/message.h"

namespace xom::core {

// A digest (SHA-256, 32 bytes) of a method and a message, as if the message had
// not the field of that number: the same on every machine and after every
// restart, whatever the order of map entries.
std::string Fingerprint(absl::string_view method,
                        const google::protobuf::Message& message,
                        int without_field);

// SHA-256 of the bytes: 32 bytes.
std::string DigestOf(absl::string_view bytes);

// A digest of the same that costs little and stands up to a mix-up, not to an
// attack (FNV-1a): for the tokens of pages and watches, which whoever holds one
// could write as well.
uint64_t Fingerprint64(absl::string_view method,
                       const google::protobuf::Message& message);

}  // namespace xom::core

#endif  // XOM_SERVICES_CORE_FINGERPRINT_H_
