#ifndef XOM_SERVICES_EDGE_WATCH_STREAM_H_
#define XOM_SERVICES_EDGE_WATCH_STREAM_H_

#include <grpcpp/server_context.h>
#include <grpcpp/support/byte_buffer.h>

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "services/core/watch.h"
#include "services/core/watch_hub.h"
#include "services/edge/call_log.h"
#include "services/edge/stream_queues.h"
#include "services/edge/stream_writer.h"
#include "storage/mutex.h"

namespace xom::edge {

// One call as gRPC has it.
struct WatchCall {
  grpc::ServerContext context;
  grpc::ByteBuffer request;
  StreamWriter writer;
};

// A method whose calls are watches. All that is pointed to outlives them.
struct WatchMethod {
  absl::string_view name;  // in the log
  core::WatchHub* hub;
  CallLog* log;
  StreamQueues* queues;
  // Has gRPC put the next call of the method there, and tell the tag.
  std::function<void(WatchCall* call, grpc::CompletionQueue* queue, void* tag)>
      request;
  // Parses, passes the gate, and makes the watch; or says why not.
  std::function<absl::StatusOr<std::unique_ptr<core::Watch>>(const WatchCall&)>
      admit;
};

// The stream of one watch: the hub sends into it, gRPC tells how it goes, on
// several threads at once. It lives as long as either of them needs it.
class WatchStream final : public core::WatchSink,
                          public std::enable_shared_from_this<WatchStream> {
 public:
  // Waits for the next call of the method, and for the one after it when that
  // has come; ends with the queues.
  static void Await(const WatchMethod* method);

  void Send(std::string message) override;
  void End(const absl::Status& status) override;

 private:
  // One of the operations of a stream.
  class Event final : public StreamEvent {
   public:
    using Handler = void (WatchStream::*)(bool ok);
    Event(WatchStream* stream, Handler handler)
        : stream_(*stream), handler_(handler) {}
    // Another event may end the stream meanwhile.
    void Happened(bool ok) override {
      const auto stream = stream_.shared_from_this();
      (stream_.*handler_)(ok);
    }

   private:
    WatchStream& stream_;
    const Handler handler_;
  };

  explicit WatchStream(const WatchMethod* method)
      : method_(*method),
        queue_(method->queues->ForNextStream()),
        id_(method->hub->NewId()),
        call_(std::make_unique<WatchCall>()) {}

  void OnCame(bool ok);
  void OnWritten(bool ok);
  void OnFinished(bool ok);
  // The call is over, or its client has gone.
  void OnOver(bool ok);

  absl::Status Open();
  void BeginWrite(std::string message);
  bool IsWriting();
  // The client is gone, or has been answered.
  void Close();
  void Finish() XOM_REQUIRES(mu_);
  // Gives up what gRPC had of this, after the last of its events.
  void LeaveWhenDone() XOM_EXCLUDES(mu_);
  void Leave() XOM_EXCLUDES(mu_);

  const WatchMethod& method_;
  grpc::CompletionQueue* const queue_;
  absl::Time start_;
  const core::WatchHub::Id id_;
  Event came_{this, &WatchStream::OnCame};
  Event written_{this, &WatchStream::OnWritten};
  Event finished_{this, &WatchStream::OnFinished};
  Event over_{this, &WatchStream::OnOver};

  storage::Mutex mu_;
  std::unique_ptr<WatchCall> call_ XOM_GUARDED_BY(mu_);
  int64_t sent_ XOM_GUARDED_BY(mu_) = 0;
  bool opening_ XOM_GUARDED_BY(mu_) = true;  // nobody may leave yet
  bool writing_ XOM_GUARDED_BY(mu_) = false;
  bool ended_ XOM_GUARDED_BY(mu_) = false;  // nothing more is sent
  bool is_finished_ XOM_GUARDED_BY(mu_) = false;
  bool is_over_ XOM_GUARDED_BY(mu_) = false;
  bool left_ XOM_GUARDED_BY(mu_) = false;
  absl::Status status_ XOM_GUARDED_BY(mu_);
  // gRPC's share in this.
  std::shared_ptr<WatchStream> self_ XOM_GUARDED_BY(mu_);
};

}  // namespace xom::edge

#endif  // XOM_SERVICES_EDGE_WATCH_STREAM_H_
