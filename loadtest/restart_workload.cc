#include <algorithm>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "loadtest/comparison.h"
#include "loadtest/raw_caller.h"
#include "loadtest/requests.h"
#include "loadtest/workloads.h"
#include "storage/plain_scan.h"
#include "xom/v1/match_service.pb.h"

namespace xom::loadtest {
namespace {

constexpr double kMiB = 1 << 20;

int64_t BytesOnDisk(const std::string& directory) {
  int64_t bytes = 0;
  for (const auto& entry :
       std::filesystem::recursive_directory_iterator(directory)) {
    std::error_code gone;  // files come and go while the server runs
    const auto size = entry.file_size(gone);
    if (!gone) bytes += static_cast<int64_t>(size);
  }
  return bytes;
}

// The search whose answer tells that all is there.
absl::StatusOr<v1::FindNearestNeedsResponse> Ask(const Bench& bench,
                                                 const TestedServer& server) {
  RawCaller caller(server.address(), 1);
  return caller.Ask<v1::FindNearestNeedsResponse>(
      kFindNearestNeeds, NearestRequest(bench.city(), 0, {}));
}

// Ends the server and starts it again: it must answer as before. Adds how long
// that and a plain scan took, in seconds.
absl::Status Restart(const Bench& bench, const TestedServer::Options& options,
                     std::unique_ptr<TestedServer>* server,
                     Comparison* starts) {
  const auto before = Ask(bench, **server);
  if (!before.ok()) return before.status();
  if (absl::Status s = (*server)->Stop(); !s.ok()) return s;
  const auto plain = storage::ScanPlainly(options.directory);
  if (!plain.ok()) return plain.status();
  starts->references.push_back(absl::ToDoubleSeconds(plain->took));
  const absl::Time start = absl::Now();
  auto started = TestedServer::Start(options);
  if (!started.ok()) return started.status();
  const auto after = Ask(bench, **started);
  if (!after.ok()) return after.status();
  starts->values.push_back(absl::ToDoubleSeconds(absl::Now() - start));
  if (after->SerializeAsString() != before->SerializeAsString()) {
    return absl::DataLossError("after the restart the answer is another");
  }
  *server = *std::move(started);
  return absl::OkStatus();
}

// What restarts with so many needs were: their medians count.
struct Restarts {
  int64_t needs;
  Comparison times = {};
  double memory = 0;  // MiB
  double disk = 0;    // MiB
};

void AddPoints(const Restarts& restarts, Report* report) {
  const auto add = [&](const char* series, const char* unit, double value) {
    report->Add(Series{
        series, "needs", unit, {{static_cast<double>(restarts.needs), value}}});
  };
  add("restart.time", "s", restarts.times.value());
  add("restart.plain_scan", "s", restarts.times.reference());
  add("restart.memory", "MiB", restarts.memory);
  add("restart.disk", "MiB", restarts.disk);
}

absl::StatusOr<Restarts> RestartWith(int64_t needs, Bench& bench,
                                     const TestedServer::Options& options,
                                     std::unique_ptr<TestedServer>* server) {
  bench.Progress(absl::StrCat("restart with ", needs, " needs"));
  bench.AwaitRest(**server);
  Restarts restarts{.needs = needs};
  for (int i = 0; i < bench.options().repetitions; ++i) {
    absl::Status status = Restart(bench, options, server, &restarts.times);
    if (!status.ok()) return status;
  }
  restarts.memory = static_cast<double>((*server)->ResidentBytes()) / kMiB;
  restarts.disk = static_cast<double>(BytesOnDisk(options.directory)) / kMiB;
  AddPoints(restarts, &bench.report());
  return restarts;
}

// A new store in `directory` that is filled to one size after the other;
// `visit` gets the restarts with each. The server runs on.
absl::StatusOr<std::unique_ptr<TestedServer>> FillAndRestart(
    Bench& bench, const std::string& directory,
    const std::vector<int64_t>& sizes,
    const std::function<void(const Restarts&)>& visit) {
  const TestedServer::Options options{.binaries = bench.options().binaries,
                                      .directory = directory,
                                      .flags = {"--log", "events"}};
  auto server = TestedServer::Start(options);
  if (!server.ok()) return server;
  int64_t posted = 0;
  for (const int64_t size : sizes) {
    absl::Status status = PostNeeds(bench, **server, posted, size);
    if (!status.ok()) return status;
    posted = size;
    const auto restarts = RestartWith(size, bench, options, &*server);
    if (!restarts.ok()) return restarts.status();
    visit(*restarts);
  }
  return server;
}

// In order, each once.
std::vector<int64_t> Sorted(std::vector<int64_t> sizes) {
  std::sort(sizes.begin(), sizes.end());
  sizes.erase(std::unique(sizes.begin(), sizes.end()), sizes.end());
  return sizes;
}

void AddFigures(const Restarts& restarts, const std::string& suffix,
                std::optional<Goal> goal, Report* report) {
  Figure time =
      restarts.times.ToFigure("restart.time" + suffix, "s",
                              "a plain scan of the same store by RocksDB");
  time.goal = goal;
  report->Add(std::move(time));
  report->Add(Figure{.name = "restart.memory" + suffix,
                     .value = restarts.memory,
                     .unit = "MiB"});
  report->Add(Figure{
      .name = "restart.disk" + suffix, .value = restarts.disk, .unit = "MiB"});
}

}  // namespace

absl::StatusOr<std::unique_ptr<TestedServer>> MeasureRestarts(
    Bench& bench, const std::string& directory) {
  const int64_t needs = bench.options().needs;
  std::vector<int64_t> sizes = bench.options().restart_sizes;
  std::erase_if(sizes, [needs](int64_t size) { return size > needs; });
  sizes.push_back(needs);
  auto server = FillAndRestart(bench, directory, Sorted(std::move(sizes)),
                               [&](const Restarts& restarts) {
                                 if (restarts.needs != needs) return;
                                 AddFigures(restarts, "", Goal::AtMost(2),
                                            &bench.report());
                               });
  if (server.ok()) bench.AwaitRest(**server);
  return server;
}

absl::Status MeasureLargerRestarts(Bench& bench, const std::string& directory) {
  const int64_t needs = bench.options().needs;
  std::vector<int64_t> sizes = bench.options().restart_sizes;
  std::erase_if(sizes, [needs](int64_t size) { return size <= needs; });
  if (sizes.empty()) return absl::OkStatus();
  const auto server = FillAndRestart(
      bench, directory, Sorted(std::move(sizes)),
      [&](const Restarts& restarts) {
        AddFigures(restarts, absl::StrCat("_of_", restarts.needs), std::nullopt,
                   &bench.report());
      });
  return server.ok() ? (*server)->Stop() : server.status();
}

}  // namespace xom::loadtest
