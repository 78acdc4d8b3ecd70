#ifndef XOM_SERVICES_EDGE_WATCH_STREAM_H_
#define XOM_SERVICES_EDGE_WATCH_STREAM_H_

#include <grpcpp/impl/codegen/server_callback.h>
#include <grpcpp/server_context.h>
#include <grpcpp/support/byte_buffer.h>

#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "services/core/watch.h"
#include "services/core/watch_hub.h"
#include "services/edge/call_log.h"
#include "storage/mutex.h"

namespace xom::edge {

// The stream of one watch: the hub sends into it, gRPC tells how it goes. It
// lives as long as either of them needs it.
class WatchStream final : public grpc::ServerWriteReactor<grpc::ByteBuffer>,
                          public core::WatchSink,
                          public std::enable_shared_from_this<WatchStream> {
 public:
  // Opens the watch in the hub, or ends with its error. The reactor is gRPC's
  // to use.
  static grpc::ServerWriteReactor<grpc::ByteBuffer>* Start(
      core::WatchHub* hub, CallLog* log, absl::string_view method,
      absl::StatusOr<std::unique_ptr<core::Watch>> watch,
      grpc::CallbackServerContext* context);

  void Send(std::string message) override;
  void End(const absl::Status& status) override;

  void OnWriteDone(bool ok) override;
  void OnCancel() override;
  void OnDone() override;

 private:
  WatchStream(core::WatchHub* hub, CallLog* log, absl::string_view method);

  core::WatchHub& hub_;
  CallLog& log_;
  const absl::string_view method_;
  const absl::Time start_;
  const core::WatchHub::Id id_;

  storage::Mutex mu_;
  // The message in flight; gRPC reads it until OnWriteDone.
  grpc::ByteBuffer message_ XOM_GUARDED_BY(mu_);
  int64_t sent_ XOM_GUARDED_BY(mu_) = 0;
  bool ended_ XOM_GUARDED_BY(mu_) = false;
  absl::Status status_ XOM_GUARDED_BY(mu_);
  // gRPC's share in this, until OnDone.
  std::shared_ptr<WatchStream> self_ XOM_GUARDED_BY(mu_);
};

}  // namespace xom::edge

#endif  // XOM_SERVICES_EDGE_WATCH_STREAM_H_
