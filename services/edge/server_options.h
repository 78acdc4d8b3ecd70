#ifndef XOM_SERVICES_EDGE_SERVER_OPTIONS_H_
#define XOM_SERVICES_EDGE_SERVER_OPTIONS_H_

#include <grpcpp/server_builder.h>

#include <cstddef>
#include <cstdint>
#include <string>

#include "absl/time/time.h"

namespace xom::edge {

// How the server treats connections. The defaults are for phones on bad
// networks behind a proxy; each is a flag of xomd of the same name.
struct ConnectionOptions {
  // The largest request: a need is below 16 KiB, a polygon of 10,000 vertices
  // below 250 KiB. Larger: RESOURCE_EXHAUSTED.
  int max_message_bytes = 256 * 1024;
  // The largest headers of a call.
  int max_metadata_bytes = 8 * 1024;
  // Calls and watches at once on one connection; a client's further calls wait.
  int max_streams_per_connection = 128;
  // A connection that does not finish its handshake in that time is closed.
  absl::Duration handshake_timeout = absl::Seconds(10);
  // A connection without calls for that long is closed.
  absl::Duration max_connection_idle = absl::Minutes(5);
  // After that time (10 % more or less) a connection is asked to go, so that
  // load spreads over servers; what is left after the grace is cut. Watches go
  // on from their resume token.
  absl::Duration max_connection_age = absl::Minutes(30);
  absl::Duration max_connection_age_grace = absl::Seconds(60);
  // A silent connection is pinged after `keepalive_time` and dropped when it
  // does not answer in `keepalive_timeout`.
  absl::Duration keepalive_time = absl::Seconds(60);
  absl::Duration keepalive_timeout = absl::Seconds(20);
  // Clients may ping so often, with or without calls; more than
  // `max_ping_strikes` pings too early close the connection.
  absl::Duration min_ping_interval = absl::Seconds(20);
  int max_ping_strikes = 2;
  // The share of the machine's memory that buffers of connections may take.
  int buffer_memory_percent = 25;
};

// Sets all of it. SO_REUSEPORT is off: a second server on the same port fails
// instead of taking half of the calls.
void Apply(const ConnectionOptions& options, grpc::ServerBuilder* builder);

}  // namespace xom::edge

#endif  // XOM_SERVICES_EDGE_SERVER_OPTIONS_H_
