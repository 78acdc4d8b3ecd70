#include "trust/keyring.h"

#include <sodium.h>

#include <optional>

#include "absl/cleanup/cleanup.h"
#include "absl/strings/str_cat.h"
#include "trust/guarded_file.h"
#include "trust/key_file.h"
#include "trust/secret.h"

namespace xom::trust {
namespace {

constexpr char kVersion = 1;
constexpr size_t kHeaderBytes = 1 + 4;
constexpr size_t kNonceBytes = crypto_aead_xchacha20poly1305_ietf_NPUBBYTES;
constexpr size_t kTagBytes = crypto_aead_xchacha20poly1305_ietf_ABYTES;
static_assert(kHeaderBytes + kNonceBytes + kTagBytes == kSealedOverheadBytes);
static_assert(SecretKey::kBytes == crypto_aead_xchacha20poly1305_ietf_KEYBYTES);
static_assert(kKeyedHashBytes >= crypto_generichash_BYTES_MIN);

// Others may neither read nor write it.
constexpr mode_t kOthers = 077;

GuardedFile Guarded(const std::string& path) {
  return {path, kMaxKeyFileBytes, kOthers};
}

const unsigned char* Bytes(absl::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

unsigned char* Bytes(std::string* text) {
  return reinterpret_cast<unsigned char*>(text->data());
}

void AppendBigEndian(uint64_t number, int bytes, std::string* out) {
  for (int i = bytes - 1; i >= 0; --i) {
    out->push_back(static_cast<char>((number >> (8 * i)) & 0xff));
  }
}

std::string Header(uint32_t key_id) {
  std::string header(1, kVersion);
  AppendBigEndian(key_id, 4, &header);
  return header;
}

// nullopt: no such header was ever written.
std::optional<uint32_t> SealedKeyId(absl::string_view sealed) {
  if (sealed.size() < kSealedOverheadBytes || sealed[0] != kVersion) {
    return std::nullopt;
  }
  uint32_t id = 0;
  for (size_t i = 1; i < kHeaderBytes; ++i) {
    id = id << 8 | static_cast<unsigned char>(sealed[i]);
  }
  if (id == 0 || id > kMaxKeyId) return std::nullopt;
  return id;
}

absl::Status NotSealedSo() {
  return absl::DataLossError("a sealed value is damaged, or of another place");
}

}  // namespace

Keyring::Keyring(KeyFile file)
    : file_(std::make_shared<const KeyFile>(std::move(file))) {}

absl::StatusOr<Keyring> Keyring::Load(const std::string& path) {
  auto text = ReadGuardedFile(Guarded(path));
  if (!text.ok()) return text.status();
  const absl::Cleanup wipe = [&] { Wipe(&*text); };
  auto ring = Parse(*text);
  if (ring.ok()) return ring;
  return absl::Status(ring.status().code(),
                      absl::StrCat(path, ": ", ring.status().message()));
}

absl::StatusOr<Keyring> Keyring::Parse(absl::string_view text) {
  auto file = ParseKeyFile(text);
  if (!file.ok()) return file.status();
  return Keyring(*std::move(file));
}

absl::Status Keyring::Create(const std::string& path) {
  std::string text = NewKeyFileText();
  const absl::Cleanup wipe = [&] { Wipe(&text); };
  return CreateGuardedFile(path, text);
}

absl::Status Keyring::Rotate(const std::string& path) {
  return ChangeGuardedFile(Guarded(path), WithFreshKey);
}

Keyring Keyring::Ephemeral() {
  return Keyring(KeyFile{{{1, SecretKey::Random()}}, 1, SecretKey::Random()});
}

uint32_t Keyring::active_id() const { return file_->active_id; }

std::string Keyring::Seal(absl::string_view plain,
                          absl::string_view context) const {
  const std::string header = Header(active_id());
  // The header has one length, so that no two contexts give the same bytes.
  const std::string authenticated = absl::StrCat(header, context);
  const std::string nonce = RandomBytes(kNonceBytes);
  std::string sealed = absl::StrCat(header, nonce);
  const size_t start = sealed.size();
  sealed.resize(start + plain.size() + kTagBytes);
  crypto_aead_xchacha20poly1305_ietf_encrypt(
      Bytes(&sealed) + start, nullptr, Bytes(plain), plain.size(),
      Bytes(authenticated), authenticated.size(), nullptr, Bytes(nonce),
      file_->keys.at(active_id()).data());
  return sealed;
}

absl::StatusOr<std::string> Keyring::Open(absl::string_view sealed,
                                          absl::string_view context) const {
  const std::optional<uint32_t> id = SealedKeyId(sealed);
  if (!id.has_value()) return NotSealedSo();
  const auto key = file_->keys.find(*id);
  if (key == file_->keys.end()) {
    return absl::FailedPreconditionError(
        absl::StrCat("a value is sealed with key ", *id,
                     ", which the key file does not have"));
  }
  const std::string authenticated =
      absl::StrCat(sealed.substr(0, kHeaderBytes), context);
  const absl::string_view nonce = sealed.substr(kHeaderBytes, kNonceBytes);
  const absl::string_view box = sealed.substr(kHeaderBytes + kNonceBytes);
  std::string plain(box.size() - kTagBytes, '\0');
  const int failed = crypto_aead_xchacha20poly1305_ietf_decrypt(
      Bytes(&plain), nullptr, nullptr, Bytes(box), box.size(),
      Bytes(authenticated), authenticated.size(), Bytes(nonce),
      key->second.data());
  if (failed != 0) return NotSealedSo();
  return plain;
}

bool Keyring::IsCurrent(absl::string_view sealed) const {
  return SealedKeyId(sealed) == active_id();
}

std::string Keyring::KeyedHash(absl::string_view purpose,
                               absl::string_view text) const {
  // The length first: no two pairs give the same bytes.
  std::string length;
  AppendBigEndian(purpose.size(), 8, &length);
  crypto_generichash_state state;
  crypto_generichash_init(&state, file_->hash_key.data(), SecretKey::kBytes,
                          kKeyedHashBytes);
  for (const absl::string_view part :
       {absl::string_view(length), purpose, text}) {
    crypto_generichash_update(&state, Bytes(part), part.size());
  }
  std::string hash(kKeyedHashBytes, '\0');
  crypto_generichash_final(&state, Bytes(&hash), hash.size());
  sodium_memzero(&state, sizeof state);
  return hash;
}

bool EqualsInConstantTime(absl::string_view a, absl::string_view b) {
  return a.size() == b.size() &&
         sodium_memcmp(a.data(), b.data(), a.size()) == 0;
}

}  // namespace xom::trust
