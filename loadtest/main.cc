// xom-loadtest: see `xom-loadtest --help` and docs/performance.md.
#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <optional>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "absl/types/span.h"
#include "loadtest/bench.h"
#include "loadtest/echo_service.h"
#include "loadtest/machine.h"
#include "loadtest/peers/temporary_directory.h"
#include "loadtest/workloads.h"
#include "services/edge/flags.h"
#include "services/edge/serve.h"

namespace xom::loadtest {
namespace {

// The value of `--name=SECONDS`, a positive number, when that is the last of
// the arguments, which it is taken from.
std::optional<absl::Duration> TakeSeconds(absl::string_view name,
                                          absl::Span<char*>* arguments) {
  absl::string_view last = arguments->back();
  int seconds = 0;
  if (!absl::ConsumePrefix(&last, absl::StrCat("--", name, "=")) ||
      !absl::SimpleAtoi(last, &seconds) || seconds <= 0) {
    return std::nullopt;
  }
  arguments->remove_suffix(1);
  return absl::Seconds(seconds);
}

// `xom-loadtest serve`: an xomd with the echo beside it. A last flag that xomd
// does not have says in seconds how often the store is compacted or backed up.
int ServeWithEcho(absl::Span<char*> arguments) {
  const auto compaction = TakeSeconds("compaction_seconds", &arguments);
  const auto backup = TakeSeconds("backup_seconds", &arguments);
  edge::Flags flags =
      edge::ParseFlags(static_cast<int>(arguments.size()), arguments.data());
  if (flags.exit_code.has_value()) return *flags.exit_code;
  edge::ServerOptions& server = flags.server;
  const std::unique_ptr<grpc::Service> echo = MakeEchoService(
      std::filesystem::absolute(server.ledger.directory).parent_path());
  server.extra_service = echo.get();
  server.compaction_interval = compaction.value_or(server.compaction_interval);
  server.backups.interval = backup.value_or(server.backups.interval);
  return edge::Serve(flags);
}

struct Flags {
  BenchOptions bench;
  double seconds = absl::ToDoubleSeconds(BenchOptions().duration);
  std::string json;
  std::string commit = "unknown";
  std::string work_dir;
  std::vector<std::string> only;
};

constexpr char kAbout[] =
    "Measures Xóm beside the floors under it and beside other stores, in one "
    "run on this machine: ratios are what counts. Starts its own servers on "
    "loopback, with temporary data.\n"
    "`xom-loadtest serve FLAGS` is xomd with the echo of the floor beside it; "
    "a last flag --compaction_seconds=N or --backup_seconds=N has it do that "
    "so often.";

void AddFlags(CLI::App* app, Flags* flags) {
  BenchOptions& bench = flags->bench;
  app->add_flag(
      "--quick", bench.quick,
      "Some two minutes: fewer needs, short benchmarks, each measured "
      "once and for a second. Other flags win over its numbers.");
  app->add_option("--needs", bench.needs, "Open needs to search among.")
      ->check(CLI::Range(int64_t{10'000}, int64_t{20'000'000}));
  app->add_option("--seed", bench.seed, "The same seed makes the same needs.");
  app->add_option("--repetitions", bench.repetitions,
                  "Of each measurement; the median counts.")
      ->check(CLI::Range(1, 100));
  app->add_option("--seconds", flags->seconds, "Of each measurement.")
      ->check(CLI::Range(0.1, 600.0));
  app->add_option("--restart_sizes", bench.restart_sizes,
                  "Numbers of needs to start a server with, beside --needs; "
                  "those beyond it in a store of their own, at the end: ten "
                  "million take half an hour, 5 GB of memory and 4 of disk.")
      ->delimiter(',')
      ->check(CLI::Range(int64_t{1'000}, int64_t{20'000'000}));
  app->add_option("--watches", bench.watches, "Standing watches.")
      ->check(CLI::Range(int64_t{1'000}, int64_t{1'000'000}));
  const std::vector<std::string> workloads = {
      "micro", "restart", "nearest", "peers", "writes", "watch", "day"};
  app->add_option("--only", flags->only,
                  "These alone. All but micro fill a store first and restart "
                  "it on the way.")
      ->delimiter(',')
      ->check(CLI::IsMember(workloads));
  app->add_option("--cities", bench.cities,
                  "CSV with name, lat, lng and population.");
  app->add_option("--tile38", bench.tile38,
                  "The program tile38-server, to compare with it too.");
  app->add_option("--work_dir", flags->work_dir,
                  "Where the temporary store goes; default: $TMPDIR or /tmp.")
      ->check(CLI::ExistingDirectory);
  app->add_option("--commit", flags->commit,
                  "What was built, for the report; ./dev bench knows it.");
  app->add_option("--json", flags->json,
                  "Write the report there, for machines.");
}

// What --quick says, where nothing else was said.
void ApplyQuick(const CLI::App& app, Flags* flags) {
  if (!flags->bench.quick) return;
  const auto set = [&app](const char* name, auto* value, auto quick) {
    if (app.count(name) == 0) *value = quick;
  };
  set("--needs", &flags->bench.needs, 100'000);
  set("--repetitions", &flags->bench.repetitions, 1);
  set("--seconds", &flags->seconds, 1.0);
  set("--restart_sizes", &flags->bench.restart_sizes,
      std::vector<int64_t>{10'000});
  set("--watches", &flags->bench.watches, 10'000);
}

bool Wants(const Flags& flags, absl::string_view workload) {
  return flags.only.empty() ||
         std::count(flags.only.begin(), flags.only.end(), workload) > 0;
}

absl::Status WriteJson(const Flags& flags, const Report& report) {
  if (flags.json.empty()) return absl::OkStatus();
  std::ofstream file(flags.json);
  if ((file << report.Json()).flush()) return absl::OkStatus();
  return absl::UnavailableError(absl::StrCat("cannot write ", flags.json));
}

absl::Status RunWithStore(const Flags& flags, const std::string& directory,
                          Bench& bench) {
  if (Wants(flags, "micro")) {
    absl::Status status = MeasureMicro(bench);
    if (!status.ok() || flags.only.size() == 1) return status;
  }
  // Fills the store, so it is always run.
  auto server = MeasureRestarts(bench, directory);
  if (!server.ok()) return server.status();
  if (Wants(flags, "nearest")) {
    absl::Status status = MeasureNearest(bench, **server);
    if (!status.ok()) return status;
  }
  if (Wants(flags, "peers")) {
    absl::Status status = MeasurePeers(bench, **server);
    if (!status.ok()) return status;
  }
  int64_t next = bench.options().needs;
  if (Wants(flags, "writes")) {
    const auto after = MeasureWrites(bench, **server, next);
    if (!after.ok()) return after.status();
    next = *after;
  }
  if (absl::Status s = (*server)->Stop(); !s.ok()) return s;
  if (Wants(flags, "watch")) {
    auto after = MeasureWatches(bench, directory, next);
    if (after.ok()) after = MeasureLastWatch(bench, directory, *after);
    if (!after.ok()) return after.status();
    next = *after;
  }
  if (Wants(flags, "day")) {
    absl::Status status = MeasureDay(bench, directory, next);
    if (!status.ok()) return status;
  }
  return absl::OkStatus();
}

// All with one store but the last, which is long: what was found before it is
// written first.
absl::Status RunAll(const Flags& flags, const std::string& directory,
                    Bench& bench) {
  absl::Status status = RunWithStore(flags, directory, bench);
  if (!status.ok() || !Wants(flags, "restart")) return status;
  if (absl::Status s = WriteJson(flags, bench.report()); !s.ok()) return s;
  std::filesystem::remove_all(directory);
  return MeasureLargerRestarts(bench, directory);
}

int Fail(const absl::Status& status) {
  std::cerr << "\nxom-loadtest: " << status.message() << "\n";
  return 1;
}

int RunBench(int argc, char** argv) {
  CLI::App app(kAbout, "xom-loadtest");
  Flags flags;
  AddFlags(&app, &flags);
  CLI11_PARSE(app, argc, argv);
  ApplyQuick(app, &flags);
  flags.bench.duration = absl::Seconds(flags.seconds);
  flags.bench.binaries =
      std::filesystem::canonical("/proc/self/exe").parent_path().string();
  auto cities = ReadCities(flags.bench.cities);
  if (!cities.ok()) return Fail(cities.status());
  if (!flags.work_dir.empty()) setenv("TMPDIR", flags.work_dir.c_str(), 1);
  const auto directory = TemporaryDirectory::Create();
  if (!directory.ok()) return Fail(directory.status());

  Report report;
  DescribeMachine(&report);
  report.Describe("commit", flags.commit);
  report.Describe("dataset",
                  absl::StrCat("the needs of a country in lockdown, cities of ",
                               flags.bench.cities));
  report.Describe("goals", "of a whole run: a million needs, 100,000 watches");
  report.Describe("needs", absl::StrCat(flags.bench.needs));
  report.Describe("watches", absl::StrCat(flags.bench.watches));
  report.Describe("seed", absl::StrCat(flags.bench.seed));
  report.Describe("repetitions", absl::StrCat(flags.bench.repetitions));
  report.Describe("seconds", absl::StrCat(flags.seconds));
  Bench bench(flags.bench, LockdownCity(*std::move(cities), flags.bench.seed),
              &report);
  absl::Status status = RunAll(flags, (*directory)->path() + "/store", bench);
  bench.Progress(status.ok() ? "done\n" : "stopped\n");
  // Also of a run that failed: what was found before is worth something.
  std::cout << report.Table() << std::flush;
  status.Update(WriteJson(flags, report));
  return status.ok() ? 0 : Fail(status);
}

}  // namespace
}  // namespace xom::loadtest

int main(int argc, char** argv) {
  if (argc > 1 && std::strcmp(argv[1], "serve") == 0) {
    return xom::loadtest::ServeWithEcho(
        absl::MakeSpan(argv + 1, static_cast<size_t>(argc - 1)));
  }
  return xom::loadtest::RunBench(argc, argv);
}
