#include <algorithm>
#include <atomic>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "loadtest/arrivals.h"
#include "loadtest/call_operation.h"
#include "loadtest/echo_service.h"
#include "loadtest/load_run.h"
#include "loadtest/raw_caller.h"
#include "loadtest/requests.h"
#include "loadtest/watch_streams.h"
#include "loadtest/workloads.h"
#include "xom/v1/watch_service.pb.h"

namespace xom::loadtest {
namespace {

constexpr int kWatchConnections = 20;
constexpr int64_t kWatchersOfPosts = 20'000;
constexpr double kPostsPerSecond = 1'000;
// Of ten watches one is of a region, the circle of a ward; nine are of the
// nearest.
constexpr int64_t kOneInIsRegion = 10;
constexpr double kRegionMeters = 300;
// In so many of the lengths of a measurement, or so long at most, a server has
// given back the memory that it needed for a moment: jemalloc's does that by
// and by in ten seconds.
constexpr double kSettlingLengths = 7;
constexpr absl::Duration kMostSettling = absl::Seconds(14);
// What posts reach is counted so long after the last of them.
constexpr absl::Duration kArrivalBound = absl::Seconds(2);
// One that is alone comes, however long the disk takes.
constexpr absl::Duration kLoneArrivalBound = absl::Minutes(1);

std::string NearestWatch(const LockdownCity& city, int64_t i) {
  v1::WatchNearestNeedsRequest request;
  *request.mutable_point() = city.Need(kFirstAsker + i).place().location();
  request.set_k(kNearest);
  return request.SerializeAsString();
}

std::string RegionWatch(const LockdownCity& city, int64_t i) {
  v1::WatchRegionRequest request;
  auto& circle = *request.mutable_region()->mutable_circle();
  *circle.mutable_center() = city.Need(kFirstAsker + i).place().location();
  circle.set_radius_meters(kRegionMeters);
  return request.SerializeAsString();
}

// In the southern ocean, where nobody posts.
std::string FarWatch(int64_t i) {
  v1::WatchNearestNeedsRequest request;
  request.mutable_point()->set_latitude(-50 -
                                        static_cast<double>(i % 100) / 10);
  request.mutable_point()->set_longitude(static_cast<double>(i / 100) / 10 -
                                         60);
  request.set_k(kNearest);
  request.set_max_distance_meters(5'000);
  return request.SerializeAsString();
}

// Of a place there, and a post to it.
constexpr double kFarLatitude = -45;
std::string FarRegionWatch() {
  v1::WatchRegionRequest request;
  auto& circle = *request.mutable_region()->mutable_circle();
  circle.mutable_center()->set_latitude(kFarLatitude);
  circle.set_radius_meters(5'000);
  return request.SerializeAsString();
}
std::string FarPost(const LockdownCity& city, int64_t i) {
  v1::CreateNeedRequest request = city.CreateRequest(i);
  auto& location = *request.mutable_need()->mutable_place()->mutable_location();
  location.set_latitude(kFarLatitude);
  location.set_longitude(0);
  return request.SerializeAsString();
}

// Whether a message of a watch ends its snapshot.
template <typename Response>
bool IsCurrent(absl::string_view message) {
  Response response;
  return response.ParseFromArray(message.data(),
                                 static_cast<int>(message.size())) &&
         response.current();
}

WatchStreams::Opening OpeningOfNearest(std::vector<std::string> requests) {
  return {kWatchNearestNeeds, std::move(requests),
          IsCurrent<v1::WatchNearestNeedsResponse>};
}

WatchStreams::Opening OpeningOfRegions(std::vector<std::string> requests) {
  return {kWatchRegion, std::move(requests),
          IsCurrent<v1::WatchRegionResponse>};
}

using Openings = std::vector<WatchStreams::Opening>;

// Those of so many watches that are of regions.
WatchStreams::Opening RegionsAmong(const LockdownCity& city, int64_t count) {
  std::vector<std::string> regions;
  for (int64_t i = 0; i < count; i += kOneInIsRegion) {
    regions.push_back(RegionWatch(city, i));
  }
  return OpeningOfRegions(std::move(regions));
}

// Watches of people where people are.
Openings NearWatches(const LockdownCity& city, int64_t count) {
  std::vector<std::string> nearest;
  for (int64_t i = 0; i < count; ++i) {
    if (i % kOneInIsRegion != 0) nearest.push_back(NearestWatch(city, i));
  }
  return {OpeningOfNearest(std::move(nearest)), RegionsAmong(city, count)};
}

// Streams of gRPC that say nothing.
Openings HeldStreams(int64_t count) {
  return {
      {kHold,
       std::vector<std::string>(static_cast<size_t>(count), FarRegionWatch()),
       [](absl::string_view) { return true; }}};
}

absl::Status OpenAll(const Openings& openings, WatchStreams* streams) {
  for (const WatchStreams::Opening& opening : openings) {
    if (absl::Status s = streams->Open(opening); !s.ok()) return s;
  }
  return absl::OkStatus();
}

class WatchWorkload {
 public:
  WatchWorkload(Bench& bench, std::string directory, int64_t first)
      : bench_(bench), directory_(std::move(directory)), next_(first) {}

  absl::Status Run() {
    for (const auto step :
         {&WatchWorkload::MeasureStanding,
          &WatchWorkload::MeasureStandingRegions,
          &WatchWorkload::MeasureTouched, &WatchWorkload::MeasureArrivals}) {
      if (absl::Status s = (this->*step)(); !s.ok()) return s;
    }
    return absl::OkStatus();
  }

  int64_t next() const { return next_; }

 private:
  int64_t watches() const { return bench_.options().watches; }

  absl::Status Start() {
    server_ = nullptr;
    auto server = TestedServer::Start(
        {.binaries = bench_.options().binaries,
         .directory = directory_,
         .flags = {"--log=events", "--max_streams_per_connection=100000",
                   "--max_watches=1000000",
                   "--max_watches_per_connection=100000"}});
    if (server.ok()) server_ = *std::move(server);
    return server.status();
  }

  // Of the processor of one core, while nobody does anything.
  double IdleShare() {
    const absl::Duration before = server_->CpuTime();
    const absl::Time start = absl::Now();
    absl::SleepFor(2 * bench_.options().duration);
    return absl::FDivDuration(server_->CpuTime() - before, absl::Now() - start);
  }

  // Once what was needed for a moment is given back.
  int64_t SettledBytes() {
    absl::SleepFor(
        std::min(kSettlingLengths * bench_.options().duration, kMostSettling));
    return server_->ResidentBytes();
  }

  // What standing streams cost: each in memory, all in time.
  struct Standing {
    double kib = 0;
    double idle_share = 0;
  };
  absl::StatusOr<Standing> Stand(const Openings& openings) {
    if (absl::Status s = Start(); !s.ok()) return s;
    const int64_t before = SettledBytes();
    WatchStreams streams(server_->address(), kWatchConnections,
                         [](size_t, absl::string_view) {});
    if (absl::Status s = OpenAll(openings, &streams); !s.ok()) return s;
    const int64_t after = SettledBytes();
    return Standing{static_cast<double>(after - before) / 1024 /
                        static_cast<double>(streams.size()),
                    IdleShare()};
  }

  absl::Status MeasureStanding() {
    bench_.Progress(absl::StrCat(watches(), " idle streams"));
    const auto held = Stand(HeldStreams(watches()));
    if (!held.ok()) return held.status();
    bench_.Progress(absl::StrCat(watches(), " standing watches"));
    const auto watched = Stand(NearWatches(bench_.city(), watches()));
    if (!watched.ok()) return watched.status();
    bench_.report().Add(Figure{
        .name = "watch.idle_stream_memory", .value = held->kib, .unit = "KiB"});
    AddStanding("", watches(), *held, *watched);
    return absl::OkStatus();
  }

  // Of regions alone, as many as stand among all: the snapshot of a region is
  // some hundred needs, so that ten times as many would take minutes to open.
  absl::Status MeasureStandingRegions() {
    const int64_t count = watches() / kOneInIsRegion;
    bench_.Progress(absl::StrCat(count, " idle streams"));
    const auto held = Stand(HeldStreams(count));
    if (!held.ok()) return held.status();
    bench_.Progress(absl::StrCat(count, " standing watches of regions"));
    const auto watched = Stand({RegionsAmong(bench_.city(), watches())});
    if (!watched.ok()) return watched.status();
    AddStanding("_region", count, *held, *watched);
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
               .unit = absl::StrCat("% of a core, ", count, " watches")});
  }

  // What the server spends on a post while so many watch elsewhere.
  absl::StatusOr<double> MicrosPerPost(int64_t standing) {
    bench_.Progress(absl::StrCat("posts, ", standing, " watch elsewhere"));
    if (absl::Status s = Start(); !s.ok()) return s;
    WatchStreams streams(server_->address(), kWatchConnections,
                         [](size_t, absl::string_view) {});
    std::vector<std::string> requests;
    for (int64_t i = 0; i < standing; ++i) requests.push_back(FarWatch(i));
    if (absl::Status s = streams.Open(OpeningOfNearest(std::move(requests)));
        !s.ok()) {
      return s;
    }
    const double idle = IdleShare();
    const auto count = static_cast<int64_t>(
        kPostsPerSecond * absl::ToDoubleSeconds(bench_.options().duration));
    const auto posts = CreateNeedRequests(bench_.city(), next_, 2 * count);
    next_ += 2 * count;
    RawCaller caller(server_->address(), kConnections);
    const absl::Duration before = server_->CpuTime();
    const absl::Time start = absl::Now();
    const LoadResult result = RunOpen(CallOperation(caller, kCreateNeed, posts),
                                      {.rate = kPostsPerSecond,
                                       .warm_up = absl::ZeroDuration(),
                                       .duration = bench_.options().duration,
                                       .seed = bench_.options().seed});
    const absl::Duration spent = server_->CpuTime() - before;
    const double took = absl::ToDoubleSeconds(absl::Now() - start);
    if (result.failed > 0) return absl::InternalError("posts failed");
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

  struct Reached {
    Histogram latency;  // to the last watch, of posts that any watch shows
    Histogram replies;  // to who posted
    double messages_per_post = 0;
  };

  // The first posts of a server wait for what it makes once: not what counts.
  absl::Status WarmUp(RawCaller& caller) {
    return PostAtRate(bench_, caller,
                      {.rate = kPostsPerSecond,
                       .warm_up = absl::ZeroDuration(),
                       .duration = bench_.warm_up(),
                       .seed = bench_.options().seed},
                      &next_)
        .status();
  }

  // Posts while so many watch, and how long each took from when it should have
  // been sent to its last watch.
  absl::StatusOr<Reached> PostAndWatch(int64_t standing) {
    if (absl::Status s = Start(); !s.ok()) return s;
    const auto count = static_cast<int64_t>(
        100 +
        2 * kPostsPerSecond * absl::ToDoubleSeconds(bench_.options().duration));
    Arrivals arrivals(bench_.city(), next_, count,
                      static_cast<size_t>(standing));
    const auto posts = CreateNeedRequests(bench_.city(), next_, count);
    next_ += count;
    std::atomic<int64_t> messages = 0;
    WatchStreams streams(server_->address(), kWatchConnections,
                         [&](size_t watch, absl::string_view message) {
                           ++messages;
                           arrivals.Note(watch, message, absl::Now());
                         });
    if (absl::Status s =
            OpenAll(NearWatches(bench_.city(), standing), &streams);
        !s.ok()) {
      return s;
    }
    RawCaller caller(server_->address(), kConnections);
    if (absl::Status s = WarmUp(caller); !s.ok()) return s;
    messages = 0;
    std::vector<absl::Time> intended(static_cast<size_t>(count));
    const LoadResult result = RunOpen(
        [&](int64_t number, OperationDone done) {
          intended[static_cast<size_t>(number)] = done.start();
          caller.Start(kCreateNeed, posts[static_cast<size_t>(number)],
                       [done](const absl::Status& status, absl::string_view) {
                         done(status.ok());
                       });
        },
        {.rate = kPostsPerSecond,
         .warm_up = absl::ZeroDuration(),
         .duration = bench_.options().duration,
         .seed = bench_.options().seed});
    if (result.failed > 0) return absl::InternalError("posts failed");
    absl::SleepFor(kArrivalBound);
    Reached reached;
    for (int64_t i = 0; i < result.latency.count(); ++i) {
      const auto last = arrivals.LastOf(i);
      if (last.has_value()) {
        reached.latency.Record(*last - intended[static_cast<size_t>(i)]);
      }
    }
    reached.replies = result.latency;
    reached.messages_per_post = static_cast<double>(messages) /
                                static_cast<double>(result.latency.count());
    return reached;
  }

  // One watch of a place where one post comes after the other.
  absl::StatusOr<double> UnloadedMicros() {
    constexpr int64_t kPosts = 200;
    if (absl::Status s = Start(); !s.ok()) return s;
    MessageCount inbox;
    WatchStreams streams(server_->address(), 1,
                         [&](size_t, absl::string_view) { inbox.Add(); });
    if (absl::Status s = streams.Open(OpeningOfRegions({FarRegionWatch()}));
        !s.ok()) {
      return s;
    }
    RawCaller caller(server_->address(), 1);
    Histogram latency;
    for (int64_t i = 0; i < kPosts; ++i) {
      const std::string post = FarPost(bench_.city(), next_++);
      const int64_t before = inbox.count();
      const absl::Time start = absl::Now();
      caller.Start(kCreateNeed, post,
                   [](const absl::Status&, absl::string_view) {});
      if (!inbox.WaitForMoreThan(before, kLoneArrivalBound)) {
        return absl::DeadlineExceededError("a post came to no watch");
      }
      latency.Record(absl::Now() - start);
    }
    return absl::ToDoubleMicroseconds(latency.At(0.5));
  }

  absl::Status MeasureArrivals() {
    const int64_t standing = std::min(watches(), kWatchersOfPosts);
    Figure figure{.name = "watch.post_to_last_p99",
                  .unit = "us",
                  .against = "one post to one watch, the median",
                  .goal = Goal::AtMost(10)};
    std::vector<double> values;
    std::vector<double> touched;
    std::vector<double> replies;
    for (int i = 0; i < bench_.options().repetitions; ++i) {
      bench_.Progress("one post to one watch");
      const auto unloaded = UnloadedMicros();
      if (!unloaded.ok()) return unloaded.status();
      bench_.Progress(absl::StrCat(kPostsPerSecond, " posts a second to ",
                                   standing, " watches"));
      const auto reached = PostAndWatch(standing);
      if (!reached.ok()) return reached.status();
      values.push_back(absl::ToDoubleMicroseconds(reached->latency.At(0.99)));
      touched.push_back(reached->messages_per_post);
      replies.push_back(absl::ToDoubleMicroseconds(reached->replies.At(0.99)));
      figure.samples.push_back(values.back() / *unloaded);
    }
    figure.value = Median(values);
    figure.ratio = Median(figure.samples);
    bench_.report().Add(std::move(figure));
    bench_.report().Add(Figure{.name = "watch.post_reply_p99",
                               .value = Median(replies),
                               .unit = "us"});
    bench_.report().Add(Figure{.name = "watch.messages_per_post",
                               .value = Median(touched),
                               .unit = "messages"});
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
