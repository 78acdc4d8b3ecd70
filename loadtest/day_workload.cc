#include <algorithm>
#include <filesystem>
#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "loadtest/call_operation.h"
#include "loadtest/echo_service.h"
#include "loadtest/load_run.h"
#include "loadtest/raw_caller.h"
#include "loadtest/requests.h"
#include "loadtest/workloads.h"

namespace xom::loadtest {
namespace {

// The model system's 14,000 posts a day, a thousand times, in a second; reads a
// hundred times as many; and its burst.
constexpr double kPostsPerSecond = 14'000'000.0 / (24 * 60 * 60);
constexpr double kReadsPerPost = 100;
constexpr double kBurst = 20;

constexpr int64_t kReadRequests = 20'000;

// How often the store is compacted or backed up, where it is: as often as the
// server takes. A phase of it is long enough for one at least.
constexpr absl::Duration kMaintenancePeriod = absl::Seconds(1);
constexpr absl::Duration kMaintenancePhase = absl::Milliseconds(1'500);
constexpr absl::Duration kFirstBackupBound = absl::Minutes(1);

// Of the clock that starts calls; what is measured is many times as much.
constexpr absl::Duration kTick = absl::Microseconds(250);

// What a day is beside, and how the server is told.
struct Stress {
  std::string name;
  double posts_per_second = kPostsPerSecond;
  std::vector<std::string> flags = {};
  absl::Duration shortest = absl::ZeroDuration();
  std::string backups = "";  // where the server makes them
  // Echoes in place of searches, and echoes behind RocksDB in place of posts:
  // what a server that does nothing would reach.
  bool of_floors = false;
};

Stress OfFloors(Stress stress) {
  stress.name += "_of_floors";
  stress.of_floors = true;
  return stress;
}

struct Phase {
  LoadResult reads;
  LoadResult posts;
};

class Day {
 public:
  Day(Bench& bench, int64_t first)
      : bench_(bench),
        next_(first),
        reads_(NearestRequests(bench.city(), kReadRequests,
                               "categories/groceries")) {}

  // The reads of a quiet day beside the stress that the server is under.
  absl::StatusOr<Phase> Run(const TestedServer& server, const Stress& stress) {
    OpenOptions options{
        .rate = stress.posts_per_second,
        .tick = kTick,
        .warm_up = bench_.warm_up(),
        .duration = std::max(bench_.options().duration, stress.shortest),
        .seed = bench_.options().seed};
    const int64_t count = MoreThanStart(options);
    const auto posts = CreateNeedRequests(bench_.city(), next_, count);
    next_ += count;
    RawCaller caller(server.address(), kConnections);
    if (stress.of_floors) {
      if (absl::Status s = SetFloors(caller); !s.ok()) return s;
    }
    const auto [post, read] = stress.of_floors
                                  ? std::pair{kEchoStored, kEcho}
                                  : std::pair{kCreateNeed, kFindNearestNeeds};
    Phase phase;
    std::thread poster([&, options, method = post] {
      phase.posts = RunOpen(CallOperation(caller, method, posts), options);
    });
    options.rate = kPostsPerSecond * kReadsPerPost;
    ++options.seed;
    phase.reads = RunOpen(CallOperation(caller, read, reads_), options);
    poster.join();
    return phase;
  }

 private:
  // Replies of a search's size (a post's are smaller), and an open store.
  absl::Status SetFloors(RawCaller& caller) const {
    if (absl::Status s = SetEchoOfSearches(caller, reads_); !s.ok()) return s;
    return caller.Call(kEchoStored, "").status();
  }

  Bench& bench_;
  int64_t next_;  // need to post
  const std::vector<std::string> reads_;
};

// Those under way do not count.
bool HoldsBackup(const std::string& folder) {
  std::error_code absent;
  for (const auto& entry :
       std::filesystem::directory_iterator(folder, absent)) {
    if (entry.path().filename().string().front() != '.') return true;
  }
  return false;
}

double Micros(const LoadResult& result, double quantile) {
  return absl::ToDoubleMicroseconds(result.latency.At(quantile));
}

// A server under that stress. With backups it has made one; with nothing of the
// kind to do it rests.
absl::StatusOr<std::unique_ptr<TestedServer>> StartUnder(
    const Stress& stress, Bench& bench, const std::string& directory) {
  if (!stress.backups.empty()) std::filesystem::remove_all(stress.backups);
  std::vector<std::string> flags = {"--log", "events"};
  flags.insert(flags.end(), stress.flags.begin(), stress.flags.end());
  auto server = TestedServer::Start({.binaries = bench.options().binaries,
                                     .directory = directory,
                                     .flags = std::move(flags)});
  if (server.ok() && stress.flags.empty()) bench.AwaitRest(**server);
  if (!server.ok() || stress.backups.empty()) return server;
  const absl::Status made = (*server)->process().WaitUntil(
      [&] { return HoldsBackup(stress.backups); }, kFirstBackupBound);
  if (!made.ok()) return made;
  return server;
}

// One phase with a server of its own.
absl::StatusOr<Phase> RunUnder(const Stress& stress, Bench& bench,
                               const std::string& directory, Day* day) {
  bench.Progress(absl::StrCat("the day: ", stress.name));
  const auto server = StartUnder(stress, bench, directory);
  if (!server.ok()) return server.status();
  auto phase = day->Run(**server, stress);
  if (absl::Status s = (*server)->Stop(); !s.ok()) return s;
  if (!phase.ok() || phase->reads.failed + phase->posts.failed == 0) {
    return phase;
  }
  return absl::InternalError(absl::StrCat(phase->reads.failed, " reads and ",
                                          phase->posts.failed,
                                          " posts failed"));
}

// Quiet days and days under stress, in turn.
absl::Status MeasureStress(const Stress& stress, Bench& bench,
                           const std::string& directory, Day* day) {
  Figure reads{.name = absl::StrCat("day.reads_p99.", stress.name),
               .unit = "us",
               .against = "reads on a quiet day"};
  if (!stress.of_floors) reads.goal = Goal::AtMost(3);
  std::vector<double> values;
  std::vector<double> posts;
  for (int i = 0; i < bench.options().repetitions; ++i) {
    const auto quiet =
        RunUnder({.name = "quiet", .of_floors = stress.of_floors}, bench,
                 directory, day);
    if (!quiet.ok()) return quiet.status();
    const auto phase = RunUnder(stress, bench, directory, day);
    if (!phase.ok()) return phase.status();
    values.push_back(Micros(phase->reads, 0.99));
    posts.push_back(Micros(phase->posts, 0.99));
    reads.samples.push_back(values.back() / Micros(quiet->reads, 0.99));
  }
  reads.value = Median(values);
  reads.ratio = Median(reads.samples);
  bench.report().Add(std::move(reads));
  bench.report().Add(Figure{.name = absl::StrCat("day.posts_p99.", stress.name),
                            .value = Median(posts),
                            .unit = "us",
                            .samples = posts});
  return absl::OkStatus();
}

}  // namespace

absl::Status MeasureDay(Bench& bench, const std::string& directory,
                        int64_t first) {
  Day day(bench, first);
  const std::string every =
      absl::StrCat("_seconds=", absl::ToInt64Seconds(kMaintenancePeriod));
  const std::string backups = directory + ".backups";
  const Stress burst{.name = "burst",
                     .posts_per_second = kBurst * kPostsPerSecond};
  const Stress compaction{.name = "compaction",
                          .flags = {"--compaction" + every},
                          .shortest = kMaintenancePhase};
  const Stress backup{.name = "backup",
                      .flags = {"--backup_dir", backups, "--backups_kept", "1",
                                "--backup" + every},
                      .shortest = kMaintenancePhase,
                      .backups = backups};
  for (const Stress& stress :
       {burst, OfFloors(burst), compaction, OfFloors(compaction), backup}) {
    absl::Status status = MeasureStress(stress, bench, directory, &day);
    if (!status.ok()) return status;
  }
  std::filesystem::remove_all(backups);
  return absl::OkStatus();
}

}  // namespace xom::loadtest
