#include "loadtest/peers/child_process.h"

#include <fcntl.h>
#include <grp.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cassert>
#include <cerrno>
#include <fstream>
#include <sstream>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "loadtest/peers/process_user.h"

extern "C" {
#include <sys/pidfd.h>  // glibc 2.36 forgot to say that it is C
}

namespace xom::loadtest {
namespace {

// A file descriptor that is closed at the end of its scope.
class Descriptor {
 public:
  explicit Descriptor(int fd = -1) : fd_(fd) {}
  ~Descriptor() { Close(); }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;

  int get() const { return fd_; }
  void Close() {
    if (fd_ >= 0) close(fd_);
    fd_ = -1;
  }

 private:
  int fd_;
};

// All that the child needs, worked out before the fork: after it, memory may
// not be asked for, as another thread may have held its lock.
struct ChildPlan {
  std::vector<char*> argv;
  const char* directory = nullptr;  // nullptr: stay
  ProcessUser user;
  int input = -1;
  int output = -1;
  int failure = -1;  // where the errno goes when there is no program
  pid_t parent = 0;
  int orphan_signal = SIGKILL;
};

// Runs in the child. Returns only when it failed, with errno set.
void BecomeProgram(const ChildPlan& plan) {
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, nullptr);
  setpgid(0, 0);
  if (plan.user.switch_to &&
      (setgroups(0, nullptr) != 0 || setgid(plan.user.gid) != 0 ||
       setuid(plan.user.uid) != 0)) {
    return;
  }
  // After setuid, which clears it. The parent may have ended before.
  if (prctl(PR_SET_PDEATHSIG, plan.orphan_signal) != 0) return;
  if (getppid() != plan.parent) _exit(127);
  if (plan.directory != nullptr && chdir(plan.directory) != 0) return;
  if (dup2(plan.input, STDIN_FILENO) < 0 ||
      dup2(plan.output, STDOUT_FILENO) < 0 ||
      dup2(plan.output, STDERR_FILENO) < 0) {
    return;
  }
  execv(plan.argv[0], plan.argv.data());
}

pid_t Fork(const ChildPlan& plan) {
  const pid_t pid = fork();
  if (pid != 0) return pid;
  BecomeProgram(plan);
  const int error = errno;
  [[maybe_unused]] const ssize_t n = write(plan.failure, &error, sizeof error);
  _exit(127);
}

absl::StatusOr<ChildPlan> PlanFor(const ChildCommand& command) {
  const absl::StatusOr<ProcessUser> user = FindUser(command.user);
  if (!user.ok()) return user.status();
  ChildPlan plan;
  for (const std::string& argument : command.argv) {
    plan.argv.push_back(const_cast<char*>(argument.c_str()));
  }
  plan.argv.push_back(nullptr);
  if (!command.directory.empty()) plan.directory = command.directory.c_str();
  plan.user = *user;
  plan.parent = getpid();
  plan.orphan_signal = command.orphan_signal;
  return plan;
}

int ExitOf(int status) {
  return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
}

// What is left until `deadline`, as poll wants it; who waits for longer than
// an hour polls again.
int MillisUntil(absl::Time deadline) {
  const absl::Duration left =
      std::clamp(deadline - absl::Now(), absl::ZeroDuration(), absl::Hours(1));
  return static_cast<int>(
      absl::ToInt64Milliseconds(absl::Ceil(left, absl::Milliseconds(1))));
}

}  // namespace

absl::StatusOr<std::unique_ptr<ChildProcess>> ChildProcess::Start(
    const ChildCommand& command) {
  assert(!command.argv.empty() && !command.output_path.empty());
  auto child = std::unique_ptr<ChildProcess>(new ChildProcess(command));
  absl::StatusOr<ChildPlan> plan = PlanFor(child->command_);
  if (!plan.ok()) return plan.status();
  const auto failed = [&](int error) {
    return absl::ErrnoToStatus(error,
                               absl::StrCat("cannot run ", command.argv[0]));
  };
  const Descriptor input(open("/dev/null", O_RDONLY | O_CLOEXEC));
  const Descriptor output(
      open(command.output_path.c_str(),
           O_WRONLY | O_CREAT | O_TRUNC | O_APPEND | O_CLOEXEC, 0600));
  int ends[2] = {-1, -1};
  if (input.get() < 0 || output.get() < 0 || pipe2(ends, O_CLOEXEC) != 0) {
    return failed(errno);
  }
  const Descriptor failure(ends[0]);
  Descriptor failure_of_child(ends[1]);
  plan->input = input.get();
  plan->output = output.get();
  plan->failure = failure_of_child.get();
  child->pid_ = Fork(*plan);
  if (child->pid_ < 0) return failed(errno);
  failure_of_child.Close();
  // The end of the file comes when the program takes over.
  int error = 0;
  const ssize_t n = read(failure.get(), &error, sizeof error);
  child->start_time_ = absl::Now();
  child->pid_fd_ = pidfd_open(child->pid_, 0);
  if (n != 0 || child->pid_fd_ < 0) return failed(n > 0 ? error : errno);
  return child;
}

ChildProcess::~ChildProcess() {
  if (pid_ > 0) Stop();
  if (pid_fd_ >= 0) close(pid_fd_);
}

absl::Status ChildProcess::WaitUntil(absl::FunctionRef<bool()> answers,
                                     absl::Duration bound) const {
  const absl::Time deadline = absl::Now() + bound;
  while (!answers()) {
    if (WaitForEnd(kAskInterval)) {
      return absl::UnavailableError(absl::StrCat(
          command_.argv[0], " ended with ", *end_, ": ", Output()));
    }
    if (absl::Now() >= deadline) {
      return absl::DeadlineExceededError(
          absl::StrCat(command_.argv[0], " does not answer after ",
                       absl::FormatDuration(bound), ": ", Output()));
    }
  }
  return absl::OkStatus();
}

std::optional<int> ChildProcess::WaitForEnd(absl::Duration bound) const {
  if (end_) return end_;
  pollfd ended = {.fd = pid_fd_, .events = POLLIN, .revents = 0};
  const absl::Time deadline = absl::Now() + bound;
  // Without a descriptor the program never ran: it has ended.
  while (pid_fd_ >= 0 && poll(&ended, 1, MillisUntil(deadline)) != 1) {
    if (absl::Now() >= deadline) return std::nullopt;  // or a signal came
  }
  int status = 0;
  waitpid(pid_, &status, 0);
  end_ = ExitOf(status);
  return end_;
}

void ChildProcess::Signal(int signal) const {
  if (!end_) kill(pid_, signal);
}

int ChildProcess::Stop() {
  Signal(command_.stop_signal);
  if (!WaitForEnd(kStopBound)) {
    Signal(SIGKILL);
    WaitForEnd(absl::InfiniteDuration());
  }
  return *end_;
}

absl::StatusOr<int64_t> ChildProcess::ResidentBytes() const {
  std::ifstream file(absl::StrCat("/proc/", pid_, "/statm"));
  int64_t all_pages = 0;
  int64_t resident_pages = 0;
  // A process that ended but was not waited for has no pages.
  if (end_ || !(file >> all_pages >> resident_pages) || all_pages == 0) {
    return absl::NotFoundError(absl::StrCat(command_.argv[0], " has ended"));
  }
  return resident_pages * sysconf(_SC_PAGESIZE);
}

std::string ChildProcess::Output() const {
  std::ifstream file(command_.output_path, std::ios::binary);
  file.seekg(0, std::ios::end);
  const int64_t size = file.tellg();
  file.seekg(std::max<int64_t>(0, size - kMaxOutputBytes));
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

absl::Status RunToEnd(const ChildCommand& command, absl::Duration bound) {
  const absl::StatusOr<std::unique_ptr<ChildProcess>> child =
      ChildProcess::Start(command);
  if (!child.ok()) return child.status();
  const std::optional<int> end = (*child)->WaitForEnd(bound);
  if (!end) {
    return absl::DeadlineExceededError(
        absl::StrCat(command.argv[0], " runs for more than ",
                     absl::FormatDuration(bound), ": ", (*child)->Output()));
  }
  if (*end == 0) return absl::OkStatus();
  return absl::InternalError(absl::StrCat(command.argv[0], " ended with ", *end,
                                          ": ", (*child)->Output()));
}

}  // namespace xom::loadtest
