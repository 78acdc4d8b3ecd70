#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "loadtest/call_operation.h"
#include "loadtest/load_run.h"
#include "loadtest/raw_caller.h"
#include "loadtest/requests.h"
#include "loadtest/watch_openings.h"
#include "loadtest/watch_streams.h"
#include "loadtest/workloads.h"

namespace xom::loadtest {
namespace {

// Has a server give back at once what memory it needed for a moment; by itself
// it does so within ten seconds (jemalloc(3), dirty_decay_ms). Its idle time,
// of few allocations, is measured so too.
constexpr char kGivesBackAtOnce[] = "MALLOC_CONF=dirty_decay_ms:0";
// Of a core: about nothing, heartbeats.
constexpr double kNothingPercent = 5;
// What is under way when the last stream has opened is over then.
constexpr absl::Duration kSettling = absl::Seconds(1);

class WatchWorkload {
 public:
  WatchWorkload(Bench& bench, std::string directory, int64_t first)
      : bench_(bench), directory_(std::move(directory)), next_(first) {}

  absl::Status Run() {
    if (absl::Status s = MeasureStanding(); !s.ok()) return s;
    return MeasureTouched();
  }

  int64_t next() const { return next_; }

 private:
  int64_t watches() const { return bench_.options().watches; }

  absl::Status Start(std::vector<std::string> environment = {}) {
    return RestartForWatches(bench_, directory_, &server_,
                             std::move(environment));
  }

  // Of the processor of one core, while nobody does anything.
  double IdleShare() {
    const absl::Duration before = server_->CpuTime();
    const absl::Time start = absl::Now();
    absl::SleepFor(bench_.options().duration);
    return absl::FDivDuration(server_->CpuTime() - before, absl::Now() - start);
  }

  int64_t SettledBytes() {
    absl::SleepFor(kSettling);
    return server_->ResidentBytes();
  }

  // What streams cost that stand: each in memory, all in time.
  struct Standing {
    double kib = 0;
    double idle_share = 0;
  };
  // Of the first group alone, and when the one after it stands too. Both are
  // measured of all streams, also where nobody asks: so they stand as long.
  absl::StatusOr<std::vector<Standing>> Stand(
      const std::vector<Openings>& groups) {
    if (absl::Status s = Start({kGivesBackAtOnce}); !s.ok()) return s;
    const int64_t before = SettledBytes();
    WatchStreams streams(server_->address(), kWatchConnections,
                         [](size_t, absl::string_view) {});
    std::vector<Standing> standing;
    for (const Openings& group : groups) {
      if (absl::Status s = OpenAll(group, &streams); !s.ok()) return s;
      const int64_t bytes = SettledBytes() - before;
      standing.push_back({static_cast<double>(bytes) / 1024 /
                              static_cast<double>(streams.size()),
                          IdleShare()});
    }
    return standing;
  }

  // Of regions alone, as many as are among all: the snapshot of a region is
  // some hundred needs, so that ten times as many would take minutes to open.
  // And of all.
  absl::Status MeasureStanding() {
    const int64_t regions = watches() / kOneInIsRegion;
    bench_.Progress(absl::StrCat(watches(), " idle streams"));
    const auto held =
        Stand({HeldStreams(regions), HeldStreams(watches() - regions)});
    if (!held.ok()) return held.status();
    bench_.Progress(absl::StrCat(watches(), " standing watches"));
    const auto watched = Stand({RegionsAmong(bench_.city(), watches()),
                                NearestAmong(bench_.city(), watches())});
    if (!watched.ok()) return watched.status();
    bench_.report().Add(Figure{.name = "watch.idle_stream_memory",
                               .value = held->back().kib,
                               .unit = "KiB"});
    AddStanding("", watches(), held->back(), watched->back());
    AddStanding("_region", regions, held->front(), watched->front());
    return absl::OkStatus();
  }

  void AddStanding(const std::string& kind, int64_t count, const Standing& held,
                   const Standing& watched) {
    bench_.report().Add(
        Figure{.name = "watch.memory" + kind,
               .value = watched.kib - held.kib,
               .unit = "KiB beyond it",
               .against = absl::StrCat(count, " idle gRPC streams"),
               .goal = Goal::AtMost(2)});
    bench_.report().Add(
        Figure{.name = "watch.idle_cpu" + kind,
               .value = 100 * watched.idle_share,
               .unit = absl::StrCat("% of a core, ", count, " watches"),
               .goal = Goal::AtMost(kNothingPercent)});
  }

  // What the server spends on a post while so many watch elsewhere.
  absl::StatusOr<double> MicrosPerPost(int64_t standing) {
    bench_.Progress(absl::StrCat("posts, ", standing, " watch elsewhere"));
    if (absl::Status s = Start(); !s.ok()) return s;
    WatchStreams streams(server_->address(), kWatchConnections,
                         [](size_t, absl::string_view) {});
    if (absl::Status s = OpenAll(FarWatches(standing), &streams); !s.ok()) {
      return s;
    }
    const double idle = IdleShare();
    const auto count =
        static_cast<int64_t>(kWatchedPostsPerSecond *
                             absl::ToDoubleSeconds(bench_.options().duration));
    const auto posts = CreateNeedRequests(bench_.city(), next_, 2 * count);
    next_ += 2 * count;
    RawCaller caller(server_->address(), kConnections);
    const absl::Duration before = server_->CpuTime();
    const absl::Time start = absl::Now();
    const LoadResult result = RunOpen(CallOperation(caller, kCreateNeed, posts),
                                      {.rate = kWatchedPostsPerSecond,
                                       .warm_up = absl::ZeroDuration(),
                                       .duration = bench_.options().duration,
                                       .seed = bench_.options().seed});
    const absl::Duration spent = server_->CpuTime() - before;
    const double took = absl::ToDoubleSeconds(absl::Now() - start);
    if (absl::Status s = CheckNoneFailed(caller, result, "posts"); !s.ok()) {
      return s;
    }
    return 1e6 * (absl::ToDoubleSeconds(spent) - idle * took) /
           static_cast<double>(result.latency.count());
  }

  absl::Status MeasureTouched() {
    constexpr int64_t kFew = 1'000;
    Figure figure{.name = "watch.post_cost",
                  .unit = "us of the server",
                  .against = absl::StrCat("the same with ", kFew, " standing"),
                  .goal = Goal::AtMost(1.5)};
    std::vector<double> values;
    for (int i = 0; i < bench_.options().repetitions; ++i) {
      const auto few = MicrosPerPost(kFew);
      if (!few.ok()) return few.status();
      const auto many = MicrosPerPost(watches());
      if (!many.ok()) return many.status();
      values.push_back(*many);
      figure.samples.push_back(*many / *few);
    }
    figure.value = Median(values);
    figure.ratio = Median(figure.samples);
    bench_.report().Add(std::move(figure));
    return absl::OkStatus();
  }

  Bench& bench_;
  const std::string directory_;
  int64_t next_;  // need to post
  std::unique_ptr<TestedServer> server_;
};

}  // namespace

absl::StatusOr<int64_t> MeasureWatches(Bench& bench,
                                       const std::string& directory,
                                       int64_t first) {
  WatchWorkload workload(bench, directory, first);
  if (absl::Status s = workload.Run(); !s.ok()) return s;
  return workload.next();
}

}  // namespace xom::loadtest
