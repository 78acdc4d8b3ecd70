#ifndef XOM_LOADTEST_PEERS_PEER_CONNECTION_H_
#define XOM_LOADTEST_PEERS_PEER_CONNECTION_H_

#include <cstdint>
#include <memory>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "loadtest/load_run.h"
#include "loadtest/peers/peer.h"

namespace xom::loadtest {

// A connection that never blocks: queries go out one after the other without
// waiting for the answers, which come in the same order.
//
// Thread-compatible.
class PeerConnection {
 public:
  // The ids of one answer, valid during the call.
  using OnAnswer = absl::FunctionRef<void(absl::Span<const int64_t> ids)>;

  virtual ~PeerConnection() = default;

  // The socket, to poll.
  virtual int descriptor() const = 0;

  // Queues a query; Flush sends it.
  virtual absl::Status Send(const PeerQuery& query) = 0;

  // Sends as much as the socket takes now. True when nothing is left.
  virtual absl::StatusOr<bool> Flush() = 0;

  // Reads what is there and hands over each whole answer. `on_answer` may call
  // Send. The error of the peer when one is an error.
  virtual absl::Status Receive(OnAnswer on_answer) = 0;
};

using PeerConnections = std::vector<std::unique_ptr<PeerConnection>>;

// Asks one query. REQUIRES: no other is under way.
// DEADLINE_EXCEEDED when no answer comes within `bound`.
absl::StatusOr<std::vector<int64_t>> Ask(PeerConnection& connection,
                                         const PeerQuery& query,
                                         absl::Duration bound);

// Peer::Run, over connections. All answers have come when it returns OK.
// DEADLINE_EXCEEDED when load.answer_bound passes without one.
absl::StatusOr<LoadResult> RunOver(const PeerConnections& connections,
                                   absl::Span<const PeerQuery> queries,
                                   const PeerLoad& load);

}  // namespace xom::loadtest

#endif  // XOM_LOADTEST_PEERS_PEER_CONNECTION_H_
