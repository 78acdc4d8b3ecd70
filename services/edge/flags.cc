#include "services/edge/flags.h"

#include <iostream>
#include <string>

#include "services/core/claim_rules.h"
#include "services/edge/account_flags.h"
#include "services/edge/add_flag.h"
#include "services/edge/limit_flags.h"

namespace xom::edge {
namespace {

using Verbosity = CallLog::Verbosity;

// The options as the command line has them: plain numbers with their units.
struct Plain {
  std::string data_dir;
  std::string listen = ServerOptions().listen;
  std::string log = "calls";
  std::string lease_rules;
  bool reflection = true;
  uint64_t low_water_mib = storage::LocalLedgerOptions().low_water_bytes >> 20;
  int change_retention_hours = 24;
  int64_t max_retained_changes =
      storage::LocalLedgerOptions().max_retained_changes;
  int request_retention_hours = 48;
  int compaction_hours = 24;
  std::string backup_dir;
  int backup_hours = 24;
  int backups_kept = BackupOptions().kept;
  int stop_grace_seconds = 10;
  std::string phone_code_file;
  AccountFlags accounts;
  LimitFlags limits;
  int max_reveals_per_day = core::kMaxRevealsPerDay;
  core::WatchLimits watches;
  ConnectionOptions connection;
  int handshake_timeout_seconds = 10;
  int max_connection_idle_seconds = 300;
  int max_connection_age_seconds = 1800;
  int max_connection_age_grace_seconds = 60;
  int keepalive_time_seconds = 60;
  int keepalive_timeout_seconds = 20;
  int min_ping_interval_seconds = 20;
};

void AddStoreFlags(CLI::App* app, Plain* plain) {
  AddFlag(app, "data_dir", &plain->data_dir,
          "The folder of the store; made when absent. One xomd at a time.")
      ->required()
      ->group("Store");
  AddFlag(app, "low_water_mib", &plain->low_water_mib,
          "Refuse writes while the disk has less free, in MiB.")
      ->check(CLI::Range(1, 1 << 20))
      ->group("Store");
  AddFlag(app, "change_retention_hours", &plain->change_retention_hours,
          "How long a watch can be resumed.")
      ->check(CLI::Range(1, 24 * 365))
      ->group("Store");
  AddFlag(app, "max_retained_changes", &plain->max_retained_changes,
          "At most so many changes are kept for resuming.")
      ->check(CLI::Range(int64_t{1'000}, int64_t{1'000'000'000}))
      ->group("Store");
  AddFlag(app, "request_retention_hours", &plain->request_retention_hours,
          "How long a retry with the same request_id is recognized.")
      ->check(CLI::Range(24, 24 * 365))
      ->group("Store");
  AddFlag(
      app, "compaction_hours", &plain->compaction_hours,
      "Write all files anew so often, so that what was erased is in none; 0: "
      "never.")
      ->check(CLI::Range(0, 24 * 365))
      ->group("Store");
}

void AddBackupFlags(CLI::App* app, Plain* plain) {
  CLI::Option* const dir = AddFlag(
      app, "backup_dir", &plain->backup_dir,
      "Make backups in this folder, of this server alone: each is a data "
      "folder of its own, named by its time in UTC. On the disk of the "
      "data it takes moments, on another it outlives that disk. Without "
      "it none are made. The keys (--key_file) are in none.");
  dir->group("Backups");
  AddFlag(app, "backup_hours", &plain->backup_hours,
          "How long after a backup the next one is made.")
      ->check(CLI::Range(1, 24 * 365))
      ->needs(dir)
      ->group("Backups");
  AddFlag(app, "backups_kept", &plain->backups_kept,
          "How many stay; the oldest are removed. What was erased leaves with "
          "them.")
      ->check(CLI::Range(1, 10'000))
      ->needs(dir)
      ->group("Backups");
}

void AddServerFlags(CLI::App* app, Plain* plain) {
  AddFlag(
      app, "listen", &plain->listen,
      "host:port; port 0 takes a free one and prints it. Put a proxy (nginx, "
      "haproxy) before a public address.")
      ->group("Server");
  AddFlag(
      app, "lease_rules", &plain->lease_rules,
      "How long claims hold unless they say, by category, by urgency or by "
      "both: \"critical=30m,groceries/low=24h,medical-advice=2h\"; what is not "
      "named: critical 1h, high 4h, normal 12h, low 24h.")
      ->check([](const std::string& text) {
        return std::string(core::LeaseRules::Parse(text).status().message());
      })
      ->group("Claims");
  AddFlag(app, "log", &plain->log,
          "What goes to stderr as JSON lines: calls, events (start and stop), "
          "silent.")
      ->check(CLI::IsMember({"calls", "events", "silent"}))
      ->group("Server");
  AddFlag(app, "reflection", &plain->reflection,
          "Whether stock tools can ask for the services.")
      ->group("Server");
  AddFlag(app, "phone_code_file", &plain->phone_code_file,
          "Codes that prove a phone number are appended here, a line of JSON "
          "each; what sends them reads it. Without it nothing is sent.")
      ->group("Server");
  AddFlag(app, "stop_grace_seconds", &plain->stop_grace_seconds,
          "How long a stop waits for calls to finish.")
      ->check(CLI::Range(0, 3600))
      ->group("Server");
  AddFlag(app, "max_reveals_per_day", &plain->max_reveals_per_day,
          "Of how many needs a helper may see place and contact within a day.")
      ->check(CLI::Range(1, 1'000))
      ->group("Server");
}

void AddWatchFlags(CLI::App* app, Plain* plain) {
  const auto add = [app](const std::string& name, size_t* value,
                         const std::string& help) {
    AddFlag(app, name, value, help)
        ->check(CLI::Range(1, 1'000'000))
        ->group("Connections");
  };
  add("max_watches", &plain->watches.server,
      "Open watches at once; each takes about 20 KiB, most of it gRPC's.");
  add("max_watches_per_connection", &plain->watches.connection,
      "Of them on one connection; keep it below max_streams_per_connection, so "
      "that calls still pass.");
}

void AddConnectionFlags(CLI::App* app, Plain* plain) {
  const auto add = [app](const std::string& name, int* value, int max,
                         const std::string& help) {
    AddFlag(app, name, value, help)
        ->check(CLI::Range(1, max))
        ->group("Connections");
  };
  constexpr int kDay = 24 * 3600;
  ConnectionOptions& c = plain->connection;
  add("max_message_bytes", &c.max_message_bytes, 64 << 20,
      "The largest request.");
  add("max_metadata_bytes", &c.max_metadata_bytes, 1 << 20,
      "The largest headers of a call.");
  add("max_streams_per_connection", &c.max_streams_per_connection, 100'000,
      "Calls and watches at once on a connection.");
  add("handshake_timeout_seconds", &plain->handshake_timeout_seconds, kDay,
      "Close a connection that is not through its handshake then.");
  add("max_connection_idle_seconds", &plain->max_connection_idle_seconds, kDay,
      "Close a connection that has no call for so long.");
  add("max_connection_age_seconds", &plain->max_connection_age_seconds,
      30 * kDay, "Ask a connection to go after so long.");
  add("max_connection_age_grace_seconds",
      &plain->max_connection_age_grace_seconds, kDay,
      "Cut it that much later.");
  add("keepalive_time_seconds", &plain->keepalive_time_seconds, kDay,
      "Ping a connection that is silent for so long.");
  add("keepalive_timeout_seconds", &plain->keepalive_timeout_seconds, kDay,
      "Drop it when it does not answer in so long.");
  add("min_ping_interval_seconds", &plain->min_ping_interval_seconds, kDay,
      "Clients may ping so often.");
  add("max_ping_strikes", &c.max_ping_strikes, 1'000,
      "Close a connection after more too early pings.");
  add("buffer_memory_percent", &c.buffer_memory_percent, 100,
      "The share of the memory for buffers of connections.");
}

ConnectionOptions ToConnectionOptions(const Plain& plain) {
  ConnectionOptions connection = plain.connection;
  connection.handshake_timeout = absl::Seconds(plain.handshake_timeout_seconds);
  connection.max_connection_idle =
      absl::Seconds(plain.max_connection_idle_seconds);
  connection.max_connection_age =
      absl::Seconds(plain.max_connection_age_seconds);
  connection.max_connection_age_grace =
      absl::Seconds(plain.max_connection_age_grace_seconds);
  connection.keepalive_time = absl::Seconds(plain.keepalive_time_seconds);
  connection.keepalive_timeout = absl::Seconds(plain.keepalive_timeout_seconds);
  connection.min_ping_interval = absl::Seconds(plain.min_ping_interval_seconds);
  return connection;
}

ServerOptions ToServerOptions(const Plain& plain) {
  ServerOptions options;
  options.listen = plain.listen;
  options.reflection = plain.reflection;
  options.connection = ToConnectionOptions(plain);
  options.stop_grace = absl::Seconds(plain.stop_grace_seconds);
  options.log = plain.log == "calls"    ? Verbosity::kCalls
                : plain.log == "events" ? Verbosity::kEvents
                                        : Verbosity::kSilent;
  options.engine.lease_rules = *core::LeaseRules::Parse(plain.lease_rules);
  plain.accounts.Fill(&options);
  options.engine.limits = plain.limits.settings();
  options.phone_code_file = plain.phone_code_file;
  options.compaction_interval = absl::Hours(plain.compaction_hours);
  options.backups = {.directory = plain.backup_dir,
                     .interval = absl::Hours(plain.backup_hours),
                     .kept = plain.backups_kept};
  options.engine.max_reveals_per_day = plain.max_reveals_per_day;
  options.engine.watch_limits = plain.watches;
  options.ledger.directory = plain.data_dir;
  options.ledger.low_water_bytes = plain.low_water_mib << 20;
  options.ledger.change_retention = absl::Hours(plain.change_retention_hours);
  options.ledger.max_retained_changes = plain.max_retained_changes;
  options.ledger.request_retention = absl::Hours(plain.request_retention_hours);
  return options;
}

}  // namespace

Flags ParseFlags(int argc, char** argv) {
  CLI::App app(
      "xomd serves Xóm: needs, offers and supply points, over gRPC.\n"
      "Each flag can also stand in the environment (XOM_LISTEN for --listen) "
      "or in the file of --config (listen = \"127.0.0.1:7580\"); a flag wins "
      "over the environment, that over the file.",
      "xomd");
  app.set_version_flag("--version", "xomd 0.1.0");
  app.set_config("--config", "", "A file of flags, one a line: name = value.")
      ->envname("XOM_CONFIG");
  app.allow_config_extras(CLI::config_extras_mode::error);
  bool print_config = false;
  app.add_flag("--print_config", print_config,
               "Print all flags as a file for --config, then exit.")
      ->configurable(false);
  Plain plain;
  AddStoreFlags(&app, &plain);
  AddBackupFlags(&app, &plain);
  AddServerFlags(&app, &plain);
  plain.accounts.AddTo(&app);
  AddConnectionFlags(&app, &plain);
  AddWatchFlags(&app, &plain);
  plain.limits.AddTo(&app);
  Flags flags;
  // CLI11 reports --help and mistakes alike by throwing.
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    flags.exit_code = app.exit(error);
    return flags;
  }
  if (print_config) {
    std::cout << app.config_to_str(/*default_also=*/true, true);
    flags.exit_code = 0;
    return flags;
  }
  flags.server = ToServerOptions(plain);
  return flags;
}

}  // namespace xom::edge
