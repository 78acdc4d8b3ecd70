#include "trust/token_testing.h"

#include <openssl/core_names.h>
#include <openssl/pem.h>

#include <cstdio>
#include <cstdlib>

#include "absl/strings/str_cat.h"
#include "trust/base64url.h"
#include "trust/openssl_ptr.h"

namespace xom::trust {
namespace {

using Json = nlohmann::json;

void Must(bool done) {
  if (!done) std::abort();
}

std::string NumberOf(EVP_PKEY* key, const char* name, int min_bytes) {
  BIGNUM* number = nullptr;
  Must(EVP_PKEY_get_bn_param(key, name, &number) == 1);
  const BignumPtr owner(number);
  const int size = std::max(BN_num_bytes(number), min_bytes);
  std::string bytes(static_cast<size_t>(size), '\0');
  BN_bn2binpad(number, reinterpret_cast<unsigned char*>(bytes.data()), size);
  return EncodeBase64Url(bytes);
}

int FieldBytes(EVP_PKEY* key) { return (EVP_PKEY_get_bits(key) + 7) / 8; }

// From DER to r and s.
std::string RawSignature(const std::string& der, int field_bytes) {
  const auto* at = reinterpret_cast<const unsigned char*>(der.data());
  const EcdsaSigPtr sig(
      d2i_ECDSA_SIG(nullptr, &at, static_cast<long>(der.size())));
  Must(sig != nullptr);
  std::string raw(2 * static_cast<size_t>(field_bytes), '\0');
  auto* out = reinterpret_cast<unsigned char*>(raw.data());
  BN_bn2binpad(ECDSA_SIG_get0_r(sig.get()), out, field_bytes);
  BN_bn2binpad(ECDSA_SIG_get0_s(sig.get()), out + field_bytes, field_bytes);
  return raw;
}

}  // namespace

uint64_t TestSeed() {
  const char* given = std::getenv("XOM_TEST_SEED");
  const uint64_t seed =
      given == nullptr ? 20211 : std::strtoull(given, nullptr, 10);
  std::printf("XOM_TEST_SEED=%llu\n", static_cast<unsigned long long>(seed));
  return seed;
}

TestKey::TestKey(std::shared_ptr<evp_pkey_st> key) : key_(std::move(key)) {
  Must(key_ != nullptr);
}

TestKey TestKey::Rsa(unsigned bits) {
  return TestKey(PkeyPtr(EVP_RSA_gen(bits)));
}

TestKey TestKey::Ec(const char* curve) {
  return TestKey(PkeyPtr(EVP_EC_gen(curve)));
}

TestKey TestKey::Ed25519() {
  return TestKey(PkeyPtr(EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519")));
}

TestKey TestKey::Ed25519From(absl::string_view seed) {
  return TestKey(PkeyPtr(EVP_PKEY_new_raw_private_key(
      EVP_PKEY_ED25519, nullptr,
      reinterpret_cast<const unsigned char*>(seed.data()), seed.size())));
}

Json TestKey::Jwk(const std::string& kid) const {
  EVP_PKEY* key = key_.get();
  Json jwk = {{"kid", kid}};
  switch (EVP_PKEY_get_base_id(key)) {
    case EVP_PKEY_RSA:
      jwk["kty"] = "RSA";
      jwk["n"] = NumberOf(key, OSSL_PKEY_PARAM_RSA_N, 1);
      jwk["e"] = NumberOf(key, OSSL_PKEY_PARAM_RSA_E, 1);
      break;
    case EVP_PKEY_EC:
      jwk["kty"] = "EC";
      jwk["crv"] = FieldBytes(key) == 32 ? "P-256" : "P-384";
      jwk["x"] = NumberOf(key, OSSL_PKEY_PARAM_EC_PUB_X, FieldBytes(key));
      jwk["y"] = NumberOf(key, OSSL_PKEY_PARAM_EC_PUB_Y, FieldBytes(key));
      break;
    default: {
      std::string bytes(32, '\0');
      size_t size = bytes.size();
      Must(EVP_PKEY_get_raw_public_key(
               key, reinterpret_cast<unsigned char*>(bytes.data()), &size) ==
           1);
      jwk["kty"] = "OKP";
      jwk["crv"] = "Ed25519";
      jwk["x"] = EncodeBase64Url(bytes);
    }
  }
  return jwk;
}

std::string TestKey::Sign(absl::string_view text) const {
  const MdCtxPtr ctx(EVP_MD_CTX_new());
  const int kind = EVP_PKEY_get_base_id(key_.get());
  const EVP_MD* digest = kind == EVP_PKEY_ED25519 ? nullptr : EVP_sha256();
  Must(EVP_DigestSignInit(ctx.get(), nullptr, digest, nullptr, key_.get()) ==
       1);
  const auto* bytes = reinterpret_cast<const unsigned char*>(text.data());
  size_t size = 0;
  Must(EVP_DigestSign(ctx.get(), nullptr, &size, bytes, text.size()) == 1);
  std::string signature(size, '\0');
  Must(EVP_DigestSign(ctx.get(),
                      reinterpret_cast<unsigned char*>(signature.data()), &size,
                      bytes, text.size()) == 1);
  signature.resize(size);
  if (kind != EVP_PKEY_EC) return signature;
  return RawSignature(signature, FieldBytes(key_.get()));
}

std::string TestKey::Pem() const {
  const BioPtr bio(BIO_new(BIO_s_mem()));
  Must(PEM_write_bio_PKCS8PrivateKey(bio.get(), key_.get(), nullptr, nullptr, 0,
                                     nullptr, nullptr) == 1);
  char* data = nullptr;
  const long size = BIO_get_mem_data(bio.get(), &data);
  return std::string(data, static_cast<size_t>(size));
}

std::string TextToSign(absl::string_view header, absl::string_view payload) {
  return absl::StrCat(EncodeBase64Url(header), ".", EncodeBase64Url(payload));
}

std::string MakeToken(const TestKey& key, absl::string_view header,
                      absl::string_view payload) {
  const std::string text = TextToSign(header, payload);
  return absl::StrCat(text, ".", EncodeBase64Url(key.Sign(text)));
}

std::string KeySetText(const std::vector<Json>& keys) {
  return Json{{"keys", keys}}.dump();
}

TokenVerifier::Options TestOptions() {
  return {.issuer = kTestIssuer, .audience = kTestAudience};
}

Json GoodPayload() {
  return {{"iss", kTestIssuer},        {"sub", "linh"},
          {"aud", kTestAudience},      {"jti", "t1"},
          {"iat", kTestSeconds - 10},  {"nbf", kTestSeconds - 10},
          {"exp", kTestSeconds + 600}, {kRolesClaim, {"helper", "dispatcher"}}};
}

}  // namespace xom::trust
