#ifndef XOM_SERVICES_CORE_PHONE_CODE_SENDER_H_
#define XOM_SERVICES_CORE_PHONE_CODE_SENDER_H_

#include <string>

#include "absl/time/time.h"

namespace xom::core {

// A code on its way to a phone.
struct PhoneCode {
  std::string phone_number;  // E.164
  std::string code;          // six digits
  absl::Time expire_time;
};

// What sends codes to phones: an operator's gateway. Thread-safe.
class PhoneCodeSender {
 public:
  virtual ~PhoneCodeSender() = default;

  // Called on the thread that commits all writes: must be quick, and must not
  // wait for a network. What cannot be sent is lost; people have it sent again.
  virtual void Send(const PhoneCode& code) = 0;
};

}  // namespace xom::core

#endif  // XOM_SERVICES_CORE_PHONE_CODE_SENDER_H_
