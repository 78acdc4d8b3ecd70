#include "services/edge/server.h"

#include <grpcpp/ext/proto_server_reflection_plugin.h>
#include <grpcpp/grpcpp.h>

#include <chrono>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "services/core/key_check.h"
#include "services/edge/category_service.h"
#include "services/edge/claim_service.h"
#include "services/edge/exposure.h"
#include "services/edge/gate.h"
#include "services/edge/health_service.h"
#include "services/edge/match_service.h"
#include "services/edge/moderation_service.h"
#include "services/edge/need_service.h"
#include "services/edge/offer_service.h"
#include "services/edge/organization_service.h"
#include "services/edge/phone_code_file.h"
#include "services/edge/report_service.h"
#include "services/edge/supply_point_service.h"
#include "services/edge/ticker.h"
#include "services/edge/user_service.h"
#include "services/edge/verification_service.h"
#include "services/edge/watch_service.h"

namespace xom::edge {

Server::Server(ServerOptions options)
    : options_(std::move(options)),
      clock_(options_.clock == nullptr ? &system_clock_ : options_.clock),
      log_(options_.log) {}

Server::~Server() { Stop(); }

absl::StatusOr<std::unique_ptr<Server>> Server::Start(ServerOptions options) {
  auto server = std::unique_ptr<Server>(new Server(std::move(options)));
  for (const auto step :
       {&Server::CheckExposure, &Server::Open, &Server::Listen}) {
    if (absl::Status status = (server.get()->*step)(); !status.ok()) {
      return status;
    }
  }
  return server;
}

absl::Status Server::CheckExposure() {
  const std::string danger =
      DangerOf({.listen = options_.listen,
                .tls = options_.tls.on(),
                .accounts = options_.engine.authorization.access ==
                            core::Access::kAccounts});
  if (danger.empty()) return absl::OkStatus();
  if (!options_.insecure_listen) {
    return absl::FailedPreconditionError(absl::StrCat(
        danger,
        ": give --auth=accounts, --tls_certificate and --tls_key; or listen on "
        "loopback behind a proxy, with --auth=accounts; or say "
        "--insecure_listen"));
  }
  log_.Event("insecure_listen", danger);
  return absl::OkStatus();
}

absl::Status Server::Open() {
  storage::LocalLedgerOptions ledger_options = options_.ledger;
  ledger_options.now = [this] { return clock_->Now(); };
  auto ledger = storage::LocalLedger::Open(std::move(ledger_options));
  if (!ledger.ok()) return ledger.status();
  ledger_ = *std::move(ledger);
  if (!options_.backups.directory.empty()) {
    auto backups = Backups::Open(options_.backups, options_.ledger.directory,
                                 ledger_.get(), clock_);
    if (!backups.ok()) return backups.status();
    backups_ = *std::move(backups);
  }
  auto engine_options = EngineOptions();
  if (!engine_options.ok()) return engine_options.status();
  auto engine =
      core::Engine::Start(ledger_.get(), clock_, *std::move(engine_options));
  if (!engine.ok()) return engine.status();
  engine_ = *std::move(engine);
  resealing_ = engine_->resealer().left() > 0;
  if (resealing_) {
    log_.Event("resealing", absl::StrCat(engine_->resealer().left(),
                                         " records were sealed with older "
                                         "keys"));
  }
  // What came due while the server was down is not served as if it had not.
  while (engine_->RunDue() > 0) {
  }
  StartTickers();
  return absl::OkStatus();
}

void Server::StartTickers() {
  if (options_.tick_interval > absl::ZeroDuration()) {
    const auto interval = absl::ToChronoMilliseconds(options_.tick_interval);
    due_ticker_ = std::make_unique<Ticker>(interval, [this] { RunDue(); });
    heartbeat_ticker_ = std::make_unique<Ticker>(
        interval, [engine = engine_.get()] { engine->SendHeartbeats(); });
  }
  if (options_.compaction_interval > absl::ZeroDuration()) {
    compaction_ticker_ = std::make_unique<Ticker>(
        absl::ToChronoMilliseconds(options_.compaction_interval),
        [this] { Compact(); });
  }
  if (backups_ != nullptr) {
    backup_ticker_ = std::make_unique<Ticker>(
        absl::ToChronoMilliseconds(backups_->check_interval()),
        [this] { BackUp(); });
  }
}

absl::StatusOr<core::Engine::Options> Server::EngineOptions() {
  const auto has_keys = core::HasKeys(*ledger_);
  if (!has_keys.ok()) return has_keys.status();
  core::Engine::Options engine = options_.engine;
  absl::Status status = LoadSecrets(
      options_.secrets,
      {options_.ledger.directory, *has_keys, options_.backups.directory}, &log_,
      &engine);
  if (!status.ok()) return status;
  if (!options_.phone_code_file.empty()) {
    auto file = PhoneCodeFile::Open(options_.phone_code_file);
    if (!file.ok()) return file.status();
    engine.phone_code_sender = *std::move(file);
  }
  return engine;
}

void Server::Compact() {
  const absl::Status status = ledger_->Compact();
  log_.Event("compacted",
             status.ok() ? "what was erased is in no file" : status.ToString());
}

void Server::BackUp() {
  const BackupRun run = backups_->RunDue();
  if (!run.made.ok()) {
    log_.Event("backup_failed", run.made.status().ToString());
  } else if (run.made->has_value()) {
    const MadeBackup& made = **run.made;
    log_.Event("backed_up",
               absl::StrCat(made.path,
                            made.kind == storage::BackupKind::kLinked
                                ? ": links to the files of the store, on its "
                                  "disk"
                                : ": a copy of the files of the store"));
  }
  if (!run.removed.ok()) {
    log_.Event("backup_not_removed", run.removed.ToString());
  }
}

void Server::RunDue() {
  engine_->RunDue();
  if (!resealing_) return;
  resealing_ = engine_->ResealSome() > 0;
  if (resealing_) return;
  log_.Event("resealed", absl::StrCat("the active key seals all records but ",
                                      engine_->resealer().unreadable(),
                                      " that no key opens"));
}

absl::Status Server::Listen() {
  const auto credentials = MakeServerCredentials(options_.tls);
  if (!credentials.ok()) return credentials.status();
  gate_ =
      std::make_unique<Gate>(&engine_->authenticator(), &engine_->authorizer(),
                             &engine_->limits(), &log_);
  health_ = std::make_unique<HealthService>();
  services_.push_back(
      MakeNeedService(&engine_->needs(), &engine_->reveals(), gate_.get()));
  services_.push_back(MakeOfferService(&engine_->offers(), gate_.get()));
  services_.push_back(
      MakeSupplyPointService(&engine_->supply_points(), gate_.get()));
  services_.push_back(MakeCategoryService(&engine_->categories(), gate_.get()));
  services_.push_back(MakeClaimService(&engine_->claims(), &engine_->reveals(),
                                       &engine_->rounds(), gate_.get()));
  services_.push_back(MakeMatchService(&engine_->matches(), gate_.get()));
  services_.push_back(MakeUserService(&engine_->users(), gate_.get()));
  services_.push_back(
      MakeOrganizationService(&engine_->organizations(), gate_.get()));
  services_.push_back(
      MakeModerationService(&engine_->moderation(), gate_.get()));
  services_.push_back(MakeReportService(&engine_->reports(), gate_.get()));
  services_.push_back(
      MakeVerificationService(&engine_->verification(), gate_.get()));

  // The built-in health service has no descriptor; ours takes its place.
  grpc::EnableDefaultHealthCheckService(false);
  if (options_.reflection) {
    grpc::reflection::InitProtoReflectionServerBuilderPlugin();
  }
  grpc::ServerBuilder builder;
  Apply(options_.connection, &builder);
  builder.AddListeningPort(options_.listen, *credentials, &port_);
  builder.RegisterService(health_.get());
  for (const auto& service : services_) builder.RegisterService(service.get());
  if (options_.extra_service != nullptr) {
    builder.RegisterService(options_.extra_service);
  }
  watches_ = AddWatchService(&engine_->watches(), &engine_->hub(), gate_.get(),
                             &builder);
  server_ = builder.BuildAndStart();
  if (server_ == nullptr || port_ == 0) {
    return absl::UnavailableError(
        absl::StrCat("cannot listen on ", options_.listen,
                     ": the address is taken or not of this machine"));
  }
  watches_->Start();
  log_.Event("listening", absl::StrCat(options_.listen, ", port ", port_));
  return absl::OkStatus();
}

void Server::Stop() {
  due_ticker_ = nullptr;
  heartbeat_ticker_ = nullptr;
  const bool served = server_ != nullptr;
  if (served) {
    log_.Event("stopping", "calls in flight may finish");
    health_->SetServing(false);
    engine_->hub().Stop();
    health_->Stop();
    server_->Shutdown(absl::ToChronoTime(absl::Now() + options_.stop_grace));
    server_->Wait();
    watches_->Stop();
    server_ = nullptr;
  }
  // The ledger calls into the engine until it is closed; nobody calls either.
  if (ledger_ != nullptr) ledger_->Close();
  // A compaction or a backup under way ends with the ledger.
  compaction_ticker_ = nullptr;
  backup_ticker_ = nullptr;
  services_.clear();
  watches_ = nullptr;
  if (served) log_.Event("stopped", "");
  log_.Close();
}

}  // namespace xom::edge
