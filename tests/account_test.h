#ifndef XOM_TESTS_ACCOUNT_TEST_H_
#define XOM_TESTS_ACCOUNT_TEST_H_

#include <string>

#include "absl/strings/str_cat.h"
#include "tests/api_client.h"

namespace xom::tests {

inline edge::ServerOptions WithAccounts(edge::ServerOptions options = {}) {
  options.engine.authorization.access = core::Access::kAccounts;
  return options;
}

// A server with accounts and callers of it.
class AccountTest : public ApiTest {
 protected:
  explicit AccountTest(edge::ServerOptions options = {})
      : ApiTest(WithAccounts(std::move(options))) {}

  // Who calls with a token of now.
  ApiClient As(const std::string& id) const {
    return client_.WithToken(server_.TokenOf(id));
  }
  ApiClient Operator() const { return As("operator"); }

  // A user with these fields, as text, and who calls as that user.
  ApiClient AddUser(const std::string& id, const std::string& fields = "") {
    Operator().Must<v1::User>(FromText<v1::CreateUserRequest>(
        absl::StrCat("user_id: '", id, "' user { ", fields, " }")));
    return As(id);
  }

  void AddOrganization(const std::string& id) {
    Operator().Must<v1::Organization>(FromText<v1::CreateOrganizationRequest>(
        absl::StrCat("organization_id: '", id,
                     "' organization { display_name: '", id, "' }")));
  }

  static v1::AddMemberRequest Adding(const std::string& organization,
                                     const std::string& user,
                                     const std::string& rank = "RANK_MEMBER") {
    return FromText<v1::AddMemberRequest>(
        absl::StrCat("name: 'organizations/", organization, "' user: 'users/",
                     user, "' rank: ", rank));
  }
};

// The name of who calls; of a call that fails its reason.
inline std::string Whoami(const ApiClient& client) {
  const auto answer = client.Ask<v1::User>(v1::GetCallerRequest());
  return answer.status.ok() ? answer.reply.name() : ReasonOf(answer.status);
}

}  // namespace xom::tests

#endif  // XOM_TESTS_ACCOUNT_TEST_H_
