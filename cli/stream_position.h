#ifndef XOM_CLI_STREAM_POSITION_H_
#define XOM_CLI_STREAM_POSITION_H_

#include <cstdint>
#include <string>

namespace xom::cli {

// Where a client stands in a stream of WatchService.
struct StreamPosition {
  // Whether what the client holds equals a fresh query at `revision`. A
  // heartbeat does not end it; edits without `current` do.
  bool current = false;
  // Of the last message.
  int64_t revision = 0;
  // From where to go on after a cut; empty before the first message.
  std::string resume_token;

  // Follows a message whose edits were applied.
  template <typename Message>
  void Follow(const Message& message) {
    const bool heartbeat = message.events().empty() && !message.reset();
    current = message.current() || (heartbeat && current);
    revision = message.revision();
    resume_token = message.resume_token();
  }
};

}  // namespace xom::cli

#endif  // XOM_CLI_STREAM_POSITION_H_
