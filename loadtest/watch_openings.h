#ifndef XOM_LOADTEST_WATCH_OPENINGS_H_
#define XOM_LOADTEST_WATCH_OPENINGS_H_

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "loadtest/bench.h"
#include "loadtest/lockdown_city.h"
#include "loadtest/tested_server.h"
#include "loadtest/watch_streams.h"

// Who watches what in the workloads of watches.

namespace xom::loadtest {

// Connections that the streams are spread over.
inline constexpr int kWatchConnections = 20;
// Of so many watches one is of a region, the circle of a ward; the others are
// of the nearest.
inline constexpr int64_t kOneInIsRegion = 10;

using Openings = std::vector<WatchStreams::Opening>;

// Of those who post while others watch.
inline constexpr double kWatchedPostsPerSecond = 1'000;

// Ends `*server`, and starts one over the store in `directory` that lets so
// many watch; it rests. `environment` is as in TestedServer::Options.
absl::Status RestartForWatches(Bench& bench, const std::string& directory,
                               std::unique_ptr<TestedServer>* server,
                               std::vector<std::string> environment = {});

// So many watches of people, where people are.
Openings NearWatches(const LockdownCity& city, int64_t count);
// Those of them that are of regions, and the others.
Openings RegionsAmong(const LockdownCity& city, int64_t count);
Openings NearestAmong(const LockdownCity& city, int64_t count);

// Watches of the nearest in the southern ocean, where nobody posts.
Openings FarWatches(int64_t count);

// One watch of a region there, and a post to it.
Openings FarRegion();
std::string FarPost(const LockdownCity& city, int64_t number);

// Streams of gRPC that say nothing of their own accord (kHold).
Openings HeldStreams(int64_t count);

// Opens all; the errors of WatchStreams::Open.
absl::Status OpenAll(const Openings& openings, WatchStreams* streams);

}  // namespace xom::loadtest

#endif  // XOM_LOADTEST_WATCH_OPENINGS_H_
