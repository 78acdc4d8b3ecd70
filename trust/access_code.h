// The secret that a person without an account is given with their need, and can
// read over a phone: nine characters of Crockford's base32, which has no I, L,
// O or U, 45 bits, shown as "7KQ-2MX-9AB".
//
//   const std::string code = NewAccessCode();      // given once
//   const std::string stored = HashAccessCode(ring, "needs/7", code);
//   ...
//   const auto canonical = NormalizeAccessCode(" 7kq 2mx 9ab ");
//   if (canonical && EqualsInConstantTime(
//           stored, HashAccessCode(ring, "needs/7", *canonical))) ...
//
// 45 bits hold out only as long as guesses are counted and bounded; that is the
// caller's to do.
#ifndef XOM_TRUST_ACCESS_CODE_H_
#define XOM_TRUST_ACCESS_CODE_H_

#include <cstddef>
#include <optional>
#include <string>

#include "absl/strings/string_view.h"
#include "trust/keyring.h"

namespace xom::trust {

inline constexpr size_t kAccessCodeBits = 45;
// What is typed may be this long, spaces and dashes counted.
inline constexpr size_t kMaxTypedCodeBytes = 64;

// Random; the canonical form, as it is shown.
std::string NewAccessCode();

// The same form, from the keyed hash: the same seed gives the same code, and
// without the hash key no seed tells its code. So a retried call can say the
// code again that nobody stored.
std::string DeriveAccessCode(const Keyring& ring, absl::string_view seed);

// What somebody typed, as it is shown: any case, with or without spaces and
// dashes, O for 0, I or L for 1. nullopt when it cannot be a code.
std::optional<std::string> NormalizeAccessCode(absl::string_view typed);

// What is stored of a code, 16 bytes. Equal codes of two owners have unlike
// hashes. REQUIRES: the code is canonical.
std::string HashAccessCode(const Keyring& ring, absl::string_view owner,
                           absl::string_view canonical_code);

}  // namespace xom::trust

#endif  // XOM_TRUST_ACCESS_CODE_H_
