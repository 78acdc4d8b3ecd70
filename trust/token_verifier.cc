#include "trust/token_verifier.h"

#include "trust/jws.h"
#include "trust/key_set.h"
#include "trust/key_source.h"
#include "trust/token_claims.h"

namespace xom::trust {
namespace {

absl::Status CheckOptions(const TokenVerifier::Options& options) {
  if (options.issuer.empty()) {
    return absl::InvalidArgumentError("the issuer of tokens is not set");
  }
  if (options.audience.empty()) {
    return absl::InvalidArgumentError("the audience of tokens is not set");
  }
  if (options.clock_skew < absl::ZeroDuration() ||
      options.clock_skew > kMaxClockSkew) {
    return absl::InvalidArgumentError(
        "the clock skew of tokens must be 0 to 10 minutes");
  }
  return absl::OkStatus();
}

}  // namespace

TokenVerifier::TokenVerifier(std::unique_ptr<KeySource> keys, Options options)
    : keys_(std::move(keys)), options_(std::move(options)) {}

TokenVerifier::~TokenVerifier() = default;

absl::StatusOr<std::unique_ptr<TokenVerifier>> TokenVerifier::FromFile(
    const std::string& path, Options options,
    std::function<void(absl::Status)> on_reload_error) {
  if (absl::Status s = CheckOptions(options); !s.ok()) return s;
  auto keys = KeySource::FromFile(path, std::move(on_reload_error));
  if (!keys.ok()) return keys.status();
  return std::unique_ptr<TokenVerifier>(
      new TokenVerifier(*std::move(keys), std::move(options)));
}

absl::StatusOr<std::unique_ptr<TokenVerifier>> TokenVerifier::FromJwks(
    absl::string_view jwks, Options options) {
  if (absl::Status s = CheckOptions(options); !s.ok()) return s;
  auto keys = KeySource::FromJwks(jwks);
  if (!keys.ok()) return keys.status();
  return std::unique_ptr<TokenVerifier>(
      new TokenVerifier(*std::move(keys), std::move(options)));
}

absl::StatusOr<TokenClaims> TokenVerifier::Verify(absl::string_view token,
                                                  absl::Time now) const {
  const absl::StatusOr<Jws> jws = ParseJws(token);
  if (!jws.ok()) return jws.status();
  std::shared_ptr<const KeySet> keys = keys_->Keys(now);
  const PublicKey* key = keys->Find(jws->kid, jws->algorithm);
  if (key == nullptr) {
    keys = keys_->KeysAfterMiss(now);
    key = keys->Find(jws->kid, jws->algorithm);
  }
  if (key == nullptr) return TokenRefused("no key fits its kid and alg");
  if (!key->Verifies({jws->signed_text, jws->signature})) {
    return TokenRefused("the signature is wrong");
  }
  return ReadClaims(jws->payload, options_, now);
}

}  // namespace xom::trust
