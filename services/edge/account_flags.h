#ifndef XOM_SERVICES_EDGE_ACCOUNT_FLAGS_H_
#define XOM_SERVICES_EDGE_ACCOUNT_FLAGS_H_

#include <string>

#include "services/edge/server.h"

namespace CLI {
class App;
}  // namespace CLI

namespace xom::edge {

// The flags that say who may reach the server, and with which keys.
struct AccountFlags {
  std::string auth = "open";
  std::string operator_calls = "auto";
  bool insecure_listen = false;
  SecretFiles secrets;
  TlsOptions tls;

  // Adds them. This outlives the parsing.
  void AddTo(CLI::App* app);

  // What they say, to the options, which have `listen` already.
  void Fill(ServerOptions* options) const;
};

}  // namespace xom::edge

#endif  // XOM_SERVICES_EDGE_ACCOUNT_FLAGS_H_
