#include "trust/jws.h"

#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "trust/base64url.h"
#include "trust/json_object.h"
#include "trust/key_set.h"
#include "trust/token.h"

namespace xom::trust {
namespace {

using Json = nlohmann::json;

// Tokens of other kinds, signed by the same issuer, are not for calling us.
bool IsOurType(absl::string_view typ) {
  if (absl::StartsWithIgnoreCase(typ, "application/")) {
    typ.remove_prefix(absl::string_view("application/").size());
  }
  return absl::EqualsIgnoreCase(typ, "JWT") ||
         absl::EqualsIgnoreCase(typ, "at+jwt");
}

absl::Status ReadHeader(const Json& header, Jws* jws) {
  const std::string* alg = FindText(header, "alg");
  if (alg == nullptr) return TokenRefused("alg is missing");
  const std::optional<Algorithm> algorithm = ParseAlgorithm(*alg);
  if (!algorithm.has_value()) return TokenRefused("alg is not accepted");
  jws->algorithm = *algorithm;
  if (header.contains("crit")) return TokenRefused("crit is not understood");
  if (header.contains("typ")) {
    const std::string* typ = FindText(header, "typ");
    if (typ == nullptr || !IsOurType(*typ)) {
      return TokenRefused("typ is of another kind of token");
    }
  }
  if (header.contains("kid")) {
    const std::string* kid = FindText(header, "kid");
    if (kid == nullptr || kid->empty() || kid->size() > kMaxKeyNameBytes) {
      return TokenRefused("kid is not a name of a key");
    }
    jws->kid = *kid;
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status TokenRefused(absl::string_view what) {
  return absl::UnauthenticatedError(absl::StrCat("token: ", what));
}

absl::StatusOr<Jws> ParseJws(absl::string_view token) {
  if (token.size() > kMaxTokenBytes) {
    return TokenRefused(
        absl::StrCat("is longer than ", kMaxTokenBytes, " bytes"));
  }
  const std::vector<absl::string_view> parts = absl::StrSplit(token, '.');
  if (parts.size() != 3) return TokenRefused("must have three parts");
  const auto header = DecodeBase64Url(parts[0]);
  auto payload = DecodeBase64Url(parts[1]);
  auto signature = DecodeBase64Url(parts[2]);
  if (!header.has_value() || !payload.has_value() || !signature.has_value()) {
    return TokenRefused("is not base64url without padding");
  }
  if (signature->empty()) return TokenRefused("has no signature");
  const absl::StatusOr<Json> json = ParseJsonObject(*header);
  if (!json.ok()) {
    return TokenRefused(absl::StrCat("header: ", json.status().message()));
  }
  Jws jws;
  if (absl::Status s = ReadHeader(*json, &jws); !s.ok()) return s;
  jws.payload = *std::move(payload);
  jws.signature = *std::move(signature);
  jws.signed_text = token.substr(0, parts[0].size() + 1 + parts[1].size());
  return jws;
}

}  // namespace xom::trust
