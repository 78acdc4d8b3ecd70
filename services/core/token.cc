#include "services/core/token.h"

#include "absl/strings/escaping.h"
#include "services/core/error.h"
#include "services/core/limits.h"

namespace xom::core {
namespace {

template <typename Token>
bool Decode(absl::string_view text, Token* token) {
  std::string bytes;
  return text.size() <= kMaxTokenBytes &&
         absl::WebSafeBase64Unescape(text, &bytes) &&
         token->ParseFromString(bytes);
}

}  // namespace

std::string EncodeToken(const internal::v1::PageToken& token) {
  return absl::WebSafeBase64Escape(token.SerializeAsString());
}

std::string EncodeToken(const internal::v1::ResumeToken& token) {
  return absl::WebSafeBase64Escape(token.SerializeAsString());
}

absl::StatusOr<internal::v1::PageToken> DecodePageToken(
    absl::string_view text, uint64_t filter_fingerprint,
    internal::v1::PageToken::PositionCase expected) {
  internal::v1::PageToken token;
  if (text.empty()) return token;
  if (!Decode(text, &token) || token.position_case() != expected) {
    return FieldError("page_token", "is not a page token of this method",
                      Reason::kPageTokenInvalid);
  }
  if (token.filter_fingerprint() != filter_fingerprint) {
    return FieldError("page_token",
                      "belongs to another request: keep all other fields as "
                      "they were",
                      Reason::kPageTokenInvalid);
  }
  return token;
}

absl::StatusOr<internal::v1::ResumeToken> DecodeResumeToken(
    absl::string_view text, uint64_t filter_fingerprint) {
  internal::v1::ResumeToken token;
  if (!Decode(text, &token) || token.revision() < 0) {
    return FieldError("resume_token", "is not a resume token",
                      Reason::kResumeTokenInvalid);
  }
  if (token.filter_fingerprint() != filter_fingerprint) {
    return FieldError("resume_token", "belongs to a watch with another filter",
                      Reason::kResumeTokenInvalid);
  }
  return token;
}

}  // namespace xom::core
