#ifndef XOM_LOADTEST_WATCH_STREAMS_H_
#define XOM_LOADTEST_WATCH_STREAMS_H_

#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "loadtest/raw_caller.h"

namespace xom::loadtest {

// Many server streams over few connections, as a gateway in front of phones
// would have them. Their messages are not parsed here.
//
// Open from one thread; the sink is called on a thread of their own.
class WatchStreams {
 public:
  // A message of stream `number`, in the order of opening from 0 on; those of
  // one stream come one after the other.
  using Sink = std::function<void(size_t number, absl::string_view message)>;
  // Whether a stream has begun with that message: all before it is its
  // snapshot.
  using HasBegun = bool (*)(absl::string_view message);

  // Streams to `address` (host:port); `sink` is shown each message.
  WatchStreams(const std::string& address, int connections, Sink sink);

  // Ends all streams; the sink is not called any more.
  ~WatchStreams();

  // What is opened: one stream of `method` for each request.
  struct Opening {
    std::string method;
    std::vector<std::string> requests;
    HasBegun has_begun;
  };
  // Waits until all have begun. UNAVAILABLE, with what the server said, when
  // one ends; DEADLINE_EXCEEDED when for a minute no further one has begun.
  absl::Status Open(const Opening& opening);

  // UNAVAILABLE once a stream has ended, with what the server said.
  absl::Status status();

  size_t size() const { return size_; }

 private:
  class Stream;

  // So many begin at once: who opens all at once waits for the server's whole
  // backlog.
  static constexpr int64_t kMaxOpening = 1'000;

  absl::Status WaitFor(int64_t begun);

  const Sink sink_;
  size_t size_ = 0;

  std::mutex mu_;
  std::condition_variable changed_;
  int64_t begun_ = 0;    // guarded by mu_
  bool ending_ = false;  // guarded by mu_
  absl::Status error_;   // of the first that ended too soon; guarded by mu_

  RawCaller caller_;  // the first to go: its calls tell of their end
};

}  // namespace xom::loadtest

#endif  // XOM_LOADTEST_WATCH_STREAMS_H_
