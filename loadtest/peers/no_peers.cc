// In place of the peers where their client libraries are not.
#include "loadtest/peers/peer.h"

namespace xom::loadtest {
namespace {

absl::Status NotBuilt() {
  return absl::UnimplementedError(
      "built without libhiredis-dev and libpq-dev: install them, configure and "
      "build again");
}

}  // namespace

absl::StatusOr<std::unique_ptr<Peer>> StartRedis() { return NotBuilt(); }

absl::StatusOr<std::unique_ptr<Peer>> StartTile38(
    const std::string& /*program*/) {
  return NotBuilt();
}

absl::StatusOr<std::unique_ptr<Peer>> StartPostgis(PostgisOrder /*order*/) {
  return NotBuilt();
}

}  // namespace xom::loadtest
