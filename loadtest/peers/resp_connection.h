#ifndef XOM_LOADTEST_PEERS_RESP_CONNECTION_H_
#define XOM_LOADTEST_PEERS_RESP_CONNECTION_H_

#include <hiredis/hiredis.h>

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "loadtest/peers/peer_connection.h"

namespace xom::loadtest {

// The ids of an answer: of Redis an array of them; of Tile38 a cursor and then
// such an array. INTERNAL when it is another thing, with the text of an error.
absl::Status ReadIds(const redisReply& reply, std::vector<int64_t>* ids);

// Where a server listens: the path of a socket, or a port of 127.0.0.1.
struct RespAddress {
  std::string socket;
  int port = 0;  // when socket is ""
};

// A connection to a server that speaks RESP.
class RespConnection : public PeerConnection {
 public:
  // Makes the bytes of a query.
  using Format = std::function<std::string(const PeerQuery&)>;

  // UNAVAILABLE when nobody listens there.
  static absl::StatusOr<std::unique_ptr<RespConnection>> Connect(
      const RespAddress& address, Format format);

  int descriptor() const override { return context_->fd; }
  absl::Status Send(const PeerQuery& query) override;
  absl::StatusOr<bool> Flush() override;
  absl::Status Receive(OnAnswer on_answer) override;

  // Queues a command of any kind.
  absl::Status SendBytes(const std::string& command);

  // Sends what is queued and waits for `replies` of them. The first that is an
  // error is returned, when all have come. DEADLINE_EXCEEDED when none comes
  // within `bound`.
  absl::Status Settle(int replies, absl::Duration bound);

 private:
  struct FreeContext {
    void operator()(redisContext* context) const { redisFree(context); }
  };
  struct FreeReply {
    void operator()(redisReply* reply) const { freeReplyObject(reply); }
  };
  using Reply = std::unique_ptr<redisReply, FreeReply>;

  RespConnection(redisContext* context, Format format)
      : context_(context), format_(std::move(format)) {}

  absl::Status Error() const;
  // The next whole reply of what was read; null when there is none.
  absl::StatusOr<Reply> Next();

  const std::unique_ptr<redisContext, FreeContext> context_;
  const Format format_;
  std::vector<int64_t> ids_;  // kept for its memory
};

}  // namespace xom::loadtest

#endif  // XOM_LOADTEST_PEERS_RESP_CONNECTION_H_
