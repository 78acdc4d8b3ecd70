#include "trust/token_claims.h"

#include <algorithm>
#include <optional>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "trust/json_object.h"
#include "trust/jws.h"

namespace xom::trust {
namespace {

using Json = nlohmann::json;

// The end of the year 9999, as far as a calendar goes.
constexpr int64_t kMaxUnixSeconds = 253'402'300'799;

// Claims go into logs and records.
bool IsPlain(const std::string& text, size_t max_bytes) {
  return !text.empty() && text.size() <= max_bytes &&
         std::none_of(text.begin(), text.end(), [](char c) {
           return absl::ascii_iscntrl(static_cast<unsigned char>(c));
         });
}

class ClaimReader {
 public:
  ClaimReader(const Json& json, const TokenVerifier::Options& options)
      : json_(json), options_(options) {}

  absl::StatusOr<TokenClaims> Read(absl::Time now) && {
    for (absl::Status s : {ReadIssuer(), ReadAudience(), ReadTimes(now),
                           ReadSubject(), ReadTokenId(), ReadRoles()}) {
      if (!s.ok()) return s;
    }
    return std::move(claims_);
  }

 private:
  absl::Status ReadIssuer() {
    const std::string* issuer = FindText(json_, "iss");
    if (issuer == nullptr || *issuer != options_.issuer) {
      return TokenRefused("iss is not the issuer expected");
    }
    claims_.issuer = *issuer;
    return absl::OkStatus();
  }

  absl::Status ReadAudience() {
    const auto aud = json_.find("aud");
    if (aud == json_.end()) return TokenRefused("aud is missing");
    // A text counts as an array of one.
    const Json all = aud->is_array() ? *aud : Json::array({*aud});
    if (all.size() > kMaxAudiences) return TokenRefused("aud names too many");
    bool ours = false;
    for (const Json& one : all) {
      if (!one.is_string()) return TokenRefused("aud is not a text");
      ours |= one == options_.audience;
    }
    if (!ours) return TokenRefused("aud is not the audience expected");
    claims_.audience = options_.audience;
    return absl::OkStatus();
  }

  absl::Status ReadTimes(absl::Time now) {
    const std::optional<absl::Time> expire = ReadTime("exp");
    if (!expire.has_value() || *expire == absl::InfinitePast()) {
      return TokenRefused("exp is missing or no time");
    }
    if (now >= *expire + options_.clock_skew) {
      return TokenRefused("exp is past: it has expired");
    }
    const std::optional<absl::Time> not_before = ReadTime("nbf");
    if (!not_before.has_value()) return TokenRefused("nbf is no time");
    if (now < *not_before - options_.clock_skew) {
      return TokenRefused("nbf is to come: it does not count yet");
    }
    const std::optional<absl::Time> issue = ReadTime("iat");
    if (!issue.has_value()) return TokenRefused("iat is no time");
    if (now < *issue - options_.clock_skew) {
      return TokenRefused("iat is to come");
    }
    claims_.expire_time = *expire;
    claims_.not_before_time = *not_before;
    claims_.issue_time = *issue;
    return absl::OkStatus();
  }

  // Seconds of the Unix epoch, with a fraction perhaps. InfinitePast when it is
  // missing (a token without an exp has expired so); nullopt when it is not
  // one.
  std::optional<absl::Time> ReadTime(const char* name) const {
    const auto found = json_.find(name);
    if (found == json_.end()) return absl::InfinitePast();
    if (!found->is_number()) return std::nullopt;
    const double seconds = found->get<double>();
    if (!(seconds >= 0 && seconds <= double{kMaxUnixSeconds})) {
      return std::nullopt;
    }
    return absl::UnixEpoch() + absl::Seconds(seconds);
  }

  absl::Status ReadSubject() {
    const std::string* subject = FindText(json_, "sub");
    if (subject == nullptr || !IsPlain(*subject, kMaxClaimBytes)) {
      return TokenRefused("sub is missing, too long or not plain text");
    }
    claims_.subject = *subject;
    return absl::OkStatus();
  }

  absl::Status ReadTokenId() {
    if (!json_.contains("jti")) return absl::OkStatus();
    const std::string* id = FindText(json_, "jti");
    if (id == nullptr || !IsPlain(*id, kMaxClaimBytes)) {
      return TokenRefused("jti is too long or not plain text");
    }
    claims_.token_id = *id;
    return absl::OkStatus();
  }

  absl::Status ReadRoles() {
    const auto roles = json_.find(kRolesClaim);
    if (roles == json_.end()) return absl::OkStatus();
    if (!roles->is_array() || roles->size() > kMaxRoles) {
      return TokenRefused("xom_roles is not an array, or too long");
    }
    for (const Json& role : *roles) {
      const auto* text = role.get_ptr<const std::string*>();
      if (text == nullptr || !IsPlain(*text, kMaxRoleBytes)) {
        return TokenRefused("xom_roles holds what is no role");
      }
      claims_.roles.push_back(*text);
    }
    return absl::OkStatus();
  }

  const Json& json_;
  const TokenVerifier::Options& options_;
  TokenClaims claims_;
};

}  // namespace

absl::StatusOr<TokenClaims> ReadClaims(absl::string_view payload,
                                       const TokenVerifier::Options& options,
                                       absl::Time now) {
  const absl::StatusOr<Json> json = ParseJsonObject(payload);
  if (!json.ok()) {
    return TokenRefused(absl::StrCat("payload: ", json.status().message()));
  }
  return ClaimReader(*json, options).Read(now);
}

}  // namespace xom::trust
