// Another store that answers the same questions, to be measured beside ours.
//
//   absl::StatusOr<std::unique_ptr<Peer>> redis = StartRedis();
//   if (!redis.ok()) return redis.status();
//   absl::Status loaded = (*redis)->Load(points);
//   for (const PeerQuery& query : sample) {
//     auto ids = (*redis)->Nearest(query);
//     absl::Status same = checker.Check(query, {our_ids, *ids},
//                                       (*redis)->precision_meters());
//   }
//   absl::StatusOr<LoadResult> most = (*redis)->Run(queries, {});
//
// A peer is a server of its own on this machine, with temporary data; it ends
// with its object.
#ifndef XOM_LOADTEST_PEERS_PEER_H_
#define XOM_LOADTEST_PEERS_PEER_H_

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "absl/types/span.h"
#include "geo/point.h"
#include "loadtest/load_run.h"

namespace xom::loadtest {

// The most categories of points; each is the number of a bit.
inline constexpr int kMaxPeerCategories = 64;
// The most neighbours that one query may ask for.
inline constexpr int kMaxPeerNeighbors = 1'000;
// How long a peer may take to start, and to load its points.
inline constexpr absl::Duration kPeerStartBound = absl::Seconds(60);
inline constexpr absl::Duration kPeerLoadBound = absl::Minutes(30);

struct PeerPoint {
  int64_t id = 0;  // unique, >= 0
  geo::LatLng place;
  // The bits of its categories. What must find every point needs a bit that
  // all have.
  uint64_t categories = 0;
};

// The k nearest points of a category.
struct PeerQuery {
  geo::LatLng place;
  int category = 0;  // the number of the bit
  int k = 10;
  // What has no search for the nearest, Redis, gets them out of the points
  // within this distance: it should hold about 100 and must hold k. The others
  // do not read it.
  double radius_meters = 0;
};

// Who asks, and how much at a time: `in_flight` queries at all times, spread
// over the connections, each of which sends the next one when an answer comes.
struct PeerLoad {
  int connections = 8;
  int in_flight = 64;  // REQUIRES: >= connections
  absl::Duration warm_up = absl::Seconds(1);
  absl::Duration duration = absl::Seconds(5);
  // How long a peer may be silent.
  absl::Duration answer_bound = absl::Seconds(30);
};

// Thread-compatible.
class Peer {
 public:
  virtual ~Peer() = default;

  virtual std::string name() const = 0;     // "Redis GEOSEARCH"
  virtual std::string version() const = 0;  // "7.0.15"; after Load
  // How it was set up, in words for the report.
  virtual std::string tuning() const = 0;

  // How far from the truth its distances may be, by its documentation or the
  // way it keeps points. See AnswerChecker.
  virtual double precision_meters() const = 0;

  // Puts the points in and makes all ready for queries. Once.
  virtual absl::Status Load(absl::Span<const PeerPoint> points) = 0;

  // The ids of the nearest, nearest first.
  virtual absl::StatusOr<std::vector<int64_t>> Nearest(
      const PeerQuery& query) = 0;

  // Asks the queries again and again, as fast as it answers. One thread of
  // ours drives all connections, which costs the peer the least of the
  // processor. An error for an answer ends the run; an answer without any
  // point counts as failed. REQUIRES: a query.
  virtual absl::StatusOr<LoadResult> Run(absl::Span<const PeerQuery> queries,
                                         const PeerLoad& load) = 0;

  // The server's memory, as ChildProcess has it. Of PostgreSQL it is only that
  // of the first process.
  virtual absl::StatusOr<int64_t> ResidentBytes() const = 0;
};

// Each starts a peer with an empty store. NOT_FOUND when its program is not
// installed, naming the package; UNAVAILABLE with what it wrote when it does
// not start; UNIMPLEMENTED when this was built without their client libraries.

// Redis: a sorted set for each category.
absl::StatusOr<std::unique_ptr<Peer>> StartRedis();

// Tile38, which Debian does not package: its program by its path.
absl::StatusOr<std::unique_ptr<Peer>> StartTile38(const std::string& program);

// The order of the rows of PostGIS when its indexes are built.
enum class PostgisOrder {
  kAsGiven,  // as they come in life
  kByPlace,  // sorted first, as nobody can keep them while they change
};

// PostgreSQL with PostGIS: one table, and for each category an index of its
// points. By geography <->, which orders by the distance on the sphere.
absl::StatusOr<std::unique_ptr<Peer>> StartPostgis(PostgisOrder order);

}  // namespace xom::loadtest

#endif  // XOM_LOADTEST_PEERS_PEER_H_
