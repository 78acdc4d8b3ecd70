#include "services/edge/watch_stream.h"

#include <utility>

#include "absl/strings/match.h"
#include "absl/time/clock.h"
#include "services/edge/grpc_status.h"
#include "services/edge/request_parser.h"

namespace xom::edge {

using storage::MutexLock;

namespace {

std::string ConnectionOf(const std::string& peer) {
  return absl::StartsWith(peer, "unix:") ? "" : peer;
}

}  // namespace

WatchStream::WatchStream(core::WatchHub* hub, CallLog* log,
                         absl::string_view method)
    : hub_(*hub),
      log_(*log),
      method_(method),
      start_(absl::Now()),
      id_(hub->NewId()) {}

grpc::ServerWriteReactor<grpc::ByteBuffer>* WatchStream::Start(
    core::WatchHub* hub, CallLog* log, absl::string_view method,
    absl::StatusOr<std::unique_ptr<core::Watch>> watch,
    grpc::CallbackServerContext* context) {
  auto stream = std::shared_ptr<WatchStream>(new WatchStream(hub, log, method));
  {
    MutexLock lock(stream->mu_);
    stream->self_ = stream;
  }
  // The peer is an address and a port, one for each connection, except that all
  // clients of a unix socket are `unix:`.
  absl::Status status = watch.status();
  if (status.ok()) {
    status = hub->Open(stream->id_, *std::move(watch), stream,
                       ConnectionOf(context->peer()));
  }
  if (!status.ok()) stream->End(status);
  return stream.get();
}

void WatchStream::Send(std::string message) {
  MutexLock lock(mu_);
  if (ended_) return;
  message_ = ToByteBuffer(std::move(message));
  ++sent_;
  StartWrite(&message_);
}

void WatchStream::End(const absl::Status& status) {
  MutexLock lock(mu_);
  if (ended_) return;
  ended_ = true;
  status_ = status;
  Finish(ToGrpcStatus(status));
}

void WatchStream::OnWriteDone(bool ok) {
  {
    // Most watches have nothing to say for long: what they said is not kept.
    MutexLock lock(mu_);
    message_.Clear();
  }
  if (ok) hub_.Sent(id_);  // else the stream is broken and OnCancel comes
}

void WatchStream::OnCancel() {
  hub_.Close(id_);
  End(absl::CancelledError("the client is gone"));
}

void WatchStream::OnDone() {
  hub_.Close(id_);
  std::shared_ptr<WatchStream> self;
  {
    MutexLock lock(mu_);
    log_.Call(method_, status_, absl::Now() - start_, sent_);
    self = std::move(self_);
  }
}

}  // namespace xom::edge
