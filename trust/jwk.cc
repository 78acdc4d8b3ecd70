#include "trust/jwk.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "trust/base64url.h"
#include "trust/json_object.h"

namespace xom::trust {
namespace {

using Json = nlohmann::json;

absl::Status Fault(absl::string_view what) {
  return absl::InvalidArgumentError(what);
}

// All of them; RFC 7518, section 6, and RFC 8037, section 2.
constexpr const char* kSecretMembers[] = {"d",  "p",  "q",   "dp",
                                          "dq", "qi", "oth", "k"};

// The algorithm whose keys look so; nullopt: none of ours.
std::optional<Algorithm> AlgorithmOf(const Json& json) {
  const std::string* kty = FindText(json, "kty");
  if (kty == nullptr) return std::nullopt;
  if (*kty == "RSA") return Algorithm::kRs256;
  const std::string* crv = FindText(json, "crv");
  if (crv == nullptr) return std::nullopt;
  if (*kty == "EC" && *crv == "P-256") return Algorithm::kEs256;
  if (*kty == "OKP" && *crv == "Ed25519") return Algorithm::kEdDsa;
  return std::nullopt;
}

bool IsText(const Json& json, const char* name) {
  return !json.contains(name) || FindText(json, name) != nullptr;
}

// Whether the members that say what a key is for allow what we do with it.
bool IsFor(const Json& json, Algorithm algorithm) {
  if (const std::string* use = FindText(json, "use");
      use != nullptr && *use != "sig") {
    return false;
  }
  if (const std::string* alg = FindText(json, "alg");
      alg != nullptr && ParseAlgorithm(*alg) != algorithm) {
    return false;
  }
  const auto ops = json.find("key_ops");
  return ops == json.end() ||
         std::find(ops->begin(), ops->end(), "verify") != ops->end();
}

absl::StatusOr<std::string> ReadBytes(const Json& json, const char* name) {
  const std::string* text = FindText(json, name);
  if (text == nullptr) return Fault(absl::StrCat(name, " must be a text"));
  std::optional<std::string> bytes = DecodeBase64Url(*text);
  if (!bytes.has_value()) {
    return Fault(absl::StrCat(name, " must be base64url without padding"));
  }
  return *std::move(bytes);
}

absl::StatusOr<PublicKey> ReadRsa(const Json& json) {
  auto modulus = ReadBytes(json, "n");
  if (!modulus.ok()) return modulus.status();
  auto exponent = ReadBytes(json, "e");
  if (!exponent.ok()) return exponent.status();
  return PublicKey::Rsa({*std::move(modulus), *std::move(exponent)});
}

absl::StatusOr<PublicKey> ReadP256(const Json& json) {
  auto x = ReadBytes(json, "x");
  if (!x.ok()) return x.status();
  auto y = ReadBytes(json, "y");
  if (!y.ok()) return y.status();
  return PublicKey::P256({*std::move(x), *std::move(y)});
}

absl::StatusOr<PublicKey> ReadEd25519(const Json& json) {
  auto x = ReadBytes(json, "x");
  if (!x.ok()) return x.status();
  return PublicKey::Ed25519(*x);
}

absl::StatusOr<PublicKey> ReadNumbers(const Json& json, Algorithm algorithm) {
  switch (algorithm) {
    case Algorithm::kRs256:
      return ReadRsa(json);
    case Algorithm::kEs256:
      return ReadP256(json);
    case Algorithm::kEdDsa:
      return ReadEd25519(json);
  }
  return Fault("is of no kind");
}

absl::Status CheckMembers(const Json& json) {
  for (const char* name : kSecretMembers) {
    if (json.contains(name)) {
      return Fault("holds a secret part: only public keys belong here");
    }
  }
  for (const char* name : {"kty", "crv", "use", "alg", "kid"}) {
    if (!IsText(json, name)) return Fault(absl::StrCat(name, " is no text"));
  }
  if (json.contains("key_ops") && !json["key_ops"].is_array()) {
    return Fault("key_ops is no array");
  }
  const std::string* kid = FindText(json, "kid");
  if (kid != nullptr && (kid->empty() || kid->size() > kMaxKeyNameBytes)) {
    return Fault(
        absl::StrCat("kid must have 1 to ", kMaxKeyNameBytes, " bytes"));
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<std::optional<NamedKey>> ReadJwk(const Json& json) {
  if (!json.is_object()) return Fault("must be an object");
  if (absl::Status s = CheckMembers(json); !s.ok()) return s;
  const std::optional<Algorithm> algorithm = AlgorithmOf(json);
  if (!algorithm.has_value() || !IsFor(json, *algorithm)) return std::nullopt;
  auto key = ReadNumbers(json, *algorithm);
  if (!key.ok()) return key.status();
  const std::string* kid = FindText(json, "kid");
  return NamedKey{kid == nullptr ? std::nullopt : std::optional(*kid),
                  *std::move(key)};
}

}  // namespace xom::trust
