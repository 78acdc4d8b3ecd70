#include <algorithm>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "loadtest/call_operation.h"
#include "loadtest/comparison.h"
#include "loadtest/echo_service.h"
#include "loadtest/latency.h"
#include "loadtest/load_run.h"
#include "loadtest/micro_benchmarks.h"
#include "loadtest/raw_caller.h"
#include "loadtest/requests.h"
#include "loadtest/workloads.h"

namespace xom::loadtest {
namespace {

// How many are in flight when the numbers of a server are compared.
constexpr int kInFlight = 64;
// Needs whose requests are in memory at once.
constexpr int64_t kChunk = 50'000;
// Racers for one need.
constexpr int kRacers = 256;
// Of the writes of one measurement: enough for some seconds.
constexpr int64_t kWrites = 40'000;
constexpr int64_t kEchoes = 100'000;
constexpr absl::Duration kLongestWrites = absl::Minutes(10);
constexpr char kFloors[] = "what echo and RocksDB together allow";

using Requests = std::vector<std::string>;

// One call for each request, so many in flight. What is refused counts as
// failed, and what was not sent within kLongestWrites.
LoadResult CallEach(RawCaller& caller, const std::string& method,
                    const Requests& requests, int in_flight) {
  const auto count = static_cast<int64_t>(requests.size());
  LoadResult result = RunClosed(CallOperation(caller, method, requests),
                                {.in_flight = in_flight,
                                 .warm_up = absl::ZeroDuration(),
                                 .duration = kLongestWrites,
                                 .max_operations = count});
  result.failed = count - result.latency.count();
  return result;
}

// Writes, and what they are measured against.
class WriteWorkload {
 public:
  WriteWorkload(Bench& bench, const TestedServer& server, int64_t first)
      : bench_(bench),
        server_(server),
        caller_(server.address(), kConnections),
        next_(first) {}

  absl::Status Run() {
    // Latency after the claims: they are of the needs that were posted just
    // before, and of its requests not all are sent. What brings another store
    // into the server comes last.
    for (const auto step :
         {&WriteWorkload::MeasurePosts, &WriteWorkload::MeasureAtOnce,
          &WriteWorkload::MakeHelpers, &WriteWorkload::MeasureClaims,
          &WriteWorkload::MeasureHotNeed, &WriteWorkload::MeasureLatency,
          &WriteWorkload::MeasureStoredEcho}) {
      if (absl::Status s = (this->*step)(); !s.ok()) return s;
      if (!error_.ok()) return error_;
    }
    return absl::OkStatus();
  }

  int64_t next() const { return next_; }

 private:
  int64_t writes() const {
    return std::min<int64_t>(kWrites, bench_.options().needs / 10);
  }

  // Posts so many new needs; how many a second.
  double Post(int64_t count, int in_flight) {
    const Requests requests = CreateNeedRequests(bench_.city(), next_, count);
    next_ += count;
    const LoadResult result =
        CallEach(caller_, kCreateNeed, requests, in_flight);
    error_.Update(CheckNoneFailed(caller_, result, "posts"));
    return result.rate();
  }

  // So many echoes of the bytes of a post; how many a second.
  double Echo(const char* method, int64_t count) {
    const Requests requests(static_cast<size_t>(count), echo_request_);
    const LoadResult result = CallEach(caller_, method, requests, kInFlight);
    error_.Update(CheckNoneFailed(caller_, result, "echoes"));
    return result.rate();
  }

  double Echo() {
    return Echo(kEcho, std::min(kEchoes, bench_.options().needs));
  }

  absl::Status SetEcho() {
    echo_request_ = CreateNeedRequests(bench_.city(), next_++, 1).front();
    return SetEchoOfPosts(caller_, echo_request_);
  }

  absl::Status MeasurePosts() {
    bench_.Progress("posts with 64 in flight, and the echo");
    if (absl::Status s = SetEcho(); !s.ok()) return s;
    Comparison posts = Compare(
        bench_.options().repetitions, [&] { return Post(writes(), kInFlight); },
        [&] { return Echo(); });
    if (absl::Status s = MeasureRocksDb(); !s.ok()) return s;
    bench_.report().Add(MedianOf("post.echo", "calls/s", posts.references));
    Figure figure = AgainstFloors(std::move(posts))
                        .ToFigure("post.in_flight_64", "posts/s", kFloors);
    figure.goal = Goal::AtLeast(0.7);
    most_ = figure.value;
    bench_.report().Add(std::move(figure));
    return absl::OkStatus();
  }

  absl::Status MeasureRocksDb() {
    bench_.Progress("what RocksDB alone writes");
    std::vector<double> rates;
    for (int i = 0; i < bench_.options().repetitions; ++i) {
      bench_.AwaitRest(server_);
      const auto bare = RunMicroBenchmarks(bench_, "storage_benchmark",
                                           "BM_Commit/in_flight:64/");
      if (!bare.ok()) return bare.status();
      if (bare->empty()) return absl::InternalError("no floor of RocksDB");
      rates.push_back(bare->begin()->second.at("bare_per_second"));
    }
    bare_rate_ = Median(rates);
    bench_.report().Add(MedianOf("post.rocksdb", "writes/s", rates));
    return absl::OkStatus();
  }

  // How near those floors anything comes that has both of them in one process.
  absl::Status MeasureStoredEcho() {
    // The first opens the store.
    const auto opened = caller_.Call(kEchoStored, echo_request_);
    if (!opened.ok()) return opened.status();
    bench_.Progress("the echo behind RocksDB, with 64 in flight");
    Comparison echoes = Compare(
        bench_.options().repetitions,
        [&] { return Echo(kEchoStored, writes()); }, [&] { return Echo(); });
    bench_.report().Add(AgainstFloors(std::move(echoes))
                            .ToFigure("post.echo_stored", "calls/s", kFloors));
    return absl::OkStatus();
  }

  // A call takes the time of the one and of the other.
  Comparison AgainstFloors(Comparison with_echo) const {
    for (double& echo : with_echo.references) {
      echo = 1 / (1 / echo + 1 / bare_rate_);
    }
    return with_echo;
  }

  absl::Status MeasureAtOnce() {
    for (const auto& [in_flight, share] :
         {std::pair{1, 20}, std::pair{8, 4}, std::pair{256, 1}}) {
      bench_.Progress(absl::StrCat("posts with ", in_flight, " in flight"));
      std::vector<double> rates;
      for (int i = 0; i < bench_.options().repetitions; ++i) {
        rates.push_back(Post(writes() / share, in_flight));
      }
      bench_.report().Add(MedianOf(absl::StrCat("post.in_flight_", in_flight),
                                   "posts/s", rates));
      most_ = std::max(most_, Median(rates));
    }
    return absl::OkStatus();
  }

  absl::Status MeasureLatency() {
    bench_.Progress("posts: latency at half of the most");
    OpenOptions options{.rate = most_ / 2,
                        .warm_up = bench_.warm_up(),
                        .duration = bench_.options().duration,
                        .seed = bench_.options().seed};
    std::vector<Histogram> latencies;
    for (int i = 0; i < bench_.options().repetitions; ++i, ++options.seed) {
      bench_.AwaitRest(server_);
      const auto calm = PostAtRate(bench_, caller_, options, &next_);
      if (!calm.ok()) return calm.status();
      latencies.push_back(calm->latency);
    }
    AddLatency("post.latency", latencies, &bench_.report());
    return absl::OkStatus();
  }

  absl::Status MakeHelpers() {
    bench_.Progress("making the helpers");
    return CreateHelpers(bench_, caller_, 0, writes());
  }

  // Each helper claims a need of its own.
  double Claim() {
    Requests requests;
    for (int64_t i = 0; i < writes(); ++i) {
      requests.push_back(ClaimRequest(bench_.city(), claimed_++, i, claims_++));
    }
    const LoadResult result =
        CallEach(caller_, kClaimNeed, requests, kInFlight);
    error_.Update(CheckNoneFailed(caller_, result, "claims"));
    return result.rate();
  }

  absl::Status MeasureClaims() {
    bench_.Progress("claims, and posts beside them");
    claimed_ = next_ - writes() * bench_.options().repetitions;
    const Comparison claims = Compare(
        bench_.options().repetitions, [&] { return Claim(); },
        [&] { return Post(writes(), kInFlight); });
    Figure figure = claims.ToFigure("claim.uncontended", "claims/s", "posts");
    figure.goal = Goal::AtLeast(0.8);
    bench_.report().Add(std::move(figure));
    uncontended_ = claims.value();
    return absl::OkStatus();
  }

  // All race for one need, then all for the next; how many answers a second.
  double Race() {
    const int64_t rounds = std::max<int64_t>(1, writes() / kRacers);
    Requests requests;
    for (int64_t round = 0; round < rounds; ++round) {
      for (int64_t racer = 0; racer < kRacers; ++racer) {
        const int64_t helper = (round * kRacers + racer) % writes();
        requests.push_back(
            ClaimRequest(bench_.city(), claimed_, helper, claims_++));
      }
      ++claimed_;
    }
    const LoadResult result = CallEach(caller_, kClaimNeed, requests, kRacers);
    const int64_t won = result.latency.count();
    if (won != rounds) {
      error_.Update(absl::InternalError(
          absl::StrCat(won, " claims of ", rounds, " needs were granted")));
    }
    return static_cast<double>(won + result.failed) /
           absl::ToDoubleSeconds(result.took);
  }

  absl::Status MeasureHotNeed() {
    bench_.Progress("256 racers for one need");
    claimed_ = next_ - writes();
    Comparison race;
    for (int i = 0; i < bench_.options().repetitions; ++i) {
      race.values.push_back(Race());
      race.references.push_back(uncontended_);
    }
    Figure figure =
        race.ToFigure("claim.hot_need", "answers/s", "uncontended claims");
    figure.goal = Goal::AtLeast(0.5);
    bench_.report().Add(std::move(figure));
    return absl::OkStatus();
  }

  Bench& bench_;
  const TestedServer& server_;
  RawCaller caller_;
  int64_t next_;         // need to post
  int64_t claimed_ = 0;  // need to claim
  int64_t claims_ = 0;
  double bare_rate_ = 0;  // writes a second of RocksDB alone
  double most_ = 0;       // posts a second, however many in flight
  double uncontended_ = 0;
  std::string echo_request_;
  absl::Status error_;
};

}  // namespace

absl::Status CheckNoneFailed(const RawCaller& caller, const LoadResult& result,
                             const char* what) {
  if (result.failed == 0) return absl::OkStatus();
  return absl::InternalError(absl::StrCat(
      result.failed, " ", what, " failed or were not sent; the first: ",
      caller.first_error().ToString()));
}

absl::Status CreateHelpers(const Bench& bench, RawCaller& caller, int64_t first,
                           int64_t count) {
  constexpr int kAtOnce = 256;
  const Requests requests = CreateHelperRequests(bench.city(), first, count);
  return CheckNoneFailed(
      caller, CallEach(caller, kCreateOffer, requests, kAtOnce), "offers");
}

absl::Status SetEchoOfPosts(RawCaller& caller, const std::string& request) {
  const auto reply = caller.Call(kCreateNeed, request);
  if (!reply.ok()) return reply.status();
  return caller.Call(kSetReply, *reply).status();
}

absl::Status PostNeeds(Bench& bench, const TestedServer& server, int64_t first,
                       int64_t end) {
  constexpr int kAtOnce = 256;
  RawCaller caller(server.address(), kConnections);
  for (int64_t i = first; i < end; i += kChunk) {
    bench.Progress(absl::StrCat("posting needs: ", i, " of ", end));
    const LoadResult result =
        CallEach(caller, kCreateNeed,
                 CreateNeedRequests(bench.city(), i, std::min(kChunk, end - i)),
                 kAtOnce);
    if (absl::Status s = CheckNoneFailed(caller, result, "posts"); !s.ok())
      return s;
  }
  return absl::OkStatus();
}

absl::StatusOr<LoadResult> PostAtRate(const Bench& bench, RawCaller& caller,
                                      const OpenOptions& options,
                                      int64_t* next) {
  const int64_t count = MoreThanStart(options);
  const Requests requests = CreateNeedRequests(bench.city(), *next, count);
  *next += count;
  LoadResult result =
      RunOpen(CallOperation(caller, kCreateNeed, requests), options);
  if (absl::Status s = CheckNoneFailed(caller, result, "posts"); !s.ok())
    return s;
  return result;
}

absl::StatusOr<int64_t> MeasureWrites(Bench& bench, const TestedServer& server,
                                      int64_t first) {
  WriteWorkload workload(bench, server, first);
  if (absl::Status s = workload.Run(); !s.ok()) return s;
  return workload.next();
}

}  // namespace xom::loadtest
