#ifndef XOM_CLI_WATCH_LOOP_H_
#define XOM_CLI_WATCH_LOOP_H_

#include <functional>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "cli/exit_code.h"
#include "cli/interrupt.h"
#include "cli/session.h"
#include "grpcpp/client_context.h"
#include "grpcpp/support/status.h"

namespace xom::cli {

// When a watch ends by itself.
struct WatchEnd {
  absl::Duration after = absl::InfiniteDuration();
  bool until_current = false;
};

// One kind of watch as the loop sees it: WatchOf below makes it of a stream and
// the class that folds its messages.
class Watch {
 public:
  // What Read came back with.
  enum class Step { kMessage, kCurrent, kEnd, kLost };

  virtual ~Watch() = default;
  // Opens a stream, from the resume token when there is one.
  virtual void Open(grpc::ClientContext* context) = 0;
  // Waits for a message, applies and shows it. kLost: it did not fit.
  virtual Step Read() = 0;
  virtual grpc::Status Finish() = 0;
  // Whether a resume token is held; forgets it.
  virtual bool ForgetToken() = 0;
  // Tells the person how the connection is.
  virtual void Say(const std::string& line) = 0;
};

// Runs a watch until it ends, Ctrl-C or an error. A stream that breaks, or
// whose server answers no pings (session.h), is opened again with the token
// after a wait, which it says on session.err(); one whose token has expired is
// opened without. kOk at its end; kUnreachable only when a few tries in a row
// never got through to begin with.
ExitCode RunWatch(Watch& watch, const WatchEnd& end, Interrupt& interrupt,
                  Session& session);

// A watch of `Request`, whose stream `open` opens and whose messages go into
// a Fold (a NearestList or a RegionSet), then to `show`.
template <typename Request, typename Reader, typename Message, typename Fold>
class WatchOf : public Watch {
 public:
  using Opener = std::function<std::unique_ptr<Reader>(grpc::ClientContext*,
                                                       const Request&)>;
  using ShowMessage = std::function<void(const Message&, const Fold&)>;
  using ShowNotice = std::function<void(const std::string&)>;

  WatchOf(Request request, Opener open, ShowMessage show, ShowNotice say)
      : request_(std::move(request)),
        open_(std::move(open)),
        show_(std::move(show)),
        say_(std::move(say)) {}

  void Open(grpc::ClientContext* context) override {
    request_.set_resume_token(fold_.resume_token());
    reader_ = open_(context, request_);
  }

  Step Read() override {
    Message message;
    if (!reader_->Read(&message)) return Step::kEnd;
    if (!fold_.Apply(message).ok()) return Step::kLost;
    show_(message, fold_);
    return fold_.current() ? Step::kCurrent : Step::kMessage;
  }

  grpc::Status Finish() override { return reader_->Finish(); }

  bool ForgetToken() override {
    const bool held = !fold_.resume_token().empty();
    fold_ = Fold();
    return held;
  }

  void Say(const std::string& line) override { say_(line); }

 private:
  Request request_;
  const Opener open_;
  const ShowMessage show_;
  const ShowNotice say_;
  Fold fold_;
  std::unique_ptr<Reader> reader_;
};

}  // namespace xom::cli

#endif  // XOM_CLI_WATCH_LOOP_H_
