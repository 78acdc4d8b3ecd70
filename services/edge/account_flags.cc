#include "services/edge/account_flags.h"

#include "services/edge/add_flag.h"
#include "services/edge/exposure.h"

namespace xom::edge {

using core::Access;
using core::OperatorCalls;

void AccountFlags::AddTo(CLI::App* app) {
  const auto add = [app](const std::string& name, auto* value,
                         const std::string& help) {
    return AddFlag(app, name, value, help)->group("Accounts");
  };
  add("auth", &auth,
      "Whether callers are told apart: open (everybody may do nearly "
      "everything) or accounts (see README, Accounts).")
      ->check(CLI::IsMember({"open", "accounts"}));
  add("operator_calls", &operator_calls,
      "Whether an open server takes what is for operators: yes, no, or auto: "
      "only when listening on loopback.")
      ->check(CLI::IsMember({"auto", "yes", "no"}));
  app->add_flag(
         "--insecure_listen", insecure_listen,
         "Listen beyond loopback though there are no TLS or no accounts.")
      ->envname("XOM_INSECURE_LISTEN")
      ->group("Accounts");
  add("key_file", &secrets.key_file,
      "The keys that seal personal data (default: DATA_DIR.keys). Made with a "
      "new store; never in the data folder.");
  add("issuer_key", &secrets.issuer_key,
      "What the server's own tokens are signed with (default: with accounts, "
      "DATA_DIR.issuer.pem). Made when absent; who can read it is the "
      "operator.");
  add("jwks_file", &secrets.jwks_file,
      "The public keys of another issuer of tokens, a JWK Set; read again when "
      "it changes.");
  add("jwt_issuer", &secrets.jwt_issuer, "What its tokens say as iss.");
  add("jwt_audience", &secrets.jwt_audience, "What its tokens say as aud.");
  add("tls_certificate", &tls.certificate,
      "The server's certificate and its chain, PEM; read again while it runs.");
  add("tls_key", &tls.key, "The private key of it, PEM.");
  add("tls_client_ca", &tls.client_ca,
      "Who signs certificates of clients, PEM: a service may sign in by one "
      "whose common name is the id of a user.");
}

void AccountFlags::Fill(ServerOptions* options) const {
  options->insecure_listen = insecure_listen;
  options->secrets = secrets;
  options->tls = tls;
  core::Authorizer::Options& authorization = options->engine.authorization;
  authorization.access = auth == "accounts" ? Access::kAccounts : Access::kOpen;
  const bool taken = operator_calls == "yes" ||
                     (operator_calls == "auto" && IsLoopback(options->listen));
  authorization.operator_calls =
      taken ? OperatorCalls::kTaken : OperatorCalls::kRefused;
}

}  // namespace xom::edge
