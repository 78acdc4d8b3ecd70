#include "cli/session.h"

#include <iostream>

#include "absl/time/clock.h"
#include "cli/backoff.h"
#include "cli/credentials.h"
#include "cli/failure.h"
#include "cli/message_text.h"
#include "cli/table.h"

namespace xom::cli {
namespace {

// Together about a second and a half: longer than a restart behind a proxy,
// shorter than a person's patience with a server that is not there.
constexpr int kTries = 5;

// A watch of a large region comes in messages of megabytes.
constexpr int kMaxMessageBytes = 64 << 20;

// A server that has said nothing for so long while calls are under way is
// pinged, and given up when it does not answer: the way to it is dead, whatever
// the socket believes.
constexpr int kPingAfterMillis = 30'000;
constexpr int kPingTimeoutMillis = 15'000;

}  // namespace

const std::shared_ptr<grpc::Channel>& Session::channel() {
  if (channel_ == nullptr) {
    grpc::ChannelArguments arguments;
    arguments.SetMaxReceiveMessageSize(kMaxMessageBytes);
    // We decide when to try again; gRPC's own wait begins with a second.
    arguments.SetInt(GRPC_ARG_INITIAL_RECONNECT_BACKOFF_MS, 100);
    arguments.SetInt(GRPC_ARG_MAX_RECONNECT_BACKOFF_MS, 2000);
    arguments.SetInt(GRPC_ARG_KEEPALIVE_TIME_MS, kPingAfterMillis);
    arguments.SetInt(GRPC_ARG_KEEPALIVE_TIMEOUT_MS, kPingTimeoutMillis);
    // As often as that, also on a watch, where all data comes from the server.
    arguments.SetInt(GRPC_ARG_HTTP2_MAX_PINGS_WITHOUT_DATA, 0);
    channel_ = OpenChannel(flags_, arguments);
  }
  return channel_;
}

int Session::width() const { return &out_ == &std::cout ? TerminalWidth() : 0; }

grpc::Status Session::Retry(const OneTry& one_try) {
  const absl::Time deadline = absl::Now() + timeout();
  Backoff backoff;
  for (int tries = 1;; ++tries) {
    grpc::ClientContext context;
    context.set_deadline(absl::ToChronoTime(deadline));
    grpc::Status status = one_try(&context);
    const absl::Duration wait = backoff.Next();
    if (status.error_code() != grpc::StatusCode::UNAVAILABLE ||
        tries == kTries || absl::Now() + wait >= deadline) {
      return status;
    }
    absl::SleepFor(wait);
  }
}

ExitCode Session::Show(const grpc::Status& status,
                       const google::protobuf::Message& message) {
  if (!status.ok()) return Fail(status);
  out_ << (json() ? MessageJson(message) + "\n" : MessageText(message));
  return ExitCode::kOk;
}

ExitCode Session::Fail(const grpc::Status& status) {
  PrintFailure(status, flags_.server, err_);
  return ExitCodeOf(status);
}

ExitCode Session::Usage(const std::string& what) {
  err_ << "xom: " << what << "\n";
  return ExitCode::kUsage;
}

}  // namespace xom::cli
