#include "services/core/phone_number.h"

#include <phonenumbers/phonenumberutil.h>

namespace xom::core {
namespace {

using i18n::phonenumbers::PhoneNumber;
using i18n::phonenumbers::PhoneNumberUtil;

// No number is longer, however it is spaced.
constexpr size_t kMaxWrittenBytes = 64;
// libphonenumber's name for "no country assumed".
constexpr char kNoRegion[] = "ZZ";

}  // namespace

std::optional<std::string> NormalizedPhoneNumber(const std::string& number) {
  if (number.size() > kMaxWrittenBytes) return std::nullopt;
  const PhoneNumberUtil& phones = *PhoneNumberUtil::GetInstance();
  PhoneNumber parsed;
  // A failed parse may leave behind a number that reads as valid.
  if (phones.Parse(number, kNoRegion, &parsed) !=
      PhoneNumberUtil::NO_PARSING_ERROR) {
    return std::nullopt;
  }
  if (!phones.IsValidNumber(parsed)) return std::nullopt;
  std::string e164;
  phones.Format(parsed, PhoneNumberUtil::E164, &e164);
  return e164;
}

}  // namespace xom::core
