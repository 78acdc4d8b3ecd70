#ifndef XOM_TRUST_TOKEN_CLAIMS_H_
#define XOM_TRUST_TOKEN_CLAIMS_H_

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "trust/token.h"
#include "trust/token_verifier.h"

namespace xom::trust {

// Reads and checks what the payload of a token says (RFC 7519), of which the
// signature is proven. UNAUTHENTICATED as of TokenVerifier::Verify.
absl::StatusOr<TokenClaims> ReadClaims(absl::string_view payload,
                                       const TokenVerifier::Options& options,
                                       absl::Time now);

}  // namespace xom::trust

#endif  // XOM_TRUST_TOKEN_CLAIMS_H_
