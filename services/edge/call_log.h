#ifndef XOM_SERVICES_EDGE_CALL_LOG_H_
#define XOM_SERVICES_EDGE_CALL_LOG_H_

#include <cstdint>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "services/edge/line_buffer.h"
#include "services/edge/ticker.h"

namespace spdlog {
class logger;
}  // namespace spdlog

namespace xom::edge {

// One line of JSON on stderr for each call and each event of the server. What
// people wrote, who they are and where they are never stands in it. A thread
// of its own writes, ten times a second; when it cannot keep up, the oldest
// lines are lost. Thread-safe.
class CallLog {
 public:
  enum class Verbosity { kSilent, kEvents, kCalls };

  explicit CallLog(Verbosity verbosity);
  // As Close.
  ~CallLog();

  // Writes what waits; what follows waits for the next Close. Not from two
  // threads at once.
  void Close();

  // A call that has ended. `method` is one of ours, `messages` what a stream
  // sent.
  void Call(absl::string_view method, const absl::Status& status,
            absl::Duration took, int64_t messages = 1);

  // Something that the operator wants to know. `text` is ours.
  void Event(absl::string_view event, absl::string_view text);

 private:
  void Write();

  const Verbosity verbosity_;
  LineBuffer lines_;
  const std::unique_ptr<spdlog::logger> logger_;  // puts lines into lines_
  std::string taken_;                             // of Write alone
  Ticker writer_;                                 // calls Write
};

}  // namespace xom::edge

#endif  // XOM_SERVICES_EDGE_CALL_LOG_H_
