#ifndef XOM_SERVICES_CORE_AUTHENTICATOR_H_
#define XOM_SERVICES_CORE_AUTHENTICATOR_H_

#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "services/core/caller.h"
#include "services/core/clock.h"
#include "services/core/view.h"
#include "trust/token_verifier.h"

namespace xom::core {

// Tells who calls. A token proves its subject; what the subject may do stands
// in its user, so that a role given or a revocation counts at once.
// Thread-safe.
class Authenticator {
 public:
  // One issuer of tokens whose keys are known.
  struct Issuer {
    std::shared_ptr<const trust::TokenVerifier> verifier;
    // Whether its subjects are our users by name. Those of another issuer are
    // users under a digest of issuer and subject, need no record, and may have
    // roles by their token.
    bool is_ours = false;
  };

  // Both outlive the authenticator. Without issuers nobody can sign in by
  // token.
  Authenticator(const View* view, const Clock* clock,
                std::vector<Issuer> issuers)
      : view_(*view), clock_(*clock), issuers_(std::move(issuers)) {}

  // UNAUTHENTICATED/TOKEN_INVALID for a token that is not good, or a
  // certificate of no user; UNAUTHENTICATED/USER_REVOKED;
  // INVALID_ARGUMENT/FIELD_INVALID for an access code that cannot be one.
  // Without credentials: nobody.
  absl::StatusOr<Caller> Authenticate(const Credentials& credentials) const;

 private:
  absl::StatusOr<std::shared_ptr<const v1::User>> SignIn(
      const std::string& authorization) const;
  absl::StatusOr<std::shared_ptr<const v1::User>> FindUser(
      const std::string& name, absl::Time issue_time) const;

  const View& view_;
  const Clock& clock_;
  const std::vector<Issuer> issuers_;
};

// How a subject of another issuer is called here.
std::string ExternalUserName(absl::string_view issuer,
                             absl::string_view subject);

// Whether it is such a name.
bool IsExternalUserName(absl::string_view name);

}  // namespace xom::core

#endif  // XOM_SERVICES_CORE_AUTHENTICATOR_H_
