#include "trust/token_issuer.h"

#include <openssl/pem.h>
#include <openssl/sha.h>

#include <cstdlib>
#include <nlohmann/json.hpp>

#include "absl/cleanup/cleanup.h"
#include "absl/strings/str_cat.h"
#include "trust/base64url.h"
#include "trust/guarded_file.h"
#include "trust/openssl_ptr.h"
#include "trust/secret.h"

namespace xom::trust {
namespace {

using Json = nlohmann::json;

constexpr mode_t kOthers = 077;
constexpr size_t kPublicKeyBytes = 32;
constexpr size_t kSignatureBytes = 64;

// With a key that is sound, OpenSSL fails here only when memory is out.
void MustSucceed(int result) {
  if (result != 1) std::abort();
}

unsigned char* Bytes(std::string* text) {
  return reinterpret_cast<unsigned char*>(text->data());
}

const unsigned char* Bytes(const std::string& text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

// In place of asking for a password at the terminal.
int NoPassword(char*, int, int, void*) { return 0; }

std::string PublicKeyOf(evp_pkey_st* key) {
  std::string bytes(kPublicKeyBytes, '\0');
  size_t size = bytes.size();
  MustSucceed(EVP_PKEY_get_raw_public_key(key, Bytes(&bytes), &size));
  return EncodeBase64Url(bytes);
}

// The members in this order, without spaces.
std::string ThumbprintOf(const std::string& public_key) {
  const std::string text = absl::StrCat(R"({"crv":"Ed25519","kty":"OKP","x":")",
                                        public_key, R"("})");
  std::string digest(SHA256_DIGEST_LENGTH, '\0');
  SHA256(Bytes(text), text.size(), Bytes(&digest));
  return EncodeBase64Url(digest);
}

// What is not UTF-8 is replaced: dump would throw.
std::string Dump(const Json& json) {
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

Json Payload(const TokenClaims& claims) {
  Json json = {{"iss", claims.issuer},
               {"sub", claims.subject},
               {"exp", absl::ToUnixSeconds(claims.expire_time)}};
  if (!claims.audience.empty()) json["aud"] = claims.audience;
  if (!claims.token_id.empty()) json["jti"] = claims.token_id;
  if (!claims.roles.empty()) json[kRolesClaim] = claims.roles;
  if (claims.issue_time != absl::InfinitePast()) {
    json["iat"] = absl::ToUnixSeconds(claims.issue_time);
  }
  if (claims.not_before_time != absl::InfinitePast()) {
    json["nbf"] = absl::ToUnixSeconds(claims.not_before_time);
  }
  return json;
}

std::string Sign(evp_pkey_st* key, const std::string& text) {
  const MdCtxPtr ctx(EVP_MD_CTX_new());
  std::string signature(kSignatureBytes, '\0');
  size_t size = signature.size();
  MustSucceed(EVP_DigestSignInit(ctx.get(), nullptr, nullptr, nullptr, key));
  MustSucceed(EVP_DigestSign(ctx.get(), Bytes(&signature), &size, Bytes(text),
                             text.size()));
  return signature;
}

}  // namespace

TokenIssuer::TokenIssuer(std::shared_ptr<evp_pkey_st> key)
    : key_(std::move(key)),
      public_key_(PublicKeyOf(key_.get())),
      kid_(ThumbprintOf(public_key_)) {}

absl::StatusOr<std::unique_ptr<TokenIssuer>> TokenIssuer::Load(
    const std::string& path) {
  const OpensslErrorScope errors;
  auto text = ReadGuardedFile({path, kMaxPrivateKeyFileBytes, kOthers});
  if (!text.ok()) return text.status();
  const absl::Cleanup wipe = [&] { Wipe(&*text); };
  const BioPtr bio(
      BIO_new_mem_buf(text->data(), static_cast<int>(text->size())));
  PkeyPtr key(bio == nullptr ? nullptr
                             : PEM_read_bio_PrivateKey(bio.get(), nullptr,
                                                       NoPassword, nullptr));
  if (key == nullptr || EVP_PKEY_get_base_id(key.get()) != EVP_PKEY_ED25519) {
    return absl::InvalidArgumentError(
        absl::StrCat(path, ": is no private key of Ed25519 in PEM"));
  }
  return std::unique_ptr<TokenIssuer>(new TokenIssuer(std::move(key)));
}

absl::Status TokenIssuer::CreateKey(const std::string& path) {
  const OpensslErrorScope errors;
  const PkeyPtr key(EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519"));
  // Its memory is overwritten when it is given back.
  const BioPtr bio(BIO_new(BIO_s_secmem()));
  if (key == nullptr || bio == nullptr ||
      PEM_write_bio_PKCS8PrivateKey(bio.get(), key.get(), nullptr, nullptr, 0,
                                    nullptr, nullptr) != 1) {
    return absl::InternalError("OpenSSL made no key");
  }
  char* data = nullptr;
  const long size = BIO_get_mem_data(bio.get(), &data);
  return CreateGuardedFile(path, {data, static_cast<size_t>(size)});
}

std::string TokenIssuer::Issue(const TokenClaims& claims) const {
  const Json header = {{"alg", "EdDSA"}, {"kid", kid_}, {"typ", "JWT"}};
  const std::string text = absl::StrCat(EncodeBase64Url(Dump(header)), ".",
                                        EncodeBase64Url(Dump(Payload(claims))));
  return absl::StrCat(text, ".", EncodeBase64Url(Sign(key_.get(), text)));
}

std::string TokenIssuer::PublicJwks() const {
  const Json key = {{"kty", "OKP"},   {"crv", "Ed25519"}, {"x", public_key_},
                    {"alg", "EdDSA"}, {"use", "sig"},     {"kid", kid_}};
  return Dump({{"keys", Json::array({key})}});
}

}  // namespace xom::trust
