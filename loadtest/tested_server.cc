#include "loadtest/tested_server.h"

#include <time.h>

#include <optional>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"

namespace xom::loadtest {
namespace {

// Ten million needs are read in well under that.
constexpr absl::Duration kStartBound = absl::Minutes(10);

// Whoever uses less than that share of a core for so long rests: a compaction
// that pauses uses three times as much.
constexpr double kRestShare = 0.05;
constexpr absl::Duration kRestSpell = absl::Milliseconds(500);

// From its word on stdout, when that is there.
std::optional<int> PortIn(const std::string& output) {
  constexpr absl::string_view kBefore = "xomd listens on port ";
  const size_t at = output.find(kBefore.data(), 0, kBefore.size());
  const size_t end = output.find('\n', at == std::string::npos ? 0 : at);
  if (at == std::string::npos || end == std::string::npos) return std::nullopt;
  int port = 0;
  const size_t from = at + kBefore.size();
  if (!absl::SimpleAtoi(output.substr(from, end - from), &port)) {
    return std::nullopt;
  }
  return port;
}

// By env(1), where the environment is another one.
std::vector<std::string> ArgvOf(const TestedServer::Options& options) {
  std::vector<std::string> argv;
  const auto add = [&](const std::vector<std::string>& part) {
    argv.insert(argv.end(), part.begin(), part.end());
  };
  if (!options.environment.empty()) add({"/usr/bin/env"});
  add(options.environment);
  add({options.binaries + "/xom-loadtest", "serve", "--data_dir",
       options.directory, "--listen", "127.0.0.1:0"});
  add(options.flags);
  return argv;
}

}  // namespace

absl::StatusOr<std::unique_ptr<TestedServer>> TestedServer::Start(
    const Options& options) {
  ChildCommand command;
  command.argv = ArgvOf(options);
  command.output_path = options.directory + ".log";
  auto process = ChildProcess::Start(command);
  if (!process.ok()) return process.status();
  auto server = std::make_unique<TestedServer>();
  server->process_ = *std::move(process);
  std::optional<int> port;
  absl::Status status = server->process_->WaitUntil(
      [&] {
        port = PortIn(server->process_->Output());
        return port.has_value();
      },
      kStartBound);
  if (!status.ok()) return status;
  server->address_ = absl::StrCat("127.0.0.1:", *port);
  return server;
}

absl::Duration TestedServer::CpuTime() const {
  // To the nanosecond, where /proc counts hundredths of a second.
  clockid_t clock = 0;
  timespec time = {};
  if (clock_getcpuclockid(process_->pid(), &clock) != 0 ||
      clock_gettime(clock, &time) != 0) {
    return absl::ZeroDuration();
  }
  return absl::DurationFromTimespec(time);
}

bool TestedServer::AwaitRest(absl::Duration bound) const {
  const absl::Time end = absl::Now() + bound;
  while (absl::Now() < end) {
    const absl::Duration before = CpuTime();
    absl::SleepFor(kRestSpell);
    if (CpuTime() - before < kRestShare * kRestSpell) return true;
  }
  return false;
}

absl::Status TestedServer::Stop() {
  const int code = process_->Stop();
  if (code == 0) return absl::OkStatus();
  return absl::InternalError(absl::StrCat("the server ended with ", code));
}

int64_t TestedServer::ResidentBytes() const {
  return process_->ResidentBytes().value_or(0);
}

}  // namespace xom::loadtest
