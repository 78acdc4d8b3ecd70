#ifndef XOM_CLI_INTERRUPT_H_
#define XOM_CLI_INTERRUPT_H_

#include <condition_variable>
#include <functional>
#include <mutex>
#include <thread>

#include "absl/time/time.h"

namespace xom::cli {

// Ctrl-C (SIGINT) and SIGTERM as a request to end well. While one lives, the
// first signal makes requested() true and runs the action; a second ends the
// process with 130 on the spot.
//
// Make it before anything starts a thread (a channel does): it blocks the
// signals for the threads that follow. At most one at a time. Thread-safe.
class Interrupt {
 public:
  Interrupt();
  ~Interrupt();
  Interrupt(const Interrupt&) = delete;
  Interrupt& operator=(const Interrupt&) = delete;

  bool requested() const;

  // Runs `action` on another thread when the signal comes, at once when it has
  // come before. Replaces the action before; when this returns, that one is not
  // running and will not run. Null takes it away.
  void OnRequest(std::function<void()> action);

  // Waits for so long, less when the signal comes. Returns requested().
  bool WaitFor(absl::Duration duration);

  // As if a signal had come.
  void Request();

 private:
  void Listen();

  int signal_fd_ = -1;
  int stop_fd_ = -1;
  mutable std::mutex mu_;
  std::condition_variable requested_cv_;
  bool requested_ = false;        // guarded by mu_
  std::function<void()> action_;  // guarded by mu_, which it runs under
  std::thread listener_;
};

}  // namespace xom::cli

#endif  // XOM_CLI_INTERRUPT_H_
