#include "cli/watch_loop.h"

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "cli/backoff.h"
#include "cli/measure_text.h"

namespace xom::cli {
namespace {

// Tries to reach a server that never answered.
constexpr int kFirstTries = 5;

// What one stream came to.
struct StreamEnd {
  grpc::Status status;
  bool heard = false;    // it delivered something
  bool reached = false;  // --until_current came true
};

StreamEnd RunStream(Watch& watch, const WatchEnd& end, absl::Time deadline,
                    Interrupt& interrupt) {
  grpc::ClientContext context;
  if (deadline != absl::InfiniteFuture()) {
    context.set_deadline(absl::ToChronoTime(deadline));
  }
  interrupt.OnRequest([&context] { context.TryCancel(); });
  StreamEnd result;
  watch.Open(&context);
  for (;;) {
    const Watch::Step step = watch.Read();
    if (step == Watch::Step::kEnd) break;
    result.heard = true;
    result.reached = end.until_current && step == Watch::Step::kCurrent;
    if (result.reached || step == Watch::Step::kLost) {
      context.TryCancel();
      break;
    }
  }
  result.status = watch.Finish();
  interrupt.OnRequest(nullptr);
  return result;
}

// Whether opening again may help: the server went away or restarts, or we
// cancelled a stream that did not fit.
bool MayHelp(const grpc::Status& status) {
  return status.ok() || status.error_code() == grpc::StatusCode::UNAVAILABLE ||
         status.error_code() == grpc::StatusCode::CANCELLED;
}

}  // namespace

ExitCode RunWatch(Watch& watch, const WatchEnd& end, Interrupt& interrupt,
                  Session& session) {
  const absl::Time deadline = absl::Now() + end.after;
  Backoff backoff;
  bool ever_heard = false;
  for (int tries = 1;; ++tries) {
    const StreamEnd stream = RunStream(watch, end, deadline, interrupt);
    if (stream.reached || interrupt.requested() || absl::Now() >= deadline) {
      return ExitCode::kOk;
    }
    ever_heard |= stream.heard;
    if (stream.heard) backoff.Reset();
    const bool expired =
        stream.status.error_code() == grpc::StatusCode::OUT_OF_RANGE;
    if (expired && watch.ForgetToken()) {
      watch.Say("away for too long: starting anew");
      continue;
    }
    if (!MayHelp(stream.status) || (!ever_heard && tries >= kFirstTries)) {
      return session.Fail(stream.status);
    }
    const absl::Duration wait =
        std::min(backoff.Next(), deadline - absl::Now());
    watch.Say(absl::StrCat("connection to ", session.server(),
                           " lost: trying again in ", ElapsedText(wait)));
    if (interrupt.WaitFor(wait)) return ExitCode::kOk;
  }
}

}  // namespace xom::cli
