#ifndef XOM_SERVICES_EDGE_STREAM_QUEUES_H_
#define XOM_SERVICES_EDGE_STREAM_QUEUES_H_

#include <grpcpp/completion_queue.h>

#include <chrono>
#include <cstddef>
#include <memory>
#include <thread>

#include "storage/mutex.h"

namespace grpc {
class ServerBuilder;
}  // namespace grpc

namespace xom::edge {

// What a queue tells: an operation of a stream is over. Its address is the tag.
class StreamEvent {
 public:
  virtual void Happened(bool ok) = 0;

 protected:
  ~StreamEvent() = default;
};

// The completion queues of the streams that stand for long. Debian's gRPC looks
// for each operation that ends among all that are under way in its queue, one
// after the other, and a stream always has one under way. So standing streams
// are spread over queues of their own, and no other call waits behind them.
//
// No thread waits for these queues, nor for the one that streams come by: it
// would be woken for each message, and would take part in reading all other
// calls' requests. Most writes are over when the call that began them returns,
// so who writes looks for that itself (TellOne); for all else one thread looks
// twenty times a second, and sooner after LookSoon. So events, also those
// of one stream, are told on several threads at once.
//
// Thread-safe.
class StreamQueues {
 public:
  static constexpr size_t kQueues = 8;
  // What has come or ended is told so late at most.
  static constexpr std::chrono::milliseconds kMaxDelay{50};

  // Adds to the server the queue of streams that are about to come.
  explicit StreamQueues(grpc::ServerBuilder* builder);

  // As Stop.
  ~StreamQueues();
  StreamQueues(const StreamQueues&) = delete;
  StreamQueues& operator=(const StreamQueues&) = delete;

  // The server has started.
  void Start();

  // Waits for all streams to end, then ends the queues. REQUIRES: the server
  // was shut down, or was never started.
  void Stop();

  // A stream is about to use the queues, until Leave. False: it must not, they
  // end.
  bool Enter();
  void Leave();

  // Where streams come, and where the operations of the next one go.
  grpc::ServerCompletionQueue* incoming() { return incoming_.get(); }
  grpc::CompletionQueue* ForNextStream();

  // Tells of one operation of the queue that is over; false: there is none.
  // Does not wait.
  static bool TellOne(grpc::CompletionQueue* queue);

  // An operation has not ended that somebody waits for: looks for it soon, and
  // then ever more seldom.
  void LookSoon();

 private:
  using Clock = std::chrono::steady_clock;

  static constexpr std::chrono::milliseconds kMinDelay{2};
  // So many of one queue are told, then the others have their turn.
  static constexpr int kMaxToldAtOnce = 256;

  // Reading and writing are left to gRPC's own threads: who looked into a queue
  // that polls would read other calls' requests too, and wake the thread that
  // such a call is for.
  class UnpolledQueue final : public grpc::CompletionQueue {
   public:
    UnpolledQueue()
        : CompletionQueue({GRPC_CQ_CURRENT_VERSION, GRPC_CQ_NEXT,
                           GRPC_CQ_NON_POLLING, nullptr}) {}
  };

  // Until there are no more streams and the queues are shut down and empty.
  void Look();
  bool WaitToLook();  // false: there are no more streams
  // What the queue has now, up to a bound; whether there was any.
  static bool TellSome(grpc::CompletionQueue* queue);
  // Until the queue is shut down and empty.
  static void Drain(grpc::CompletionQueue* queue);

  const std::unique_ptr<grpc::ServerCompletionQueue> incoming_;
  UnpolledQueue queues_[kQueues];
  std::thread thread_;

  storage::Mutex mu_;
  storage::CondVar left_;
  storage::CondVar look_;
  size_t streams_ XOM_GUARDED_BY(mu_) = 0;
  size_t next_ XOM_GUARDED_BY(mu_) = 0;
  Clock::time_point next_look_ XOM_GUARDED_BY(mu_);
  std::chrono::milliseconds delay_ XOM_GUARDED_BY(mu_) = kMaxDelay;  // after it
  bool ending_ XOM_GUARDED_BY(mu_) = false;
  bool ended_ = false;  // of the thread that stops
};

}  // namespace xom::edge

#endif  // XOM_SERVICES_EDGE_STREAM_QUEUES_H_
