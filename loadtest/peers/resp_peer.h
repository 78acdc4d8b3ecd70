#ifndef XOM_LOADTEST_PEERS_RESP_PEER_H_
#define XOM_LOADTEST_PEERS_RESP_PEER_H_

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "loadtest/peers/child_process.h"
#include "loadtest/peers/peer.h"
#include "loadtest/peers/resp_connection.h"
#include "loadtest/peers/temporary_directory.h"

namespace xom::loadtest {

// In what Redis and Tile38 differ.
struct RespKind {
  std::string name;
  std::string tuning;
  double precision_meters = 0;
  // The program with its flags, and where it will listen.
  std::vector<std::string> argv;
  RespAddress address;
  // What its program prints the version with; the version is the first word
  // of digits and dots in it.
  std::string version_flag;
  RespConnection::Format query;
  // The commands that put points in, those of one category.
  std::function<std::vector<std::string>(int category,
                                         absl::Span<const PeerPoint> points)>
      add;
};

// Starts the program in the directory and waits until it answers.
absl::StatusOr<std::unique_ptr<Peer>> StartRespPeer(
    std::unique_ptr<TemporaryDirectory> directory, const RespKind& kind);

}  // namespace xom::loadtest

#endif  // XOM_LOADTEST_PEERS_RESP_PEER_H_
