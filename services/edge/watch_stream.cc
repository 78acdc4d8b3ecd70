#include "services/edge/watch_stream.h"

#include <utility>

#include "absl/strings/match.h"
#include "absl/time/clock.h"
#include "services/edge/grpc_status.h"
#include "services/edge/request_parser.h"

namespace xom::edge {

using storage::MutexLock;

namespace {

// So many events, of other streams too, are told by who waits for the write of
// one: all watches wait for the hub's thread meanwhile.
constexpr int kMaxTold = 16;

// The peer is an address and a port, one for each connection, except that all
// clients of a unix socket are `unix:`.
std::string ConnectionOf(const std::string& peer) {
  return absl::StartsWith(peer, "unix:") ? "" : peer;
}

}  // namespace

void WatchStream::Await(const WatchMethod* method) {
  if (!method->queues->Enter()) return;
  auto stream = std::shared_ptr<WatchStream>(new WatchStream(method));
  MutexLock lock(stream->mu_);
  stream->self_ = stream;
  stream->call_->context.AsyncNotifyWhenDone(&stream->over_);
  method->request(stream->call_.get(), stream->queue_, &stream->came_);
}

void WatchStream::OnCame(bool ok) {
  if (!ok) {  // the server stops; of such a call no other event comes
    Leave();
    return;
  }
  Await(&method_);
  if (absl::Status status = Open(); !status.ok()) End(status);
  {
    MutexLock lock(mu_);
    opening_ = false;
    if (!is_over_) return;
  }
  Close();
}

absl::Status WatchStream::Open() {
  start_ = absl::Now();
  WatchCall* call = nullptr;
  {
    MutexLock lock(mu_);
    call = call_.get();  // stays while this opens
  }
  auto watch = method_.admit(*call);
  call->request.Clear();
  if (!watch.ok()) return watch.status();
  return method_.hub->Open(id_, *std::move(watch), shared_from_this(),
                           ConnectionOf(call->context.peer()));
}

// gRPC writes what it can before the call returns that began the write.
void WatchStream::Send(std::string message) {
  BeginWrite(std::move(message));
  for (int told = 0; IsWriting(); ++told) {
    if (told == kMaxTold || !StreamQueues::TellOne(queue_)) {
      method_.queues->LookSoon();
      return;
    }
  }
}

void WatchStream::BeginWrite(std::string message) {
  MutexLock lock(mu_);
  if (ended_) return;
  writing_ = true;
  ++sent_;
  call_->writer.Write(ToByteBuffer(std::move(message)), &written_);
}

bool WatchStream::IsWriting() {
  MutexLock lock(mu_);
  return writing_;
}

void WatchStream::End(const absl::Status& status) {
  MutexLock lock(mu_);
  if (ended_) return;
  ended_ = true;
  status_ = status;
  if (!writing_) Finish();
}

void WatchStream::Finish() {
  call_->writer.Finish(ToGrpcStatus(status_), &finished_);
}

void WatchStream::OnWritten(bool ok) {
  {
    MutexLock lock(mu_);
    writing_ = false;
    call_->writer.Done();
    if (ended_) {
      Finish();
      return;
    }
  }
  if (ok) method_.hub->Sent(id_);  // else the stream is broken: OnOver comes
}

void WatchStream::OnFinished(bool) {
  {
    MutexLock lock(mu_);
    is_finished_ = true;
  }
  LeaveWhenDone();
}

// A client may be gone before the hub has heard of it.
void WatchStream::OnOver(bool) {
  {
    MutexLock lock(mu_);
    is_over_ = true;
    if (opening_) return;
  }
  Close();
}

void WatchStream::Close() {
  method_.hub->Close(id_);
  End(absl::CancelledError("the client is gone"));
  LeaveWhenDone();
}

void WatchStream::LeaveWhenDone() {
  {
    MutexLock lock(mu_);
    if (opening_ || !is_finished_ || !is_over_) return;
    // Once.
    if (std::exchange(left_, true)) return;
    method_.log->Call(method_.name, status_, absl::Now() - start_, sent_);
  }
  Leave();
}

void WatchStream::Leave() {
  StreamQueues* const queues = method_.queues;
  std::shared_ptr<WatchStream> self;
  {
    MutexLock lock(mu_);
    call_ = nullptr;
    self = std::move(self_);
  }
  self = nullptr;
  queues->Leave();
}

}  // namespace xom::edge
