#ifndef XOM_SERVICES_EDGE_SERVER_H_
#define XOM_SERVICES_EDGE_SERVER_H_

#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "services/core/clock.h"
#include "services/core/engine.h"
#include "services/edge/backups.h"
#include "services/edge/call_log.h"
#include "services/edge/secret_files.h"
#include "services/edge/server_options.h"
#include "services/edge/tls.h"
#include "storage/local_ledger.h"

namespace grpc {
class Server;
class Service;
}  // namespace grpc

namespace xom::edge {

class Gate;
class HealthService;
class Ticker;
class WatchServer;

struct ServerOptions {
  // host:port; port 0 takes a free one, see port().
  std::string listen = "127.0.0.1:7580";
  storage::LocalLedgerOptions ledger;
  core::Engine::Options engine;
  // The files of what `engine` does not set.
  SecretFiles secrets;
  TlsOptions tls;
  // Serve beyond loopback without TLS and accounts all the same.
  bool insecure_listen = false;
  // Where codes to phones are appended (phone_code_file.h), when the engine has
  // nothing else to send them with; empty: nowhere.
  std::string phone_code_file;
  ConnectionOptions connection;
  CallLog::Verbosity log = CallLog::Verbosity::kCalls;
  // Server reflection: stock tools find services by it.
  bool reflection = true;
  // How long Stop waits for calls to end by themselves.
  absl::Duration stop_grace = absl::Seconds(10);
  // How often time is looked at. 0: never by itself; a test does.
  absl::Duration tick_interval = absl::Milliseconds(200);
  // How often all files of the store are written anew, so that what was erased
  // is in none of them. 0: never.
  absl::Duration compaction_interval = absl::Hours(24);
  BackupOptions backups;
  // nullptr: the machine's. Outlives the server.
  const core::Clock* clock = nullptr;
  // One more service on the same port, past the gate; for measuring what gRPC
  // alone costs. Outlives the server.
  grpc::Service* extra_service = nullptr;
};

// A whole xomd: the store, the engine and the services on a port.
class Server {
 public:
  // Opens the store, loads keys and view, then listens. Errors of
  // LoadSecrets, storage::LocalLedger::Open, Backups::Open,
  // PhoneCodeFile::Open, core::Engine::Start and MakeServerCredentials;
  // FAILED_PRECONDITION when it would be reached from beyond this machine
  // without TLS and accounts; UNAVAILABLE when the address is taken.
  static absl::StatusOr<std::unique_ptr<Server>> Start(ServerOptions options);

  // As Stop.
  ~Server();

  // Turns health to NOT_SERVING, ends all watches with UNAVAILABLE, lets calls
  // in flight finish, then closes the store and the log. Idempotent.
  void Stop();

  int port() const { return port_; }
  core::Engine& engine() { return *engine_; }
  storage::Ledger& ledger() { return *ledger_; }

 private:
  explicit Server(ServerOptions options);
  absl::Status CheckExposure();
  absl::Status Open();
  void StartTickers();
  // With what stands in files. REQUIRES: the store is open.
  absl::StatusOr<core::Engine::Options> EngineOptions();
  absl::Status Listen();
  void RunDue();
  void Compact();
  void BackUp();

  const ServerOptions options_;
  const core::SystemClock system_clock_;
  const core::Clock* const clock_;
  CallLog log_;
  std::unique_ptr<storage::LocalLedger> ledger_;
  std::unique_ptr<Backups> backups_;  // nullptr: none are made
  std::unique_ptr<core::Engine> engine_;
  std::unique_ptr<Gate> gate_;
  std::unique_ptr<HealthService> health_;
  std::vector<std::unique_ptr<grpc::Service>> services_;
  std::unique_ptr<WatchServer> watches_;
  std::unique_ptr<grpc::Server> server_;
  std::unique_ptr<Ticker> due_ticker_;
  std::unique_ptr<Ticker> heartbeat_ticker_;
  std::unique_ptr<Ticker> compaction_ticker_;
  std::unique_ptr<Ticker> backup_ticker_;
  int port_ = 0;
  bool resealing_ = false;  // the due ticker's, once it runs
};

}  // namespace xom::edge

#endif  // XOM_SERVICES_EDGE_SERVER_H_
