#include "absl/strings/str_cat.h"
#include "loadtest/peers/resp_peer.h"
#include "loadtest/peers/resp_text.h"

namespace xom::loadtest {
namespace {

constexpr char kProgram[] = "/usr/bin/redis-server";

// Of the documentation of GEOADD: 52 bits of geohash, cells of 0.6 m by 0.3 m;
// a point is taken to be in the middle of its cell.
constexpr double kPrecisionMeters = 0.5;

// Threads for its I/O wait busily: on two cores, where the asker needs one,
// two of them made it four to nine times slower.
constexpr char kTuning[] =
    "one sorted set a category; nothing saved (save \"\", appendonly no); unix "
    "socket, pipelined; io-threads 1, measured best on two cores; GEOSEARCH "
    "BYRADIUS with, for each query, the radius that holds about 100, ASC COUNT";

std::vector<std::string> Add(int category, absl::Span<const PeerPoint> points) {
  std::string command = RedisAdd(category, points);
  if (command.empty()) return {};
  return {std::move(command)};
}

}  // namespace

absl::StatusOr<std::unique_ptr<Peer>> StartRedis() {
  auto directory = TemporaryDirectory::Create();
  if (!directory.ok()) return directory.status();
  RespKind kind;
  kind.name = "Redis GEOSEARCH";
  kind.tuning = kTuning;
  kind.precision_meters = kPrecisionMeters;
  kind.address.socket = (*directory)->path() + "/socket";
  kind.argv = {kProgram,
               "--port",
               "0",
               "--unixsocket",
               kind.address.socket,
               "--save",
               "",
               "--appendonly",
               "no",
               "--io-threads",
               "1",
               "--daemonize",
               "no"};
  kind.version_flag = "--version";
  kind.query = RedisQuery;
  kind.add = Add;
  auto peer = StartRespPeer(*std::move(directory), kind);
  if (absl::IsNotFound(peer.status())) {
    return absl::NotFoundError(absl::StrCat(
        peer.status().message(), ": Debian's package redis-server has it"));
  }
  return peer;
}

}  // namespace xom::loadtest
