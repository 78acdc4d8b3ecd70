#ifndef XOM_SERVICES_CORE_TOKEN_H_
#define XOM_SERVICES_CORE_TOKEN_H_

#include <cstdint>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "xom/internal/v1/token.pb.h"

namespace xom::core {

// The opaque texts that a client sends back unchanged: web-safe base64.
std::string EncodeToken(const internal::v1::PageToken& token);
std::string EncodeToken(const internal::v1::ResumeToken& token);

// The page token of a request with this fingerprint; an empty text is the first
// page and gives a token without a position. INVALID_ARGUMENT,
// PAGE_TOKEN_INVALID when it is none of ours, of another request, or its
// position is not of the kind `expected`.
absl::StatusOr<internal::v1::PageToken> DecodePageToken(
    absl::string_view text, uint64_t filter_fingerprint,
    internal::v1::PageToken::PositionCase expected);

// The resume token of a watch with this fingerprint. INVALID_ARGUMENT,
// RESUME_TOKEN_INVALID as above. REQUIRES: `text` is not empty.
absl::StatusOr<internal::v1::ResumeToken> DecodeResumeToken(
    absl::string_view text, uint64_t filter_fingerprint);

}  // namespace xom::core

#endif  // XOM_SERVICES_CORE_TOKEN_H_
