// A server that a load test starts beside itself, and ends.
//
//   ChildCommand command;
//   command.argv = {"/usr/bin/redis-server", "--port", "0"};
//   command.output_path = directory->path() + "/log";
//   absl::StatusOr<std::unique_ptr<ChildProcess>> server =
//       ChildProcess::Start(command);
//   if (!server.ok()) return server.status();
//   absl::Status ready = (*server)->WaitUntil(Answers, absl::Seconds(10));
#ifndef XOM_LOADTEST_PEERS_CHILD_PROCESS_H_
#define XOM_LOADTEST_PEERS_CHILD_PROCESS_H_

#include <signal.h>
#include <sys/types.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"

namespace xom::loadtest {

struct ChildCommand {
  // The program, by its absolute path, and its arguments. No shell reads them.
  std::vector<std::string> argv;
  // Where both its outputs go; made or emptied. REQUIRES: not "".
  std::string output_path;
  // Whom it runs as when we are root; "": root. See FindUser.
  std::string user;
  // Its working directory; "": ours.
  std::string directory;
  // What asks it to end.
  int stop_signal = SIGTERM;
  // What it gets when we end without having stopped it. Some have to clean up;
  // but what can be ignored may let it outlive us.
  int orphan_signal = SIGKILL;
};

// How long a child may take to end once asked, before it is killed.
inline constexpr absl::Duration kStopBound = absl::Seconds(15);
// How often WaitUntil asks.
inline constexpr absl::Duration kAskInterval = absl::Milliseconds(1);
// The most of its output that is read back.
inline constexpr int64_t kMaxOutputBytes = 64 * 1024;

// A running program. It has a process group of its own, so that a Ctrl-C for
// us does not end it before us; an empty stdin; and none of our signal masks.
// The kernel sends it orphan_signal when the thread that started it ends, so
// that it never outlives us: start it from a thread that lives long enough.
//
// Thread-compatible.
class ChildProcess {
 public:
  // Returns once the program runs. NOT_FOUND when there is no such program or
  // user, PERMISSION_DENIED when it must not be run, else the code of the
  // errno; the message names the program.
  static absl::StatusOr<std::unique_ptr<ChildProcess>> Start(
      const ChildCommand& command);

  // As Stop.
  ~ChildProcess();
  ChildProcess(const ChildProcess&) = delete;
  ChildProcess& operator=(const ChildProcess&) = delete;

  pid_t pid() const { return pid_; }
  // When the program replaced the copy of ourselves, at the latest.
  absl::Time start_time() const { return start_time_; }

  bool Running() const { return !WaitForEnd(absl::ZeroDuration()); }

  // Asks `answers` until it is true, at most for `bound`. DEADLINE_EXCEEDED
  // then, UNAVAILABLE when the program ends before; with its last output.
  absl::Status WaitUntil(absl::FunctionRef<bool()> answers,
                         absl::Duration bound) const;

  // The exit code, or minus the signal that killed it; nullopt when it still
  // runs after `bound`.
  std::optional<int> WaitForEnd(absl::Duration bound) const;

  // Sends a signal, unless it has ended.
  void Signal(int signal) const;

  // Asks it to end, and kills it after kStopBound. The result is as that of
  // WaitForEnd. Does nothing the second time.
  int Stop();

  // The memory of it that is in RAM, shared libraries and shared memory
  // included, without the processes that it started. NOT_FOUND when it ended.
  absl::StatusOr<int64_t> ResidentBytes() const;

  // The last kMaxOutputBytes of what it wrote to its outputs.
  std::string Output() const;

 private:
  explicit ChildProcess(const ChildCommand& command) : command_(command) {}

  const ChildCommand command_;
  pid_t pid_ = -1;
  int pid_fd_ = -1;  // readable once the process ended
  absl::Time start_time_;
  mutable std::optional<int> end_;  // set once it was waited for
};

// Runs a program that ends by itself. OK when it returns 0; INTERNAL with its
// output when not; DEADLINE_EXCEEDED, with its output too, when it was ended
// after `bound`; else as ChildProcess::Start.
absl::Status RunToEnd(const ChildCommand& command, absl::Duration bound);

}  // namespace xom::loadtest

#endif  // XOM_LOADTEST_PEERS_CHILD_PROCESS_H_
