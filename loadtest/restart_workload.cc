#include <algorithm>
#include <filesystem>
#include <functional>
#include <memory>
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
      kFindNearestNeeds, NearestRequest(bench.city(), 0, ""));
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

void AddPoint(const char* series, int64_t needs, const char* unit, double value,
              Report* report) {
  report->Add(
      Series{series, "needs", unit, {{static_cast<double>(needs), value}}});
}

// Several restarts with so many needs, the medians of which count.
absl::StatusOr<Comparison> RestartWith(int64_t needs, Bench& bench,
                                       const TestedServer::Options& options,
                                       std::unique_ptr<TestedServer>* server) {
  bench.Progress(absl::StrCat("restart with ", needs, " needs"));
  Comparison starts;
  for (int i = 0; i < bench.options().repetitions; ++i) {
    absl::Status status = Restart(bench, options, server, &starts);
    if (!status.ok()) return status;
  }
  Report* const report = &bench.report();
  AddPoint("restart.time", needs, "s", starts.value(), report);
  AddPoint("restart.plain_scan", needs, "s", starts.reference(), report);
  AddPoint("restart.memory", needs, "MiB",
           static_cast<double>((*server)->ResidentBytes()) / kMiB, report);
  AddPoint("restart.disk", needs, "MiB",
           static_cast<double>(BytesOnDisk(options.directory)) / kMiB, report);
  return starts;
}

// A new store in `directory` that is filled to one size after the other;
// `visit` gets the restarts with each, and the server that runs on.
absl::StatusOr<std::unique_ptr<TestedServer>> FillAndRestart(
    Bench& bench, const std::string& directory,
    const std::vector<int64_t>& sizes,
    const std::function<void(int64_t size, const Comparison&,
                             const TestedServer&)>& visit) {
  const TestedServer::Options options{.binaries = bench.options().binaries,
                                      .directory = directory,
                                      .flags = {"--log", "events"}};
  auto server = TestedServer::Start(options);
  int64_t posted = 0;
  for (const int64_t size : sizes) {
    if (!server.ok()) return server;
    absl::Status status = PostNeeds(bench, **server, posted, size);
    if (!status.ok()) return status;
    posted = size;
    const auto starts = RestartWith(size, bench, options, &*server);
    if (!starts.ok()) return starts.status();
    visit(size, *starts, **server);
  }
  return server;
}

// In order, each once.
std::vector<int64_t> Sorted(std::vector<int64_t> sizes) {
  std::sort(sizes.begin(), sizes.end());
  sizes.erase(std::unique(sizes.begin(), sizes.end()), sizes.end());
  return sizes;
}

Figure TimeOf(const Comparison& starts, std::string name) {
  return starts.ToFigure(std::move(name), "s",
                         "a plain scan of the same store by RocksDB");
}

}  // namespace

absl::StatusOr<std::unique_ptr<TestedServer>> MeasureRestarts(
    Bench& bench, const std::string& directory) {
  const int64_t needs = bench.options().needs;
  std::vector<int64_t> sizes = bench.options().restart_sizes;
  std::erase_if(sizes, [needs](int64_t size) { return size > needs; });
  sizes.push_back(needs);
  auto server = FillAndRestart(
      bench, directory, Sorted(std::move(sizes)),
      [&](int64_t size, const Comparison& starts, const TestedServer& started) {
        if (size != needs) return;
        Figure time = TimeOf(starts, "restart.time");
        time.goal = Goal::AtMost(2);
        bench.report().Add(std::move(time));
        bench.report().Add(
            Figure{.name = "restart.memory",
                   .value = static_cast<double>(started.ResidentBytes()) / kMiB,
                   .unit = "MiB"});
        bench.report().Add(
            Figure{.name = "restart.disk",
                   .value = static_cast<double>(BytesOnDisk(directory)) / kMiB,
                   .unit = "MiB"});
      });
  if (server.ok()) (*server)->AwaitRest();
  return server;
}

absl::Status MeasureLargerRestarts(Bench& bench, const std::string& directory) {
  const int64_t needs = bench.options().needs;
  std::vector<int64_t> sizes = bench.options().restart_sizes;
  std::erase_if(sizes, [needs](int64_t size) { return size <= needs; });
  if (sizes.empty()) return absl::OkStatus();
  return FillAndRestart(bench, directory, Sorted(std::move(sizes)),
                        [&](int64_t size, const Comparison& starts,
                            const TestedServer& /*started*/) {
                          bench.report().Add(TimeOf(
                              starts, absl::StrCat("restart.time_of_", size)));
                        })
      .status();
}

}  // namespace xom::loadtest
