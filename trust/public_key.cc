#include "trust/public_key.h"

#include <openssl/core_names.h>
#include <openssl/rsa.h>

#include "absl/strings/str_cat.h"
#include "trust/openssl_ptr.h"

namespace xom::trust {
namespace {

constexpr size_t kP256Bytes = 32;
constexpr size_t kEd25519Bytes = 32;
constexpr size_t kEd25519SignatureBytes = 64;
constexpr size_t kMaxExponentBytes = 8;

const unsigned char* Bytes(absl::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

BignumPtr Number(absl::string_view bytes) {
  return BignumPtr(
      BN_bin2bn(Bytes(bytes), static_cast<int>(bytes.size()), nullptr));
}

PkeyPtr KeyOfType(const char* type, OSSL_PARAM* params) {
  const PkeyCtxPtr ctx(EVP_PKEY_CTX_new_from_name(nullptr, type, nullptr));
  EVP_PKEY* key = nullptr;
  if (ctx == nullptr || EVP_PKEY_fromdata_init(ctx.get()) != 1 ||
      EVP_PKEY_fromdata(ctx.get(), &key, EVP_PKEY_PUBLIC_KEY, params) != 1) {
    return nullptr;
  }
  return PkeyPtr(key);
}

bool IsSound(const PkeyPtr& key) {
  if (key == nullptr) return false;
  const PkeyCtxPtr ctx(EVP_PKEY_CTX_new_from_pkey(nullptr, key.get(), nullptr));
  return ctx != nullptr && EVP_PKEY_public_check(ctx.get()) == 1;
}

PkeyPtr RsaKey(const BignumPtr& n, const BignumPtr& e) {
  const ParamBldPtr builder(OSSL_PARAM_BLD_new());
  if (builder == nullptr ||
      OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_RSA_N, n.get()) !=
          1 ||
      OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_RSA_E, e.get()) !=
          1) {
    return nullptr;
  }
  const ParamPtr params(OSSL_PARAM_BLD_to_param(builder.get()));
  return params == nullptr ? nullptr : KeyOfType("RSA", params.get());
}

// OpenSSL wants ECDSA's two numbers in DER; empty when they are not two.
std::string DerOf(absl::string_view signature) {
  if (signature.size() != 2 * kP256Bytes) return "";
  const EcdsaSigPtr sig(ECDSA_SIG_new());
  BignumPtr r = Number(signature.substr(0, kP256Bytes));
  BignumPtr s = Number(signature.substr(kP256Bytes));
  if (sig == nullptr || r == nullptr || s == nullptr) return "";
  ECDSA_SIG_set0(sig.get(), r.release(), s.release());
  unsigned char* der = nullptr;
  const int size = i2d_ECDSA_SIG(sig.get(), &der);
  if (size <= 0) return "";
  std::string text(reinterpret_cast<char*>(der), static_cast<size_t>(size));
  OPENSSL_free(der);
  return text;
}

bool DigestVerifies(evp_pkey_st* key, const EVP_MD* digest,
                    const SignedText& message) {
  const MdCtxPtr ctx(EVP_MD_CTX_new());
  EVP_PKEY_CTX* key_ctx = nullptr;  // `ctx` owns it
  if (ctx == nullptr ||
      EVP_DigestVerifyInit(ctx.get(), &key_ctx, digest, nullptr, key) != 1) {
    return false;
  }
  if (EVP_PKEY_get_base_id(key) == EVP_PKEY_RSA &&
      EVP_PKEY_CTX_set_rsa_padding(key_ctx, RSA_PKCS1_PADDING) != 1) {
    return false;
  }
  return EVP_DigestVerify(ctx.get(), Bytes(message.signature),
                          message.signature.size(), Bytes(message.text),
                          message.text.size()) == 1;
}

}  // namespace

std::optional<Algorithm> ParseAlgorithm(absl::string_view name) {
  if (name == "RS256") return Algorithm::kRs256;
  if (name == "ES256") return Algorithm::kEs256;
  if (name == "EdDSA") return Algorithm::kEdDsa;
  return std::nullopt;
}

PublicKey::PublicKey(Algorithm algorithm, std::shared_ptr<evp_pkey_st> key)
    : algorithm_(algorithm), key_(std::move(key)) {}

absl::StatusOr<PublicKey> PublicKey::Rsa(const RsaNumbers& numbers) {
  const OpensslErrorScope errors;
  if (numbers.exponent.size() > kMaxExponentBytes) {
    return absl::InvalidArgumentError("the exponent has more than 64 bits");
  }
  const BignumPtr n = Number(numbers.modulus);
  const BignumPtr e = Number(numbers.exponent);
  if (n == nullptr || e == nullptr || !BN_is_odd(n.get()) ||
      !BN_is_odd(e.get()) || BN_is_one(e.get())) {
    return absl::InvalidArgumentError("is no RSA key");
  }
  const int bits = BN_num_bits(n.get());
  if (bits < kMinRsaBits || bits > kMaxRsaBits) {
    return absl::InvalidArgumentError(
        absl::StrCat("an RSA key of ", bits, " bits; it must have ",
                     kMinRsaBits, " to ", kMaxRsaBits));
  }
  PkeyPtr key = RsaKey(n, e);
  if (key == nullptr) return absl::InvalidArgumentError("is no RSA key");
  return PublicKey(Algorithm::kRs256, std::move(key));
}

absl::StatusOr<PublicKey> PublicKey::P256(const EcPoint& point) {
  const OpensslErrorScope errors;
  if (point.x.size() != kP256Bytes || point.y.size() != kP256Bytes) {
    return absl::InvalidArgumentError("x and y must be 32 bytes each");
  }
  char group[] = "prime256v1";
  std::string bytes = absl::StrCat("\x04", point.x, point.y);
  OSSL_PARAM params[] = {
      OSSL_PARAM_construct_utf8_string(OSSL_PKEY_PARAM_GROUP_NAME, group, 0),
      OSSL_PARAM_construct_octet_string(OSSL_PKEY_PARAM_PUB_KEY, bytes.data(),
                                        bytes.size()),
      OSSL_PARAM_construct_end()};
  PkeyPtr key = KeyOfType("EC", params);
  if (!IsSound(key)) return absl::InvalidArgumentError("is no point of P-256");
  return PublicKey(Algorithm::kEs256, std::move(key));
}

absl::StatusOr<PublicKey> PublicKey::Ed25519(absl::string_view bytes) {
  const OpensslErrorScope errors;
  if (bytes.size() != kEd25519Bytes) {
    return absl::InvalidArgumentError("x must be 32 bytes");
  }
  PkeyPtr key(EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, nullptr,
                                          Bytes(bytes), bytes.size()));
  if (key == nullptr) return absl::InvalidArgumentError("is no Ed25519 key");
  return PublicKey(Algorithm::kEdDsa, std::move(key));
}

bool PublicKey::Verifies(const SignedText& message) const {
  const OpensslErrorScope errors;
  switch (algorithm_) {
    case Algorithm::kRs256:
      return DigestVerifies(key_.get(), EVP_sha256(), message);
    case Algorithm::kEs256: {
      const std::string der = DerOf(message.signature);
      return !der.empty() &&
             DigestVerifies(key_.get(), EVP_sha256(), {message.text, der});
    }
    case Algorithm::kEdDsa:
      return message.signature.size() == kEd25519SignatureBytes &&
             DigestVerifies(key_.get(), nullptr, message);
  }
  return false;
}

}  // namespace xom::trust
