#include <algorithm>
#include <filesystem>
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

struct Restarts {
  Series time{"restart.time", "needs", "s", {}};
  Series plain_scan{"restart.plain_scan", "needs", "s", {}};
  Series memory{"restart.memory", "needs", "MiB", {}};
  Series disk{"restart.disk", "needs", "MiB", {}};
};

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

// Several restarts with so many needs, the medians of which count.
absl::StatusOr<Comparison> RestartWith(double needs, const Bench& bench,
                                       const TestedServer::Options& options,
                                       std::unique_ptr<TestedServer>* server,
                                       Restarts* restarts) {
  Comparison starts;
  for (int i = 0; i < bench.options().repetitions; ++i) {
    absl::Status status = Restart(bench, options, server, &starts);
    if (!status.ok()) return status;
  }
  restarts->time.points.emplace_back(needs, starts.value());
  restarts->plain_scan.points.emplace_back(needs, starts.reference());
  restarts->memory.points.emplace_back(
      needs, static_cast<double>((*server)->ResidentBytes()) / kMiB);
  restarts->disk.points.emplace_back(
      needs, static_cast<double>(BytesOnDisk(options.directory)) / kMiB);
  return starts;
}

}  // namespace

absl::StatusOr<std::unique_ptr<TestedServer>> MeasureRestarts(
    Bench& bench, const std::string& directory) {
  const TestedServer::Options options{.binaries = bench.options().binaries,
                                      .directory = directory,
                                      .flags = {"--log", "events"}};
  auto server = TestedServer::Start(options);
  if (!server.ok()) return server.status();
  Restarts restarts;
  absl::StatusOr<Comparison> starts;  // of the last size
  int64_t posted = 0;
  std::vector<int64_t> sizes = bench.options().restart_sizes;
  sizes.push_back(bench.options().needs);
  std::sort(sizes.begin(), sizes.end());
  sizes.erase(std::unique(sizes.begin(), sizes.end()), sizes.end());
  for (const int64_t size : sizes) {
    absl::Status status = PostNeeds(bench, **server, posted, size);
    if (!status.ok()) return status;
    posted = size;
    bench.Progress(absl::StrCat("restart with ", size, " needs"));
    starts = RestartWith(static_cast<double>(size), bench, options, &*server,
                         &restarts);
    if (!starts.ok()) return starts.status();
  }
  Figure time = starts->ToFigure("restart.time", "s",
                                 "a plain scan of the same store by RocksDB");
  time.goal = Goal::AtMost(2);
  bench.report().Add(std::move(time));
  bench.report().Add(Figure{.name = "restart.memory",
                            .value = restarts.memory.points.back().second,
                            .unit = "MiB"});
  bench.report().Add(Figure{.name = "restart.disk",
                            .value = restarts.disk.points.back().second,
                            .unit = "MiB"});
  bench.report().Add(std::move(restarts.time));
  bench.report().Add(std::move(restarts.plain_scan));
  bench.report().Add(std::move(restarts.memory));
  bench.report().Add(std::move(restarts.disk));
  (*server)->AwaitRest();
  return server;
}

}  // namespace xom::loadtest
