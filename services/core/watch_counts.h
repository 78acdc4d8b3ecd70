#ifndef XOM_SERVICES_CORE_WATCH_COUNTS_H_
#define XOM_SERVICES_CORE_WATCH_COUNTS_H_

#include <cstddef>
#include <cstdint>
#include <string>

#include "absl/container/flat_hash_map.h"
#include "absl/container/node_hash_map.h"
#include "absl/status/status.h"
#include "services/core/limits.h"

namespace xom::core {

// How many watches may be open at once.
struct WatchLimits {
  size_t server = kMaxWatches;
  size_t connection = kMaxWatchesPerConnection;
};

// The open watches, by who opened them. Thread-compatible.
class WatchCounts {
 public:
  explicit WatchCounts(WatchLimits limits) : limits_(limits) {}

  // Counts a new watch. An empty connection is not known, and not bounded.
  // RESOURCE_EXHAUSTED, TOO_MANY_WATCHES.
  absl::Status Add(uint64_t id, std::string connection);

  // False: there is no such watch.
  bool Remove(uint64_t id);

  size_t size() const { return openers_.size(); }

 private:
  using Connections = absl::node_hash_map<std::string, size_t>;

  const WatchLimits limits_;
  // With how many watches each has: the names are long, and many have the same.
  Connections connections_;
  absl::flat_hash_map<uint64_t, Connections::value_type*> openers_;
};

}  // namespace xom::core

#endif  // XOM_SERVICES_CORE_WATCH_COUNTS_H_
