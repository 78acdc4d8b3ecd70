#include "trust/own_token.h"

namespace xom::trust {

std::string IssueOwnToken(const TokenIssuer& issuer, const std::string& user,
                          const TokenSpan& span) {
  TokenClaims claims;
  claims.issuer = kOwnIssuer;
  claims.audience = kOwnAudience;
  claims.subject = user;
  claims.issue_time = span.issue_time;
  claims.expire_time = span.issue_time + span.lifetime;
  return issuer.Issue(claims);
}

TokenVerifier::Options OwnTokenOptions() {
  return {.issuer = kOwnIssuer, .audience = kOwnAudience};
}

}  // namespace xom::trust
