#ifndef XOM_SERVICES_CORE_PHONE_NUMBER_H_
#define XOM_SERVICES_CORE_PHONE_NUMBER_H_

#include <optional>
#include <string>

namespace xom::core {

// `number` in E.164 when it is a valid international number, however it is
// spaced: "+84 912 345 678" gives "+84912345678". nullopt for all else. Asks
// libphonenumber.
std::optional<std::string> NormalizedPhoneNumber(const std::string& number);

}  // namespace xom::core

#endif  // XOM_SERVICES_CORE_PHONE_NUMBER_H_
