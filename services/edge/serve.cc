#include "services/edge/serve.h"

#include <grpc/support/log.h>
#include <unistd.h>

#include <csignal>
#include <cstdio>

#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/synchronization/mutex.h"
#include "google/protobuf/stubs/logging.h"
#include "services/edge/server.h"

namespace xom::edge {
namespace {

// Handshakes that fail are everyday on a public port, and gRPC would name who
// made them; only what it says of the files of the certificate is kept.
void KeepWordOfCertificates(gpr_log_func_args* args) {
  if (args->severity != GPR_LOG_SEVERITY_ERROR ||
      !absl::StrContains(args->file, "certificate_provider")) {
    return;
  }
  std::fprintf(stderr, "{\"event\":\"tls_files_unusable\",\"text\":\"%s\"}\n",
               absl::Utf8SafeCEscape(args->message).c_str());
}

}  // namespace

int Serve(const Flags& flags) {
  if (flags.exit_code.has_value()) return *flags.exit_code;

  // Debian's Abseil is a debug build, which draws a graph of the order of all
  // locks: some three percent of the server's time under load.
  absl::SetMutexDeadlockDetectionMode(absl::OnDeadlockCycle::kIgnore);

  // stderr is for lines of JSON; protobuf would add one for each bad request.
  google::protobuf::SetLogHandler(nullptr);
  gpr_set_log_function(KeepWordOfCertificates);

  // Blocked before any thread starts, so that only this one takes them.
  sigset_t stop_signals;
  sigemptyset(&stop_signals);
  sigaddset(&stop_signals, SIGTERM);
  sigaddset(&stop_signals, SIGINT);
  pthread_sigmask(SIG_BLOCK, &stop_signals, nullptr);

  // A reader of the log that goes away does not take the server along.
  std::signal(SIGPIPE, SIG_IGN);

  auto server = Server::Start(flags.server);
  if (!server.ok()) {
    std::fprintf(stderr, "xomd: %s\n",
                 std::string(server.status().message()).c_str());
    return 1;
  }
  // Scripts read the port from here.
  std::printf("xomd listens on port %d\n", (*server)->port());
  std::fflush(stdout);

  int signal = 0;
  sigwait(&stop_signals, &signal);
  (*server)->Stop();
  // All is on the disk and in the log. The view would be given back piece by
  // piece, which takes as long as a start; the kernel takes it at once.
  _exit(0);
}

}  // namespace xom::edge
