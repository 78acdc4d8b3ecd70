#ifndef XOM_LOADTEST_HTTP2_CONNECTION_H_
#define XOM_LOADTEST_HTTP2_CONNECTION_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"

struct nghttp2_session;

namespace xom::loadtest {

// A call of gRPC that is under way, as its caller sees it.
class GrpcCall {
 public:
  virtual ~GrpcCall() = default;
  // A message of the server, in order. Valid during the call.
  virtual void OnMessage(absl::string_view message) = 0;
  // Once, after all else: how it ended. A server's own words are as they came,
  // with what is not ASCII percent-encoded.
  virtual void OnEnd(const absl::Status& status) = 0;
};

// What is called: a method that takes one message.
struct GrpcRequest {
  std::string method;  // such as "/xom.v1.NeedService/GetNeed"
  std::string message;
  // From its start on; the server is told. Below a day, or infinite.
  absl::Duration timeout = absl::InfiniteDuration();
};

// A connection to a server of gRPC, without TLS, by nghttp2: a third of what
// gRPC's own client takes of the processor for a call, and the server under
// test has to do with the rest. Once open it never waits: who owns it polls its
// socket, and then lets it send and receive. Not thread-safe.
class Http2Connection {
 public:
  // Waits for a connection to `address`, such as "127.0.0.1:8080". UNAVAILABLE
  // when nobody answers; INVALID_ARGUMENT when it is no address.
  static absl::StatusOr<std::unique_ptr<Http2Connection>> Open(
      const std::string& address);

  // REQUIRES: no call is under way; EndAll sees to it.
  ~Http2Connection();
  Http2Connection(const Http2Connection&) = delete;
  Http2Connection& operator=(const Http2Connection&) = delete;

  // Starts a call; the next Send takes it out. REQUIRES: not is_leaving().
  void Start(GrpcRequest request, std::unique_ptr<GrpcCall> call);

  // What the socket takes, and what it has; after Receive it may have something
  // to Send. Calls hear of it from within, and must not call back. UNAVAILABLE:
  // the connection is gone, and EndAll alone is to be called.
  absl::Status Send();
  absl::Status Receive();

  // Has the calls whose time is over end with DEADLINE_EXCEEDED, by the Sends
  // and Receives that follow.
  void EndOverdue(absl::Time now);

  // Ends all calls with `status`, without a word to the server.
  void EndAll(const absl::Status& status);

  int socket() const { return socket_; }
  // More than the socket takes: to be polled for room too.
  bool is_blocked() const { return !unsent_.empty(); }
  // Takes no more calls: the server asked for it, or all were ended.
  bool is_leaving() const;
  bool has_calls() const { return !streams_.empty(); }

 private:
  struct Stream;
  struct Callbacks;  // of nghttp2

  Http2Connection(int socket, std::string address);
  // Resets a stream, whose call ends with `why` then.
  void Fail(int32_t id, Stream* stream, absl::Status why);
  void End(int32_t id, const absl::Status& unless_told);
  // Gone when nghttp2 neither sends nor reads any more, as after an error.
  absl::Status CheckSession() const;

  const int socket_;
  const std::string address_;
  nghttp2_session* session_ = nullptr;
  absl::flat_hash_map<int32_t, std::unique_ptr<Stream>> streams_;
  std::string unsent_;
  bool ended_ = false;  // by EndAll
};

}  // namespace xom::loadtest

#endif  // XOM_LOADTEST_HTTP2_CONNECTION_H_
