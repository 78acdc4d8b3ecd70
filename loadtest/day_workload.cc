#include <time.h>

#include <algorithm>
#include <filesystem>
#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "loadtest/call_operation.h"
#include "loadtest/comparison.h"
#include "loadtest/echo_service.h"
#include "loadtest/load_run.h"
#include "loadtest/raw_caller.h"
#include "loadtest/requests.h"
#include "loadtest/watch_openings.h"
#include "loadtest/watch_streams.h"
#include "loadtest/workloads.h"

namespace xom::loadtest {
namespace {

// The model system's 14,000 posts a day, a thousand times, in a second; reads a
// hundred times as many; of fourteen needs one that is claimed; and its burst,
// of posts alone.
constexpr double kPostsPerSecond = 14'000'000.0 / (24 * 60 * 60);
constexpr double kReadsPerPost = 100;
constexpr double kPostsPerClaim = 14;
constexpr double kBurst = 20;
// Who watches all day.
constexpr int64_t kWatches = 1'000;

constexpr int64_t kReadRequests = 20'000;
// Of the day, and its claim: those of the writes are below.
constexpr int64_t kFirstHelper = int64_t{1} << 40;

// How often the store is compacted or backed up, where it is: one after the
// other, as fast as the server makes them. A phase is long enough for a backup,
// and for the first of what a compaction goes through.
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
  bool never_rests = false;  // it works without any call
  // Echoes in place of searches, echoes behind RocksDB in place of posts and
  // claims, idle streams in place of watches: what a server that does nothing
  // would reach.
  bool of_floors = false;
};

Stress OfFloors(Stress stress) {
  stress.name += "_of_floors";
  stress.of_floors = true;
  return stress;
}

struct Methods {
  const char* post;
  const char* read;
  const char* claim;
};

Methods MethodsOf(const Stress& stress) {
  if (stress.of_floors) return {kEchoStored, kEcho, kEchoStored};
  return {kCreateNeed, kFindNearestNeeds, kClaimNeed};
}

// Of the server and of this process, which has the clients.
absl::Duration ProcessorTime(const TestedServer& server) {
  timespec own = {};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &own);
  return server.CpuTime() + absl::DurationFromTimespec(own);
}

struct Phase {
  LoadResult posts;
  LoadResult reads;
  double cores = 0;  // in use, by server and clients
};

class Day {
 public:
  Day(Bench& bench, int64_t first)
      : bench_(bench),
        next_(first),
        reads_(NearestRequests(bench.city(), kReadRequests,
                               {"categories/groceries"})) {}

  // The reads, claims and watches of a quiet day beside the stress that the
  // server is under. Before, the server rests, unless it never does.
  absl::StatusOr<Phase> Run(const TestedServer& server, const Stress& stress) {
    const OpenOptions posting = AtRate(stress.posts_per_second, stress, 0);
    const OpenOptions reading =
        AtRate(kPostsPerSecond * kReadsPerPost, stress, 1);
    const OpenOptions claiming =
        AtRate(kPostsPerSecond / kPostsPerClaim, stress, 2);
    const auto posts = NextPosts(MoreThanStart(posting));
    const auto claims = ClaimsFor(claiming);
    WatchStreams watches(server.address(), kWatchConnections,
                         [](size_t, absl::string_view) {});
    RawCaller caller(server.address(), kConnections);
    const auto count = static_cast<int64_t>(claims.size());
    absl::Status status = Prepare(stress, count, caller, &watches);
    if (!status.ok()) return status;
    if (!stress.never_rests) bench_.AwaitRest(server);

    const Methods methods = MethodsOf(stress);
    Phase phase;
    LoadResult claimed;
    const absl::Time start = absl::Now();
    const absl::Duration before = ProcessorTime(server);
    std::thread poster([&] {
      phase.posts =
          RunOpen(CallOperation(caller, methods.post, posts), posting);
    });
    std::thread claimer([&] {
      claimed = RunOpen(CallOperation(caller, methods.claim, claims), claiming);
    });
    phase.reads = RunOpen(CallOperation(caller, methods.read, reads_), reading);
    poster.join();
    claimer.join();
    phase.cores =
        absl::FDivDuration(ProcessorTime(server) - before, absl::Now() - start);
    status.Update(CheckNoneFailed(caller, phase.posts, "posts"));
    status.Update(CheckNoneFailed(caller, phase.reads, "reads"));
    status.Update(CheckNoneFailed(caller, claimed, "claims"));
    status.Update(watches.status());
    if (!status.ok()) return status;
    return phase;
  }

 private:
  OpenOptions AtRate(double rate, const Stress& stress, uint64_t seed) const {
    return {.rate = rate,
            .tick = kTick,
            .warm_up = bench_.warm_up(),
            .duration = std::max(bench_.options().duration, stress.shortest),
            .seed = bench_.options().seed + seed};
  }

  std::vector<std::string> NextPosts(int64_t count) {
    next_ += count;
    return CreateNeedRequests(bench_.city(), next_ - count, count);
  }

  // Of the first needs that are not claimed, each by a helper of its own, and
  // twice as many as are expected to start. Should chance have more of them,
  // those that come again are answered as the first time.
  std::vector<std::string> ClaimsFor(const OpenOptions& options) const {
    const double seconds =
        absl::ToDoubleSeconds(options.warm_up + options.duration);
    const auto count = static_cast<int64_t>(2 * options.rate * seconds) + 1;
    std::vector<std::string> claims;
    for (int64_t need = claimed_; need < claimed_ + count; ++need) {
      const int64_t helper = kFirstHelper + need;
      claims.push_back(ClaimRequest(bench_.city(), need, helper, helper));
    }
    return claims;
  }

  // Has people watch, and makes the helpers of so many claims; or what stands
  // for both in the floors.
  absl::Status Prepare(const Stress& stress, int64_t claims, RawCaller& caller,
                       WatchStreams* watches) {
    const auto openings = stress.of_floors
                              ? HeldStreams(kWatches)
                              : NearWatches(bench_.city(), kWatches);
    if (absl::Status s = OpenAll(openings, watches); !s.ok()) return s;
    if (stress.of_floors) return SetFloors(caller);
    const int64_t first = kFirstHelper + claimed_;
    claimed_ += claims;
    return CreateHelpers(bench_, caller, first, claims);
  }

  // Replies of a search's size (a post's are smaller), and an open store.
  absl::Status SetFloors(RawCaller& caller) const {
    if (absl::Status s = SetEchoOfSearches(caller, reads_); !s.ok()) return s;
    return caller.Call(kEchoStored, "").status();
  }

  Bench& bench_;
  int64_t next_;         // need to post
  int64_t claimed_ = 0;  // needs, from the first on
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

// A server under that stress. With backups it has made one.
absl::StatusOr<std::unique_ptr<TestedServer>> StartUnder(
    const Stress& stress, const Bench& bench, const std::string& directory) {
  std::vector<std::string> flags = {"--log", "events"};
  flags.insert(flags.end(), stress.flags.begin(), stress.flags.end());
  auto server = TestedServer::Start({.binaries = bench.options().binaries,
                                     .directory = directory,
                                     .flags = std::move(flags)});
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
  // Its links would keep on the disk what later compactions replace.
  if (!stress.backups.empty()) std::filesystem::remove_all(stress.backups);
  return phase;
}

// What was measured beside a stress, in each repetition.
struct Stressed {
  Stress stress;
  Comparison reads = {};           // p99, us; to those of the quiet day before
  std::vector<double> posts = {};  // p99, us
  std::vector<double> cores = {};
};

// A quiet day, then one under each of the stresses: all of floors, or none.
absl::Status MeasureBesideQuiet(std::vector<Stressed>* all, Bench& bench,
                                const std::string& directory, Day* day) {
  const Stress calm{.name = "quiet",
                    .of_floors = all->front().stress.of_floors};
  const auto quiet = RunUnder(calm, bench, directory, day);
  if (!quiet.ok()) return quiet.status();
  for (Stressed& stressed : *all) {
    const auto phase = RunUnder(stressed.stress, bench, directory, day);
    if (!phase.ok()) return phase.status();
    stressed.reads.values.push_back(Micros(phase->reads, 0.99));
    stressed.reads.references.push_back(Micros(quiet->reads, 0.99));
    stressed.posts.push_back(Micros(phase->posts, 0.99));
    stressed.cores.push_back(phase->cores);
  }
  return absl::OkStatus();
}

// Each stress, and its floors, with a quiet day of its own; or, to be quick,
// all with one.
std::vector<std::vector<Stressed>> GroupsBesideQuiet(
    const std::vector<Stress>& stresses, bool quick) {
  std::vector<std::vector<Stressed>> groups;
  if (quick) groups.resize(2);
  for (const Stress& stress : stresses) {
    if (!quick) groups.resize(groups.size() + 2);
    groups.end()[-2].push_back({.stress = stress});
    groups.end()[-1].push_back({.stress = OfFloors(stress)});
  }
  return groups;
}

void AddFigures(const Stressed& stressed, Report* report) {
  if (stressed.reads.values.empty()) return;
  const Stress& stress = stressed.stress;
  Figure reads = stressed.reads.ToFigure("day.reads_p99." + stress.name, "us",
                                         "reads on a quiet day");
  if (!stress.of_floors) reads.goal = Goal::AtMost(3);
  report->Add(std::move(reads));
  report->Add(MedianOf("day.posts_p99." + stress.name, "us", stressed.posts));
  report->Add(MedianOf("day.cores." + stress.name, "cores, with the clients",
                       stressed.cores));
}

// With backups in that folder.
std::vector<Stress> Stresses(const std::string& backups) {
  const std::string every =
      absl::StrCat("_seconds=", absl::ToInt64Seconds(kMaintenancePeriod));
  const Stress burst{.name = "burst",
                     .posts_per_second = kBurst * kPostsPerSecond};
  const Stress compaction{.name = "compaction",
                          .flags = {"--compaction" + every},
                          .shortest = kMaintenancePhase,
                          .never_rests = true};
  const Stress backup{.name = "backup",
                      .flags = {"--backup_dir", backups, "--backups_kept", "1",
                                "--backup" + every},
                      .shortest = kMaintenancePhase,
                      .backups = backups};
  return {burst, compaction, backup};
}

}  // namespace

absl::Status MeasureDay(Bench& bench, const std::string& directory,
                        int64_t first) {
  Day day(bench, first);
  std::vector<std::vector<Stressed>> groups = GroupsBesideQuiet(
      Stresses(directory + ".backups"), bench.options().quick);
  absl::Status status;
  for (int i = 0; i < bench.options().repetitions; ++i) {
    for (std::vector<Stressed>& group : groups) {
      if (!status.ok()) break;
      status = MeasureBesideQuiet(&group, bench, directory, &day);
    }
  }
  // Also when it failed: what was found before is worth something.
  for (const std::vector<Stressed>& group : groups) {
    for (const Stressed& stressed : group)
      AddFigures(stressed, &bench.report());
  }
  return status;
}

}  // namespace xom::loadtest
