#include "services/core/language_tag.h"

#include <unicode/uloc.h>

namespace xom::core {

bool IsWellFormedLanguageTag(const std::string& tag) {
  // ICU reads the longest well-formed prefix and says how long it was.
  char locale[ULOC_FULLNAME_CAPACITY];
  int32_t parsed = 0;
  UErrorCode error = U_ZERO_ERROR;
  uloc_forLanguageTag(tag.c_str(), locale, sizeof locale, &parsed, &error);
  return U_SUCCESS(error) && static_cast<size_t>(parsed) == tag.size();
}

}  // namespace xom::core
