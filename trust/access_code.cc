#include "trust/access_code.h"

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "trust/secret.h"

namespace xom::trust {
namespace {

constexpr absl::string_view kAlphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
constexpr size_t kBitsPerCharacter = 5;
constexpr size_t kCharacters = kAccessCodeBits / kBitsPerCharacter;
constexpr size_t kGroup = 3;
static_assert(kCharacters == 9 && kCharacters % kGroup == 0);

std::string WithDashes(absl::string_view characters) {
  return absl::StrCat(characters.substr(0, kGroup), "-",
                      characters.substr(kGroup, kGroup), "-",
                      characters.substr(2 * kGroup));
}

// From the first 45 bits. REQUIRES: there are as many.
std::string CodeFromBytes(absl::string_view bytes) {
  std::string characters;
  unsigned bits = 0;
  size_t held = 0;
  for (const char byte : bytes) {
    bits = bits << 8 | static_cast<unsigned char>(byte);
    held += 8;
    while (held >= kBitsPerCharacter && characters.size() < kCharacters) {
      held -= kBitsPerCharacter;
      characters.push_back(kAlphabet[bits >> held & 31]);
    }
  }
  return WithDashes(characters);
}

char Canonical(char typed) {
  switch (const char upper =
              absl::ascii_toupper(static_cast<unsigned char>(typed))) {
    case 'O':
      return '0';
    case 'I':
    case 'L':
      return '1';
    default:
      return upper;
  }
}

}  // namespace

std::string NewAccessCode() {
  return CodeFromBytes(RandomBytes((kAccessCodeBits + 7) / 8));
}

std::string DeriveAccessCode(const Keyring& ring, absl::string_view seed) {
  return CodeFromBytes(ring.KeyedHash("access-code from seed", seed));
}

std::optional<std::string> NormalizeAccessCode(absl::string_view typed) {
  if (typed.size() > kMaxTypedCodeBytes) return std::nullopt;
  std::string characters;
  for (const char c : typed) {
    if (c == '-' || absl::ascii_isspace(static_cast<unsigned char>(c))) {
      continue;
    }
    const char canonical = Canonical(c);
    if (kAlphabet.find(canonical) == kAlphabet.npos) return std::nullopt;
    characters.push_back(canonical);
  }
  if (characters.size() != kCharacters) return std::nullopt;
  return WithDashes(characters);
}

std::string HashAccessCode(const Keyring& ring, absl::string_view owner,
                           absl::string_view canonical_code) {
  return ring.KeyedHash("access-code",
                        absl::StrCat(owner.size(), ":", owner, canonical_code));
}

}  // namespace xom::trust
