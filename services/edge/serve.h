#ifndef XOM_SERVICES_EDGE_SERVE_H_
#define XOM_SERVICES_EDGE_SERVE_H_

#include "services/edge/flags.h"

namespace xom::edge {

// What the program xomd does once its flags are read: serves until SIGTERM or
// SIGINT, telling its port on stdout, then stops in order and ends the process
// with 0. Returns only when it does not serve, with the exit code. To be called
// from main before any thread is started, once.
int Serve(const Flags& flags);

}  // namespace xom::edge

#endif  // XOM_SERVICES_EDGE_SERVE_H_
