// What a keyring seals and hashes.
#include "trust/keyring.h"

#include <gtest/gtest.h>
#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <sodium.h>

#include <set>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

namespace xom::trust {
namespace {

constexpr char kContext[] = "needs/7";
constexpr char kPhone[] = "0912 345 678";

// 32 bytes of one value, in base64.
std::string Key(char byte) {
  std::string text(
      sodium_base64_ENCODED_LEN(32, sodium_base64_VARIANT_ORIGINAL), '\0');
  const std::string bytes(32, byte);
  sodium_bin2base64(text.data(), text.size(),
                    reinterpret_cast<const unsigned char*>(bytes.data()), 32,
                    sodium_base64_VARIANT_ORIGINAL);
  text.pop_back();
  return text;
}

Keyring Ring(const std::string& text) {
  auto ring = Keyring::Parse(text);
  EXPECT_TRUE(ring.ok()) << ring.status();
  return *ring;
}

Keyring OldRing() {
  return Ring(absl::StrCat("hash ", Key('h'), "\n1 ", Key('a'), "\n"));
}
Keyring RotatedRing() {
  return Ring(absl::StrCat("hash ", Key('h'), "\n1 ", Key('a'), "\n2 ",
                           Key('b'), "\n"));
}
Keyring RingThatForgot() {
  return Ring(absl::StrCat("hash ", Key('h'), "\n2 ", Key('b'), "\n"));
}

TEST(KeyringTest, OpensWhatItSealed) {
  const Keyring ring = Keyring::Ephemeral();
  for (const std::string& plain :
       {std::string(), std::string("a"), std::string(kPhone),
        std::string(100'000, 'x'), std::string("\0\xff", 2)}) {
    const std::string sealed = ring.Seal(plain, kContext);
    EXPECT_EQ(sealed.size(), plain.size() + kSealedOverheadBytes);
    const auto opened = ring.Open(sealed, kContext);
    ASSERT_TRUE(opened.ok()) << opened.status();
    EXPECT_EQ(*opened, plain);
  }
}

TEST(KeyringTest, HidesTheTextAndSealsItAnewEachTime) {
  const Keyring ring = Keyring::Ephemeral();
  std::set<std::string> seen;
  for (int i = 0; i < 100; ++i) {
    const std::string sealed = ring.Seal(kPhone, kContext);
    EXPECT_FALSE(absl::StrContains(sealed, "345"));
    EXPECT_TRUE(seen.insert(sealed).second);
  }
}

TEST(KeyringTest, OpensNowhereElse) {
  const Keyring ring = Keyring::Ephemeral();
  const std::string sealed = ring.Seal(kPhone, kContext);
  for (const char* other : {"", "needs/8", "needs/77", "needs/", "Needs/7"}) {
    EXPECT_EQ(ring.Open(sealed, other).status().code(),
              absl::StatusCode::kDataLoss)
        << other;
  }
  EXPECT_EQ(Keyring::Ephemeral().Open(sealed, kContext).status().code(),
            absl::StatusCode::kDataLoss);
}

TEST(KeyringTest, EachFlippedBitIsFound) {
  const Keyring ring = RotatedRing();
  const std::string sealed = ring.Seal(kPhone, kContext);
  for (size_t bit = 0; bit < sealed.size() * 8; ++bit) {
    std::string bad = sealed;
    bad[bit / 8] = static_cast<char>(bad[bit / 8] ^ (1 << bit % 8));
    const auto opened = ring.Open(bad, kContext);
    ASSERT_FALSE(opened.ok()) << "bit " << bit;
    // A flip in the id may name a key that is not there.
    const bool in_id = bit / 8 >= 1 && bit / 8 <= 4;
    if (!in_id) {
      EXPECT_EQ(opened.status().code(), absl::StatusCode::kDataLoss) << bit;
    }
  }
}

TEST(KeyringTest, TheKeyIdIsAuthenticated) {
  // Two ids of one key: only the header tells them apart.
  const Keyring ring = Ring(absl::StrCat("hash ", Key('h'), "\n1 ", Key('a'),
                                         "\n2 ", Key('a'), "\n"));
  std::string sealed = ring.Seal(kPhone, kContext);
  ASSERT_TRUE(ring.Open(sealed, kContext).ok());
  sealed[4] = 1;
  EXPECT_EQ(ring.Open(sealed, kContext).status().code(),
            absl::StatusCode::kDataLoss);
}

TEST(KeyringTest, WhatIsCutOrLongerIsFound) {
  const Keyring ring = Keyring::Ephemeral();
  const std::string sealed = ring.Seal(kPhone, kContext);
  for (size_t size = 0; size < sealed.size(); ++size) {
    EXPECT_EQ(ring.Open(sealed.substr(0, size), kContext).status().code(),
              absl::StatusCode::kDataLoss)
        << size;
  }
  EXPECT_FALSE(ring.Open(sealed + '\0', kContext).ok());
  EXPECT_FALSE(ring.Open(kPhone, kContext).ok());
}

TEST(KeyringTest, AfterRotationBothOldAndNewOpen) {
  const std::string old_sealed = OldRing().Seal(kPhone, kContext);
  const Keyring ring = RotatedRing();
  EXPECT_EQ(ring.active_id(), 2u);
  EXPECT_EQ(*ring.Open(old_sealed, kContext), kPhone);
  EXPECT_FALSE(ring.IsCurrent(old_sealed));
  const std::string sealed = ring.Seal(kPhone, kContext);
  EXPECT_TRUE(ring.IsCurrent(sealed));
  EXPECT_FALSE(ring.IsCurrent(""));
  EXPECT_FALSE(ring.IsCurrent(kPhone));
}

TEST(KeyringTest, AKeyThatIsGoneIsNamed) {
  const std::string sealed = OldRing().Seal(kPhone, kContext);
  const auto opened = RingThatForgot().Open(sealed, kContext);
  EXPECT_EQ(opened.status().code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_TRUE(absl::StrContains(opened.status().message(), "key 1,"))
      << opened.status();
}

// HChaCha20 gives the subkey; the rest is OpenSSL's ChaCha20-Poly1305.
TEST(KeyringTest, SealsAsXChaCha20Poly1305) {
  const std::string sealed = OldRing().Seal(kPhone, kContext);
  const auto* bytes = reinterpret_cast<const unsigned char*>(sealed.data());
  const std::string key(32, 'a');
  unsigned char subkey[32];
  crypto_core_hchacha20(subkey, bytes + 5,
                        reinterpret_cast<const unsigned char*>(key.data()),
                        nullptr);
  unsigned char nonce[12] = {};
  std::copy(bytes + 5 + 16, bytes + 5 + 24, nonce + 4);
  const std::string authenticated = sealed.substr(0, 5) + kContext;
  EVP_CIPHER_CTX* ctx = EVP_CIPHER_CTX_new();
  int size = 0;
  std::string plain(sealed.size() - kSealedOverheadBytes, '\0');
  auto* out = reinterpret_cast<unsigned char*>(plain.data());
  std::string tag = sealed.substr(sealed.size() - 16);
  EVP_DecryptInit_ex(ctx, EVP_chacha20_poly1305(), nullptr, subkey, nonce);
  EVP_CIPHER_CTX_ctrl(ctx, EVP_CTRL_AEAD_SET_TAG, 16, tag.data());
  EVP_DecryptUpdate(
      ctx, nullptr, &size,
      reinterpret_cast<const unsigned char*>(authenticated.data()),
      static_cast<int>(authenticated.size()));
  EVP_DecryptUpdate(ctx, out, &size, bytes + 29,
                    static_cast<int>(plain.size()));
  EXPECT_EQ(EVP_DecryptFinal_ex(ctx, out + size, &size), 1);
  EVP_CIPHER_CTX_free(ctx);
  EXPECT_EQ(plain, kPhone);
}

// OpenSSL's keyed BLAKE2b of 16 bytes, key 'h' 32 times.
std::string Blake2bByOpenssl(const std::string& text) {
  EVP_MAC* mac = EVP_MAC_fetch(nullptr, "BLAKE2BMAC", nullptr);
  EVP_MAC_CTX* ctx = EVP_MAC_CTX_new(mac);
  size_t size = kKeyedHashBytes;
  const OSSL_PARAM params[] = {
      OSSL_PARAM_construct_size_t(OSSL_MAC_PARAM_SIZE, &size),
      OSSL_PARAM_construct_end()};
  const std::string key(32, 'h');
  EVP_MAC_init(ctx, reinterpret_cast<const unsigned char*>(key.data()),
               key.size(), params);
  EVP_MAC_update(ctx, reinterpret_cast<const unsigned char*>(text.data()),
                 text.size());
  std::string hash(kKeyedHashBytes, '\0');
  EVP_MAC_final(ctx, reinterpret_cast<unsigned char*>(hash.data()), &size,
                hash.size());
  EVP_MAC_CTX_free(ctx);
  EVP_MAC_free(mac);
  return hash;
}

TEST(KeyringTest, HashesAsKeyedBlake2b) {
  constexpr absl::string_view kLengthOfPurpose("\0\0\0\0\0\0\0\5", 8);
  EXPECT_EQ(
      OldRing().KeyedHash("phone", "+84912345678"),
      Blake2bByOpenssl(absl::StrCat(kLengthOfPurpose, "phone+84912345678")));
}

TEST(KeyringTest, HashesOutliveRotation) {
  EXPECT_EQ(OldRing().KeyedHash("phone", "1"),
            RotatedRing().KeyedHash("phone", "1"));
  EXPECT_NE(OldRing().KeyedHash("phone", "1"),
            Keyring::Ephemeral().KeyedHash("phone", "1"));
}

TEST(KeyringTest, PurposeAndTextDoNotRunTogether) {
  const Keyring ring = Keyring::Ephemeral();
  std::set<std::string> hashes;
  const std::pair<const char*, const char*> pairs[] = {
      {"", ""},    {"a", ""},   {"", "a"},   {"ab", "c"},
      {"a", "bc"}, {"", "abc"}, {"abc", ""}, {"abd", ""}};
  for (const auto& [purpose, text] : pairs) {
    const std::string hash = ring.KeyedHash(purpose, text);
    EXPECT_EQ(hash.size(), kKeyedHashBytes);
    EXPECT_TRUE(hashes.insert(hash).second) << purpose << "+" << text;
  }
}

TEST(KeyringTest, ComparesBytes) {
  EXPECT_TRUE(EqualsInConstantTime("", ""));
  EXPECT_TRUE(EqualsInConstantTime("abc", "abc"));
  EXPECT_FALSE(EqualsInConstantTime("abc", "abd"));
  EXPECT_FALSE(EqualsInConstantTime("abc", "ab"));
  EXPECT_FALSE(EqualsInConstantTime(absl::string_view("a\0b", 3),
                                    absl::string_view("a\0c", 3)));
}

TEST(KeyringTest, CopiesShareTheKeys) {
  Keyring ring = Keyring::Ephemeral();
  const std::string sealed = ring.Seal(kPhone, kContext);
  const Keyring copy = ring;
  ring = Keyring::Ephemeral();
  EXPECT_TRUE(copy.Open(sealed, kContext).ok());
  EXPECT_FALSE(ring.Open(sealed, kContext).ok());
}

}  // namespace
}  // namespace xom::trust
