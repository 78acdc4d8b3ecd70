#include "trust/secret.h"

#include <sodium.h>

#include <cstdlib>

namespace xom::trust {

void InitSodium() {
  static const bool ready = sodium_init() >= 0;
  if (!ready) std::abort();
}

std::string RandomBytes(size_t size) {
  InitSodium();
  std::string bytes(size, '\0');
  randombytes_buf(bytes.data(), bytes.size());
  return bytes;
}

void Wipe(std::string* secret) {
  sodium_memzero(secret->data(), secret->size());
  secret->clear();
}

SecretKey SecretKey::Random() {
  InitSodium();
  SecretKey key;
  randombytes_buf(key.bytes_.data(), kBytes);
  return key;
}

std::optional<SecretKey> SecretKey::FromBase64(absl::string_view text) {
  InitSodium();
  SecretKey key;
  size_t size = 0;
  const int failed = sodium_base642bin(
      key.bytes_.data(), kBytes, text.data(), text.size(), /*ignore=*/nullptr,
      &size, /*b64_end=*/nullptr, sodium_base64_VARIANT_ORIGINAL);
  if (failed != 0 || size != kBytes) return std::nullopt;
  // libsodium 1.0.18 takes a byte past ASCII for a slash.
  std::string spelling = key.ToBase64();
  const bool is_the_one = spelling == text;
  Wipe(&spelling);
  if (!is_the_one) return std::nullopt;
  return key;
}

SecretKey::~SecretKey() { sodium_memzero(bytes_.data(), kBytes); }

std::string SecretKey::ToBase64() const {
  constexpr int kVariant = sodium_base64_VARIANT_ORIGINAL;
  std::string text(sodium_base64_ENCODED_LEN(kBytes, kVariant), '\0');
  sodium_bin2base64(text.data(), text.size(), bytes_.data(), kBytes, kVariant);
  text.pop_back();  // libsodium ends its texts with a NUL
  return text;
}

}  // namespace xom::trust
