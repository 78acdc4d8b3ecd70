#include "cli/interrupt.h"

#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <sys/eventfd.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include <chrono>
#include <cstdint>

#include "cli/exit_code.h"

namespace xom::cli {
namespace {

sigset_t Signals() {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGINT);
  sigaddset(&signals, SIGTERM);
  return signals;
}

}  // namespace

Interrupt::Interrupt() {
  const sigset_t signals = Signals();
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  // A descriptor in place of a handler: what runs then is ordinary code.
  signal_fd_ = signalfd(-1, &signals, SFD_CLOEXEC);
  stop_fd_ = eventfd(0, EFD_CLOEXEC);
  listener_ = std::thread([this] { Listen(); });
}

Interrupt::~Interrupt() {
  const uint64_t one = 1;
  const ssize_t ignored = write(stop_fd_, &one, sizeof(one));
  static_cast<void>(ignored);
  listener_.join();
  close(signal_fd_);
  close(stop_fd_);
  const sigset_t signals = Signals();
  pthread_sigmask(SIG_UNBLOCK, &signals, nullptr);
}

void Interrupt::Listen() {
  pollfd fds[] = {{signal_fd_, POLLIN, 0}, {stop_fd_, POLLIN, 0}};
  for (;;) {
    if (poll(fds, 2, -1) < 0) continue;
    if (fds[1].revents != 0) return;
    signalfd_siginfo info;
    if (read(signal_fd_, &info, sizeof(info)) != sizeof(info)) continue;
    if (requested()) _exit(static_cast<int>(ExitCode::kInterrupted));
    Request();
  }
}

bool Interrupt::requested() const {
  std::lock_guard<std::mutex> lock(mu_);
  return requested_;
}

void Interrupt::OnRequest(std::function<void()> action) {
  std::lock_guard<std::mutex> lock(mu_);
  action_ = std::move(action);
  if (requested_ && action_) action_();
}

bool Interrupt::WaitFor(absl::Duration duration) {
  std::unique_lock<std::mutex> lock(mu_);
  return requested_cv_.wait_for(lock, absl::ToChronoNanoseconds(duration),
                                [this] { return requested_; });
}

void Interrupt::Request() {
  std::lock_guard<std::mutex> lock(mu_);
  requested_ = true;
  if (action_) action_();
  requested_cv_.notify_all();
}

}  // namespace xom::cli
