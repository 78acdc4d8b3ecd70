#include "services/core/verification_decisions.h"

#include <cstdint>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "services/core/field_check.h"
#include "services/core/limits.h"
#include "services/core/resource_name.h"
#include "trust/secret.h"

namespace xom::core {
namespace {

using internal::v1::StoredPhoneCheck;

constexpr uint32_t kCodes = 1'000'000;
// The largest multiple of kCodes: numbers from here on would make some codes
// likelier than others.
constexpr uint32_t kEven = UINT32_MAX / kCodes * kCodes;

uint32_t RandomNumber() {
  uint32_t number = 0;
  for (const char byte : trust::RandomBytes(sizeof number)) {
    number = number << 8 | static_cast<unsigned char>(byte);
  }
  return number;
}

std::string HashOf(const trust::Keyring& keyring, const SentCode& code) {
  return keyring.KeyedHash("phone-code",
                           absl::StrCat(code.subject, " ", code.code));
}

}  // namespace

std::string NewPhoneCode() {
  uint32_t number = RandomNumber();
  while (number >= kEven) number = RandomNumber();
  return absl::StrFormat("%06d", number % kCodes);
}

void CheckVerifiable(const std::string& name, Violations* violations) {
  if (IsResourceName(kNeeds, name) || IsResourceName(kUsers, name)) return;
  violations->Add("name",
                  "must be the name of a need or a user, such as needs/x7k2");
}

absl::Status CheckVouchRequest(const v1::VouchRequest& request) {
  Violations violations;
  CheckRequestId(request.request_id(), &violations);
  CheckVerifiable(request.name(), &violations);
  if (request.verification() != v1::VERIFICATION_VOUCHED &&
      request.verification() != v1::VERIFICATION_VISITED) {
    violations.Add("verification",
                   "must be VERIFICATION_VOUCHED or VERIFICATION_VISITED");
  }
  return violations.ToStatus();
}

StoredPhoneCheck NewPhoneCheck(const trust::Keyring& keyring,
                               const SentCode& sent, absl::Time now) {
  StoredPhoneCheck check;
  check.set_code_hash(HashOf(keyring, sent));
  check.set_phone_hash(std::string(sent.phone_hash));
  check.set_expire_time_micros(absl::ToUnixMicros(now + kPhoneCodeLifetime));
  return check;
}

CodeTrial TryPhoneCode(const trust::Keyring& keyring,
                       const StoredPhoneCheck& check, const SentCode& returned,
                       absl::Time now) {
  if (now >= absl::FromUnixMicros(check.expire_time_micros()) ||
      check.attempts() >= kMaxPhoneCodeAttempts ||
      check.phone_hash() != returned.phone_hash) {
    return {};
  }
  if (trust::EqualsInConstantTime(check.code_hash(),
                                  HashOf(keyring, returned))) {
    return {.right = true};
  }
  StoredPhoneCheck counted = check;
  counted.set_attempts(check.attempts() + 1);
  return {.right = false, .counted = counted};
}

}  // namespace xom::core
