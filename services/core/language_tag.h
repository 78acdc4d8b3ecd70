#ifndef XOM_SERVICES_CORE_LANGUAGE_TAG_H_
#define XOM_SERVICES_CORE_LANGUAGE_TAG_H_

#include <string>

namespace xom::core {

// Whether all of `tag` is a well-formed BCP-47 language tag. Asks ICU.
bool IsWellFormedLanguageTag(const std::string& tag);

}  // namespace xom::core

#endif  // XOM_SERVICES_CORE_LANGUAGE_TAG_H_
