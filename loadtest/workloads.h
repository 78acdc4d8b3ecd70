// What is measured of a running server: one function a workload, each adds its
// figures to the report. docs/performance.md describes them.
#ifndef XOM_LOADTEST_WORKLOADS_H_
#define XOM_LOADTEST_WORKLOADS_H_

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "loadtest/bench.h"
#include "loadtest/load_run.h"
#include "loadtest/raw_caller.h"
#include "loadtest/tested_server.h"

namespace xom::loadtest {

// Connections that a workload spreads its calls over, but watches.
inline constexpr int kConnections = 8;

// Posts the needs [first, end) as fast as the server takes them.
absl::Status PostNeeds(Bench& bench, const TestedServer& server, int64_t first,
                       int64_t end);

// Posts the needs from `*next` on at a rate; `*next` is the one after them
// then. INTERNAL when one fails.
absl::StatusOr<LoadResult> PostAtRate(const Bench& bench, RawCaller& caller,
                                      const OpenOptions& options,
                                      int64_t* next);

// OK when none of the `what` of the result failed; else INTERNAL, with the
// caller's first error.
absl::Status CheckNoneFailed(const RawCaller& caller, const LoadResult& result,
                             const char* what);

// Makes the offers of the helpers [first, first + count).
absl::Status CreateHelpers(const Bench& bench, RawCaller& caller, int64_t first,
                           int64_t count);

// Makes the echo answer as a post does: posts the request for its reply.
absl::Status SetEchoOfPosts(RawCaller& caller, const std::string& request);

// Makes the echo answer as a search does: with the reply of the median size
// among those of the first requests. REQUIRES: kEchoSample requests.
inline constexpr size_t kEchoSample = 101;
absl::Status SetEchoOfSearches(RawCaller& caller,
                               const std::vector<std::string>& requests);

// The benchmarks beside the code: index, view, decisions, watches, store.
absl::Status MeasureMicro(Bench& bench);

// Searches for the nearest against the echo of the same bytes, by category.
// REQUIRES: the server holds the needs.
absl::Status MeasureNearest(Bench& bench, const TestedServer& server);

// The same searches in Redis, PostGIS and, when the options name it, Tile38.
// FAILED_PRECONDITION when one finds other needs than ours; NOT_FOUND when one
// is not installed. REQUIRES: the server holds the needs and no others.
absl::Status MeasurePeers(Bench& bench, const TestedServer& server);

// Posting with 1, 8, 64 and 256 in flight against what RocksDB and gRPC allow,
// and how long a post takes at half of the most; claims against posts. `first`
// is the number of the next need to post; returns the one after the last that
// was posted.
absl::StatusOr<int64_t> MeasureWrites(Bench& bench, const TestedServer& server,
                                      int64_t first);

// The model system's day, a thousand times, with its posts, claims and watches:
// reads while the store is compacted, while it is backed up and while twenty
// times as many post, against reads on a quiet day. Claims the first needs of
// the store, some hundreds a repetition.
// Starts servers of its own over the store in `directory`.
absl::Status MeasureDay(Bench& bench, const std::string& directory,
                        int64_t first);

// Standing watches, of the nearest and of regions: what they cost when nothing
// happens and when something does. Starts servers of its own over the store in
// `directory`. `first` as above, and so the result.
absl::StatusOr<int64_t> MeasureWatches(Bench& bench,
                                       const std::string& directory,
                                       int64_t first);

// How soon a post is with the last of those who watch its place, while others
// post; and the same with echoes for posts and held streams for watches, the
// floor. Otherwise as MeasureWatches.
absl::StatusOr<int64_t> MeasureLastWatch(Bench& bench,
                                         const std::string& directory,
                                         int64_t first);

// From exec to the first right answer, and memory and disk, with each number of
// needs of the options up to `needs`, which are in the store then. The last
// server goes on running, and rests.
absl::StatusOr<std::unique_ptr<TestedServer>> MeasureRestarts(
    Bench& bench, const std::string& directory);

// The same with those beyond, in a store of its own.
absl::Status MeasureLargerRestarts(Bench& bench, const std::string& directory);

}  // namespace xom::loadtest

#endif  // XOM_LOADTEST_WORKLOADS_H_
