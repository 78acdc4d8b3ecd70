// xomd: the server.

#include <csignal>
#include <cstdio>

#include "google/protobuf/stubs/logging.h"
#include "services/edge/flags.h"
#include "services/edge/server.h"

int main(int argc, char** argv) {
  const xom::edge::Flags flags = xom::edge::ParseFlags(argc, argv);
  if (flags.exit_code.has_value()) return *flags.exit_code;

  // stderr is for lines of JSON; protobuf would add one for each bad request.
  google::protobuf::SetLogHandler(nullptr);

  // Blocked before any thread starts, so that only this one takes them.
  sigset_t stop_signals;
  sigemptyset(&stop_signals);
  sigaddset(&stop_signals, SIGTERM);
  sigaddset(&stop_signals, SIGINT);
  pthread_sigmask(SIG_BLOCK, &stop_signals, nullptr);

  // A reader of the log that goes away does not take the server along.
  std::signal(SIGPIPE, SIG_IGN);

  auto server = xom::edge::Server::Start(flags.server);
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
  return 0;
}
