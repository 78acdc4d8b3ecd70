#ifndef XOM_LOADTEST_RAW_CALLER_H_
#define XOM_LOADTEST_RAW_CALLER_H_

#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "google/protobuf/message.h"
#include "loadtest/http2_connection.h"

namespace xom::loadtest {

// Calls methods with bytes that are there already, and does not look at the
// reply: load for a server that takes little of the processor itself. Calls go
// over the connections in turn, all of them by one thread of the caller's own.
//
// Thread-safe. When it is destroyed, what is under way ends with CANCELLED;
// who hears of that must not call again.
class RawCaller {
 public:
  // Called once, on the caller's thread. The reply is valid during the call.
  using Done =
      std::function<void(const absl::Status& status, absl::string_view reply)>;

  // To `address` (host:port). A connection is opened by the first call that it
  // is to carry, and again when the server wants no more on it; a call that
  // finds nobody there ends as Http2Connection::Open did.
  RawCaller(std::string address, int connections);
  ~RawCaller();

  // Starts a call of `method`, such as "/xom.v1.NeedService/GetNeed". It ends
  // some seconds after kCallTimeout at the latest.
  void Start(std::string method, std::string request, Done done);

  // Starts a call with many replies, which may go on for ever. `call` hears of
  // it on the caller's thread.
  void StartStream(std::string method, std::string request,
                   std::unique_ptr<GrpcCall> call);

  // A call and its reply, or the error of the server. Not on the caller's
  // thread.
  absl::StatusOr<std::string> Call(std::string method, std::string request);

  // Of the first call that failed; OK as long as none has.
  absl::Status first_error() const;

  // As Call, for messages. INTERNAL when the reply is not a Reply.
  template <typename Reply>
  absl::StatusOr<Reply> Ask(std::string method,
                            const google::protobuf::Message& request) {
    const auto bytes = Call(std::move(method), request.SerializeAsString());
    if (!bytes.ok()) return bytes.status();
    Reply reply;
    if (!reply.ParseFromString(*bytes)) {
      return absl::InternalError("the reply is not what was expected");
    }
    return reply;
  }

  // Longer than any stall that a run should see; a bound on a hanging server.
  static constexpr absl::Duration kCallTimeout = absl::Seconds(60);

 private:
  class UnaryCall;
  struct Queued {
    GrpcRequest request;
    std::unique_ptr<GrpcCall> call;
  };

  void Queue(GrpcRequest request, std::unique_ptr<GrpcCall> call);
  void Wake();
  void NoteEnd(const absl::Status& status);

  // On its thread:
  void Run();
  bool Take(std::vector<Queued>* queued);
  bool HasQueued();
  void Begin(Queued queued);
  absl::StatusOr<Http2Connection*> ConnectionInTurn();
  void SendAll();
  void PollAndReceive();
  void DropLeft();

  const std::string address_;
  const int woken_;  // an eventfd

  mutable std::mutex mu_;
  std::vector<Queued> queue_;  // guarded by mu_
  absl::Status first_error_;   // guarded by mu_
  bool stopping_ = false;      // guarded by mu_

  // Of its thread:
  std::vector<std::unique_ptr<Http2Connection>> connections_;
  std::vector<Http2Connection*> turns_;  // nullptr: to be opened
  size_t next_ = 0;
  std::thread thread_;
};

}  // namespace xom::loadtest

#endif  // XOM_LOADTEST_RAW_CALLER_H_
