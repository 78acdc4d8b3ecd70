#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "loadtest/call_operation.h"
#include "loadtest/comparison.h"
#include "loadtest/echo_service.h"
#include "loadtest/latency.h"
#include "loadtest/load_run.h"
#include "loadtest/raw_caller.h"
#include "loadtest/requests.h"
#include "loadtest/workloads.h"

namespace xom::loadtest {
namespace {

constexpr int kInFlight = 64;
// As many different places; a run goes over them again and again.
constexpr int64_t kRequests = 20'000;

struct Filter {
  const char* name;  // of the figures
  std::vector<std::string> categories;
};

// As the generator shares them out some 1.5 %, 13 % and all of the needs have
// them; and no filter.
std::vector<Filter> Filters() {
  return {{"one_percent", {"categories/school-supplies"}},
          {"ten_percent", {"categories/medical-advice"}},
          {"hundred_percent",
           {"categories/necessities", "categories/medical-advice",
            "categories/groceries", "categories/school-supplies"}},
          {"all", {}}};
}

double MostPerSecond(const Bench& bench, const Operation& operation,
                     int64_t* failed) {
  const LoadResult result =
      RunClosed(operation, {.in_flight = kInFlight,
                            .warm_up = bench.warm_up(),
                            .duration = bench.options().duration});
  *failed += result.failed;
  return result.rate();
}

absl::Status MeasureFilter(Bench& bench, RawCaller& caller,
                           const Filter& filter) {
  const std::string name = absl::StrCat("nearest.", filter.name);
  bench.Progress(absl::StrCat(name, ": making the searches"));
  const std::vector<std::string> requests =
      NearestRequests(bench.city(), kRequests, filter.categories);
  if (absl::Status s = SetEchoOfSearches(caller, requests); !s.ok()) return s;
  const Operation find = CallOperation(caller, kFindNearestNeeds, requests);
  const Operation echo = CallOperation(caller, kEcho, requests);
  bench.Progress(absl::StrCat(name, ": the most a second, and the echo"));
  int64_t failed = 0;
  const Comparison comparison = Compare(
      bench.options().repetitions,
      [&] { return MostPerSecond(bench, find, &failed); },
      [&] { return MostPerSecond(bench, echo, &failed); });
  Figure figure = comparison.ToFigure(name + ".throughput", "calls/s",
                                      "an echo of the same bytes");
  figure.goal = Goal::AtLeast(0.85);
  bench.report().Add(std::move(figure));
  bench.Progress(absl::StrCat(name, ": latency at half of that"));
  std::vector<Histogram> latencies;
  for (int i = 0; i < bench.options().repetitions; ++i) {
    LoadResult calm = RunOpen(
        find, {.rate = comparison.value() / 2,
               .warm_up = bench.warm_up(),
               .duration = bench.options().duration,
               .seed = bench.options().seed + static_cast<uint64_t>(i)});
    failed += calm.failed;
    latencies.push_back(std::move(calm.latency));
  }
  AddLatency(name + ".latency", latencies, &bench.report());
  if (failed > 0) {
    return absl::InternalError(absl::StrCat(failed, " searches failed"));
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status SetEchoOfSearches(RawCaller& caller,
                               const std::vector<std::string>& requests) {
  std::vector<std::string> replies;
  for (size_t i = 0; i < kEchoSample; ++i) {
    auto reply = caller.Call(kFindNearestNeeds, requests[i]);
    if (!reply.ok()) return reply.status();
    replies.push_back(*std::move(reply));
  }
  const auto middle = replies.begin() + kEchoSample / 2;
  std::nth_element(replies.begin(), middle, replies.end(),
                   [](const std::string& a, const std::string& b) {
                     return a.size() < b.size();
                   });
  return caller.Call(kSetReply, *middle).status();
}

absl::Status MeasureNearest(Bench& bench, const TestedServer& server) {
  RawCaller caller(server.address(), kConnections);
  for (const Filter& filter : Filters()) {
    absl::Status status = MeasureFilter(bench, caller, filter);
    if (!status.ok()) return status;
  }
  return absl::OkStatus();
}

}  // namespace xom::loadtest
