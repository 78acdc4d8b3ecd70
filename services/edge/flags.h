#ifndef XOM_SERVICES_EDGE_FLAGS_H_
#define XOM_SERVICES_EDGE_FLAGS_H_

#include <optional>

#include "services/edge/server.h"

namespace xom::edge {

// What xomd was told: by flags, else by the environment (XOM_ and the flag's
// name in capitals), else by the file of --config, else the defaults.
struct Flags {
  // Set: there is nothing to serve (--help, --version, --print_config, or a
  // mistake that was explained on stderr); exit with this code.
  std::optional<int> exit_code;
  ServerOptions server;
};

Flags ParseFlags(int argc, char** argv);

}  // namespace xom::edge

#endif  // XOM_SERVICES_EDGE_FLAGS_H_
