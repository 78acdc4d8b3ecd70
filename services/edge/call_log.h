#ifndef XOM_SERVICES_EDGE_CALL_LOG_H_
#define XOM_SERVICES_EDGE_CALL_LOG_H_

#include <cstdint>
#include <memory>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"

namespace spdlog {
class logger;
namespace details {
class thread_pool;
}  // namespace details
}  // namespace spdlog

namespace xom::edge {

// One line of JSON on stderr for each call and each event of the server. What
// people wrote, who they are and where they are never stands in it. A thread
// of its own writes; when it cannot keep up, the oldest lines are lost.
// Thread-safe.
class CallLog {
 public:
  enum class Verbosity { kSilent, kEvents, kCalls };

  explicit CallLog(Verbosity verbosity);
  ~CallLog();

  // A call that has ended. `method` is one of ours, `messages` what a stream
  // sent.
  void Call(absl::string_view method, const absl::Status& status,
            absl::Duration took, int64_t messages = 1);

  // Something that the operator wants to know. `text` is ours.
  void Event(absl::string_view event, absl::string_view text);

 private:
  const Verbosity verbosity_;
  // Writes the lines; the logger has only a weak hold on it.
  const std::shared_ptr<spdlog::details::thread_pool> thread_;
  const std::shared_ptr<spdlog::logger> logger_;
};

}  // namespace xom::edge

#endif  // XOM_SERVICES_EDGE_CALL_LOG_H_
