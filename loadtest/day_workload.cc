#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "loadtest/call_operation.h"
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

  // So many posts a second beside the reads of a quiet day.
  Phase Run(const TestedServer& server, double posts_per_second) {
    const absl::Duration duration = bench_.options().duration;
    const absl::Duration warm_up = bench_.warm_up();
    // A Poisson process makes now more, now fewer: requests for all.
    const auto count = static_cast<int64_t>(
        1'000 +
        1.2 * posts_per_second * absl::ToDoubleSeconds(duration + warm_up));
    const auto posts = CreateNeedRequests(bench_.city(), next_, count);
    next_ += count;
    RawCaller caller(server.address(), kConnections);
    Phase phase;
    std::thread poster([&] {
      phase.posts = RunOpen(CallOperation(caller, kCreateNeed, posts),
                            {.rate = posts_per_second,
                             .warm_up = warm_up,
                             .duration = duration,
                             .seed = bench_.options().seed});
    });
    phase.reads = RunOpen(CallOperation(caller, kFindNearestNeeds, reads_),
                          {.rate = kPostsPerSecond * kReadsPerPost,
                           .warm_up = warm_up,
                           .duration = duration,
                           .seed = bench_.options().seed + 1});
    poster.join();
    return phase;
  }

 private:
  Bench& bench_;
  int64_t next_;  // need to post
  const std::vector<grpc::ByteBuffer> reads_;
};

double Micros(const LoadResult& result, double quantile) {
  return absl::ToDoubleMicroseconds(result.latency.At(quantile));
}

}  // namespace

absl::Status MeasureDay(Bench& bench, const std::string& directory,
                        int64_t first) {
  Day day(bench, first);
  const auto start = [&](std::vector<std::string> more) {
    std::vector<std::string> flags = {"--log", "events"};
    flags.insert(flags.end(), more.begin(), more.end());
    return TestedServer::Start({.binaries = bench.options().binaries,
                                .directory = directory,
                                .flags = std::move(flags)});
  };
  struct Stress {
    const char* name;
    double posts_per_second;
    std::vector<std::string> flags;
  };
  const Stress quiet{"quiet", kPostsPerSecond, {}};
  const Stress stresses[] = {
      {"burst", kPostsPerSecond * kBurst, {}},
      {"compaction", kPostsPerSecond, {"--compaction_seconds=1"}}};
  for (const Stress& stress : stresses) {
    Figure reads{.name = absl::StrCat("day.reads_p99.", stress.name),
                 .unit = "us",
                 .against = "reads on a quiet day",
                 .goal = Goal::AtMost(3)};
    std::vector<double> values;
    std::vector<double> posts;
    for (int i = 0; i < bench.options().repetitions; ++i) {
      double p99[2] = {};
      for (const Stress* now : {&quiet, &stress}) {
        bench.Progress(absl::StrCat("the day: ", now->name));
        auto server = start(now->flags);
        if (!server.ok()) return server.status();
        const Phase phase = day.Run(**server, now->posts_per_second);
        if (phase.reads.failed + phase.posts.failed > 0) {
          return absl::InternalError(
              absl::StrCat(phase.reads.failed, " reads and ",
                           phase.posts.failed, " posts failed"));
        }
        p99[now == &stress] = Micros(phase.reads, 0.99);
        if (now == &stress) posts.push_back(Micros(phase.posts, 0.99));
        (*server)->Stop();
      }
      values.push_back(p99[1]);
      reads.samples.push_back(p99[1] / p99[0]);
    }
    reads.value = Median(values);
    reads.ratio = Median(reads.samples);
    bench.report().Add(std::move(reads));
    bench.report().Add(
        Figure{.name = absl::StrCat("day.posts_p99.", stress.name),
               .value = Median(posts),
               .unit = "us",
               .samples = posts});
  }
  return absl::OkStatus();
}

}  // namespace xom::loadtest
