#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include "absl/strings/str_cat.h"
#include "loadtest/peers/resp_peer.h"
#include "loadtest/peers/resp_text.h"

namespace xom::loadtest {
namespace {

// It keeps doubles.
constexpr double kPrecisionMeters = 0.001;

constexpr char kTuning[] =
    "one collection a category; nothing saved (appendonly no); loopback TCP, "
    "pipelined; NEARBY LIMIT IDS, without a radius";

// A port of loopback on which nobody listens now.
absl::StatusOr<int> FreePort() {
  const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (fd < 0) return absl::ErrnoToStatus(errno, "no socket");
  sockaddr_in address = {};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  sockaddr* const any = reinterpret_cast<sockaddr*>(&address);
  const bool ok = bind(fd, any, size) == 0 && getsockname(fd, any, &size) == 0;
  const int error = errno;
  close(fd);
  if (!ok) return absl::ErrnoToStatus(error, "no free port");
  return ntohs(address.sin_port);
}

std::vector<std::string> Add(int category, absl::Span<const PeerPoint> points) {
  std::vector<std::string> commands;
  for (const PeerPoint& point : points) {
    if ((point.categories >> category & 1) == 0) continue;
    commands.push_back(Tile38Add(category, point));
  }
  return commands;
}

}  // namespace

absl::StatusOr<std::unique_ptr<Peer>> StartTile38(const std::string& program) {
  auto directory = TemporaryDirectory::Create();
  if (!directory.ok()) return directory.status();
  const absl::StatusOr<int> port = FreePort();
  if (!port.ok()) return port.status();
  RespKind kind;
  kind.name = "Tile38 NEARBY";
  kind.tuning = kTuning;
  kind.precision_meters = kPrecisionMeters;
  kind.address.port = *port;
  kind.argv = {program,
               "-h",
               "127.0.0.1",
               "-p",
               absl::StrCat(*port),
               "-d",
               (*directory)->path(),
               "--appendonly",
               "no",
               "-q"};
  kind.version_flag = "--version";
  kind.query = Tile38Query;
  kind.add = Add;
  return StartRespPeer(*std::move(directory), kind);
}

}  // namespace xom::loadtest
