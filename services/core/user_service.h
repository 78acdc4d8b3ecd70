#ifndef XOM_SERVICES_CORE_USER_SERVICE_H_
#define XOM_SERVICES_CORE_USER_SERVICE_H_

#include "absl/status/statusor.h"
#include "services/core/caller.h"
#include "services/core/clock.h"
#include "services/core/resource_calls.h"
#include "services/core/view.h"
#include "services/core/writer.h"
#include "trust/token_issuer.h"
#include "xom/v1/user_service.pb.h"

namespace xom::core {

// The calls of xom.v1.UserService, as its proto describes them. Reads and
// IssueToken answer at once from the view; mutations answer a serialized User
// through `done`. Thread-safe.
class UserService {
 public:
  // What it signs tokens with, and the time that it says in them.
  struct Tokens {
    const trust::TokenIssuer* issuer;  // nullptr: none are issued
    const Clock* clock;
  };

  // All outlive the service and every call in flight.
  UserService(const View* view, Writer* writer, Tokens tokens)
      : view_(*view), tokens_(tokens), calls_(view, writer, kUsers) {}

  absl::StatusOr<v1::User> Get(const v1::GetUserRequest& request) const;
  absl::StatusOr<v1::ListUsersResponse> List(
      const v1::ListUsersRequest& request) const;
  absl::StatusOr<v1::IssueTokenResponse> IssueToken(
      const v1::IssueTokenRequest& request) const;

  void Create(const v1::CreateUserRequest& request, const Caller& caller,
              ReplyDone done);
  void Update(const v1::UpdateUserRequest& request, const Caller& caller,
              ReplyDone done);
  void Revoke(const v1::RevokeUserRequest& request, const Caller& caller,
              ReplyDone done);
  void Restore(const v1::RestoreUserRequest& request, const Caller& caller,
               ReplyDone done);

 private:
  const View& view_;
  const Tokens tokens_;
  ResourceCalls<UserRegistry::Entry> calls_;
};

}  // namespace xom::core

#endif  // XOM_SERVICES_CORE_USER_SERVICE_H_
