#include "services/edge/server_options.h"

#include <grpcpp/resource_quota.h>
#include <unistd.h>

#include <algorithm>
#include <limits>

namespace xom::edge {
namespace {

// gRPC takes an int and reads its greatest as never.
int ToMillis(absl::Duration duration) {
  return static_cast<int>(std::min<int64_t>(absl::ToInt64Milliseconds(duration),
                                            std::numeric_limits<int>::max()));
}

size_t PhysicalMemoryBytes() {
  return static_cast<size_t>(sysconf(_SC_PHYS_PAGES)) *
         static_cast<size_t>(sysconf(_SC_PAGE_SIZE));
}

}  // namespace

void Apply(const ConnectionOptions& options, grpc::ServerBuilder* builder) {
  builder->SetMaxReceiveMessageSize(options.max_message_bytes);
  const auto set = [builder](const char* name, int value) {
    builder->AddChannelArgument(name, value);
  };
  set(GRPC_ARG_MAX_METADATA_SIZE, options.max_metadata_bytes);
  set(GRPC_ARG_MAX_CONCURRENT_STREAMS, options.max_streams_per_connection);
  set(GRPC_ARG_SERVER_HANDSHAKE_TIMEOUT_MS,
      ToMillis(options.handshake_timeout));
  set(GRPC_ARG_MAX_CONNECTION_IDLE_MS, ToMillis(options.max_connection_idle));
  set(GRPC_ARG_MAX_CONNECTION_AGE_MS, ToMillis(options.max_connection_age));
  set(GRPC_ARG_MAX_CONNECTION_AGE_GRACE_MS,
      ToMillis(options.max_connection_age_grace));
  set(GRPC_ARG_KEEPALIVE_TIME_MS, ToMillis(options.keepalive_time));
  set(GRPC_ARG_KEEPALIVE_TIMEOUT_MS, ToMillis(options.keepalive_timeout));
  set(GRPC_ARG_KEEPALIVE_PERMIT_WITHOUT_CALLS, 1);
  // Also while nothing is sent but pings: watches are silent for minutes.
  set(GRPC_ARG_HTTP2_MAX_PINGS_WITHOUT_DATA, 0);
  set(GRPC_ARG_HTTP2_MIN_RECV_PING_INTERVAL_WITHOUT_DATA_MS,
      ToMillis(options.min_ping_interval));
  set(GRPC_ARG_HTTP2_MAX_PING_STRIKES, options.max_ping_strikes);
  set(GRPC_ARG_ALLOW_REUSEPORT, 0);
  grpc::ResourceQuota quota("xomd");
  quota.Resize(PhysicalMemoryBytes() / 100 *
               static_cast<size_t>(options.buffer_memory_percent));
  builder->SetResourceQuota(quota);
}

}  // namespace xom::edge
