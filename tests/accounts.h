#ifndef XOM_TESTS_ACCOUNTS_H_
#define XOM_TESTS_ACCOUNTS_H_

#include <memory>
#include <string>
#include <vector>

#include "services/core/authenticator.h"
#include "tests/api_client.h"
#include "trust/token_issuer.h"

namespace xom::tests {

// An issuer of tokens that a server trusts: people come into being by signing
// in, and have the roles that their tokens say.
class Accounts {
 public:
  Accounts();

  // Of a server that tells callers apart, and trusts this issuer.
  edge::ServerOptions Options() const;

  // The header `authorization` of somebody with these roles, such as
  // "moderator".
  std::string Authorization(const std::string& subject,
                            const std::vector<std::string>& roles = {}) const;

  // How the server calls them.
  static std::string UserOf(const std::string& subject);

 private:
  std::unique_ptr<trust::TokenIssuer> issuer_;
  core::Authenticator::Issuer trusted_;
};

// A server with accounts, and clients of it by who calls.
class AccountsTest : public ApiTest {
 protected:
  explicit AccountsTest(edge::ServerOptions options);
  AccountsTest() : AccountsTest(edge::ServerOptions()) {}

  ApiClient As(const std::string& subject,
               const std::vector<std::string>& roles = {}) const;
  ApiClient WithCode(const std::string& access_code) const;
  const ApiClient& Anybody() const { return client_; }

  // The calls of a story, each failing the test when it fails. A need is posted
  // without an account, an offer by its helper.
  v1::Need Post(const v1::Need& need, const std::string& id);
  v1::Offer Offer(const std::string& helper, const std::string& id);
  v1::Claim Claim(const std::string& helper, const std::string& need,
                  const std::string& offer);
  v1::Claim Deliver(const std::string& helper, const v1::Claim& claim);

  static v1::RevealClaimRequest Look(const v1::Claim& claim,
                                     const std::string& request_id = "");
  static v1::RevealNeedRequest LookAt(const std::string& need);

  // The looks at a need, newest first, as its poster sees them.
  std::vector<v1::Reveal> LooksAt(const v1::Need& need) const;

 private:
  // Shared by the arguments of the base and by what follows.
  AccountsTest(std::shared_ptr<Accounts> accounts, edge::ServerOptions options);

  const std::shared_ptr<Accounts> accounts_;
};

// A need whose every private field can be told apart from all else.
v1::Need NeedWithSecrets();

}  // namespace xom::tests

#endif  // XOM_TESTS_ACCOUNTS_H_
