// The server of xomd, whose clock runs as many times as fast as it is told: so
// that leases run out while a test looks on. Until it is killed.
//
//   recovery_server FOLDER ORIGIN_MICROS SPEED
#include <unistd.h>

#include <cstdint>
#include <cstdio>
#include <memory>
#include <string>
#include <utility>

#include "absl/strings/numbers.h"
#include "services/edge/server.h"
#include "tests/quick_clock.h"
#include "trust/keyring.h"

int main(int argc, char** argv) {
  int64_t origin = 0;
  int speed = 0;
  if (argc != 4 || !absl::SimpleAtoi(argv[2], &origin) ||
      !absl::SimpleAtoi(argv[3], &speed)) {
    return 2;
  }
  const xom::tests::QuickClock clock(absl::FromUnixMicros(origin), speed);
  xom::edge::ServerOptions options;
  options.listen = "127.0.0.1:0";
  options.ledger.directory = argv[1];
  options.log = xom::edge::CallLog::Verbosity::kSilent;
  options.clock = &clock;
  // The same after each restart.
  auto keyring = xom::trust::Keyring::Parse(
      "1 QUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUE=\n"
      "hash QkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkI=\n");
  if (!keyring.ok()) return 1;
  options.engine.keyring =
      std::make_shared<xom::trust::Keyring>(*std::move(keyring));
  const auto server = xom::edge::Server::Start(options);
  if (!server.ok()) {
    std::fprintf(stderr, "%s\n", server.status().ToString().c_str());
    return 1;
  }
  std::printf("xomd listens on port %d\n", (*server)->port());
  std::fflush(stdout);
  for (;;) pause();
}
