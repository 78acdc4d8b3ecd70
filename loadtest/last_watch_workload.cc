// How soon a post is with the last of those who watch its place.
#include <algorithm>
#include <atomic>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "echo_service.pb.h"
#include "loadtest/arrivals.h"
#include "loadtest/call_operation.h"
#include "loadtest/echo_service.h"
#include "loadtest/load_run.h"
#include "loadtest/raw_caller.h"
#include "loadtest/requests.h"
#include "loadtest/watch_openings.h"
#include "loadtest/watch_streams.h"
#include "loadtest/workloads.h"

namespace xom::loadtest {
namespace {

constexpr int64_t kWatchersOfPosts = 20'000;
// Of the floor: many more than any post is shown to. As many as there are
// watches would be a burden that the server itself does not have: its streams
// have queues of their own, the floor's are in one with all its calls.
constexpr uint32_t kFloorStreams = 1'000;
// What posts reach is counted so long after the last of them.
constexpr absl::Duration kArrivalBound = absl::Seconds(2);
// One that is alone comes, however long the disk takes.
constexpr absl::Duration kLoneArrivalBound = absl::Minutes(1);

// What comes to those who watch while the needs [first, first + count) are
// posted.
struct Shown {
  Shown(const LockdownCity& city, int64_t first, int64_t count, int64_t watches)
      : arrivals(city, first, count, static_cast<size_t>(watches)) {}

  WatchStreams::Sink Sink() {
    return [this](size_t watch, absl::string_view message) {
      ++messages;
      bytes += static_cast<int64_t>(message.size());
      arrivals.Note(watch, message, absl::Now());
    };
  }

  Arrivals arrivals;
  std::atomic<int64_t> messages = 0;
  std::atomic<int64_t> bytes = 0;
};

struct Reached {
  Histogram last;     // to the last watch, of posts that any watch shows
  Histogram replies;  // to who posted
  double messages_per_post = 0;
  double micros_per_post = 0;  // of the server's processor
};

// What was posted and how many were shown it, for the floor to do the same.
struct ShownPosts {
  int64_t first = 0;             // the need of the first
  std::vector<int64_t> watches;  // that showed each
  size_t message_bytes = 0;      // of a message, the mean
};

class LastWatchWorkload {
 public:
  LastWatchWorkload(Bench& bench, std::string directory, int64_t first)
      : bench_(bench), directory_(std::move(directory)), next_(first) {}

  absl::Status Run() {
    for (int i = 0; i < bench_.options().repetitions; ++i) {
      if (absl::Status s = MeasureOnce(); !s.ok()) return s;
    }
    Figure last = AgainstUnloaded("watch.post_to_last_p99", last_);
    last.goal = Goal::AtMost(10);
    bench_.report().Add(std::move(last));
    AddMicros("watch.post_reply_p99", replies_);
    bench_.report().Add(
        AgainstUnloaded("watch.post_to_last_p99_of_floors", floor_last_));
    AddMicros("watch.post_reply_p99_of_floors", floor_replies_);
    AddMicros("watch.shown_post_cost", costs_);
    AddMicros("watch.shown_post_cost_of_floors", floor_costs_);
    bench_.report().Add(
        MedianOf("watch.messages_per_post", "messages", messages_));
    return absl::OkStatus();
  }

  int64_t next() const { return next_; }

 private:
  int64_t standing() const {
    return std::min(bench_.options().watches, kWatchersOfPosts);
  }

  // The same posts at the same times for server and floor.
  OpenOptions posting() const {
    return {.rate = kWatchedPostsPerSecond,
            .warm_up = absl::ZeroDuration(),
            .duration = bench_.options().duration,
            .seed = bench_.options().seed};
  }

  Figure AgainstUnloaded(std::string name,
                         const std::vector<double>& micros) const {
    Figure figure{.name = std::move(name),
                  .value = Median(micros),
                  .unit = "us",
                  .against = "one post to one watch, the median"};
    for (size_t i = 0; i < micros.size(); ++i) {
      figure.samples.push_back(micros[i] / unloaded_[i]);
    }
    figure.ratio = Median(figure.samples);
    return figure;
  }

  void AddMicros(const std::string& name, const std::vector<double>& micros) {
    bench_.report().Add(MedianOf(name, "us", micros));
  }

  absl::Status Start() {
    return RestartForWatches(bench_, directory_, &server_);
  }

  absl::Status MeasureOnce() {
    bench_.Progress("one post to one watch");
    const auto unloaded = UnloadedMicros();
    if (!unloaded.ok()) return unloaded.status();
    bench_.Progress(absl::StrCat(kWatchedPostsPerSecond, " posts a second to ",
                                 standing(), " watches"));
    ShownPosts posts;
    const auto reached = PostAndWatch(&posts);
    if (!reached.ok()) return reached.status();
    bench_.Progress("the same of echo and RocksDB");
    const auto floor = EchoAndHold(posts);
    if (!floor.ok()) return floor.status();
    if (floor->last.count() == 0 && reached->last.count() > 0) {
      return absl::InternalError("the floor showed nobody anything");
    }
    const auto p99 = [](const Histogram& latency) {
      return absl::ToDoubleMicroseconds(latency.At(0.99));
    };
    unloaded_.push_back(*unloaded);
    last_.push_back(p99(reached->last));
    replies_.push_back(p99(reached->replies));
    messages_.push_back(reached->messages_per_post);
    floor_last_.push_back(p99(floor->last));
    floor_replies_.push_back(p99(floor->replies));
    costs_.push_back(reached->micros_per_post);
    floor_costs_.push_back(floor->micros_per_post);
    return absl::OkStatus();
  }

  // One watch of a place where one post comes after the other.
  absl::StatusOr<double> UnloadedMicros() {
    constexpr int64_t kPosts = 200;
    if (absl::Status s = Start(); !s.ok()) return s;
    MessageCount inbox;
    WatchStreams streams(server_->address(), 1,
                         [&](size_t, absl::string_view) { inbox.Add(); });
    if (absl::Status s = OpenAll(FarRegion(), &streams); !s.ok()) return s;
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

  absl::StatusOr<Reached> PostAndWatch(ShownPosts* posts) {
    if (absl::Status s = Start(); !s.ok()) return s;
    OpenOptions warming = posting();
    warming.duration = bench_.warm_up();
    posts->first = next_ + MoreThanStart(warming);
    const int64_t count = MoreThanStart(posting());
    Shown shown(bench_.city(), posts->first, count, standing());
    WatchStreams streams(server_->address(), kWatchConnections, shown.Sink());
    absl::Status opened =
        OpenAll(NearWatches(bench_.city(), standing()), &streams);
    if (!opened.ok()) return opened;
    RawCaller caller(server_->address(), kConnections);
    // The first posts of a server wait for what it makes once.
    const auto warm = PostAtRate(bench_, caller, warming, &next_);
    if (!warm.ok()) return warm.status();
    next_ += count;
    const auto reached =
        Post(caller, kCreateNeed,
             CreateNeedRequests(bench_.city(), posts->first, count), &shown);
    for (int64_t i = 0; i < count; ++i) {
      posts->watches.push_back(shown.arrivals.WatchesOf(i));
    }
    posts->message_bytes =
        static_cast<size_t>(shown.bytes / std::max<int64_t>(shown.messages, 1));
    return reached;
  }

  // The same posts as echoes behind RocksDB, and as many messages of the same
  // size for each, on streams that are told which: no store, no index, no
  // watches of ours.
  absl::StatusOr<Reached> EchoAndHold(const ShownPosts& posts) {
    if (absl::Status s = Start(); !s.ok()) return s;
    const auto count = static_cast<int64_t>(posts.watches.size());
    Shown shown(bench_.city(), posts.first, count, kFloorStreams);
    WatchStreams streams(server_->address(), kWatchConnections, shown.Sink());
    if (absl::Status s = OpenAll(HeldStreams(kFloorStreams), &streams);
        !s.ok()) {
      return s;
    }
    RawCaller caller(server_->address(), kConnections);
    absl::Status set = SetEchoOfPosts(
        caller, CreateNeedRequests(bench_.city(), next_++, 1).front());
    if (!set.ok()) return set;
    const std::vector<std::string> none = {ShowRequest().SerializeAsString()};
    OpenOptions warming = posting();
    warming.duration = bench_.warm_up();
    const LoadResult warm =
        RunOpen(CallOperation(caller, kEchoShown, none), warming);
    if (absl::Status s = CheckNoneFailed(caller, warm, "echoes"); !s.ok()) {
      return s;
    }
    return Post(caller, kEchoShown, ShowRequests(posts), &shown);
  }

  // Each to so many streams, in turn.
  std::vector<std::string> ShowRequests(const ShownPosts& posts) const {
    std::vector<std::string> requests;
    int64_t need = posts.first;
    uint32_t stream = 0;
    for (const int64_t watches : posts.watches) {
      ShowRequest request;
      for (int64_t i = 0; i < watches; ++i) {
        request.add_streams(stream++ % kFloorStreams);
      }
      std::string message =
          absl::StrCat("needs/", bench_.city().NeedId(need++), " ");
      message.resize(std::max(posts.message_bytes, message.size()), ' ');
      request.set_message(std::move(message));
      requests.push_back(request.SerializeAsString());
    }
    return requests;
  }

  // Post i is request i; how long each took from when it should have been sent.
  absl::StatusOr<Reached> Post(RawCaller& caller, const std::string& method,
                               const std::vector<std::string>& requests,
                               Shown* shown) {
    shown->messages = 0;
    shown->bytes = 0;
    std::vector<absl::Time> intended(requests.size());
    const Operation call = CallOperation(caller, method, requests);
    const absl::Duration before = server_->CpuTime();
    const LoadResult result = RunOpen(
        [&](int64_t number, OperationDone done) {
          intended[static_cast<size_t>(number)] = done.start();
          call(number, std::move(done));
        },
        posting());
    if (absl::Status s = CheckNoneFailed(caller, result, "posts"); !s.ok()) {
      return s;
    }
    absl::SleepFor(kArrivalBound);
    const absl::Duration spent = server_->CpuTime() - before;
    const int64_t posted = result.latency.count();
    Reached reached;
    for (int64_t i = 0; i < posted; ++i) {
      const auto last = shown->arrivals.LastOf(i);
      if (!last.has_value()) continue;
      reached.last.Record(*last - intended[static_cast<size_t>(i)]);
    }
    reached.replies = result.latency;
    reached.messages_per_post =
        static_cast<double>(shown->messages) / static_cast<double>(posted);
    reached.micros_per_post =
        absl::ToDoubleMicroseconds(spent) / static_cast<double>(posted);
    return reached;
  }

  Bench& bench_;
  const std::string directory_;
  int64_t next_;  // need to post
  std::unique_ptr<TestedServer> server_;

  // Of each repetition; microseconds, but for messages_.
  std::vector<double> unloaded_;
  std::vector<double> last_;
  std::vector<double> replies_;
  std::vector<double> messages_;
  std::vector<double> floor_last_;
  std::vector<double> floor_replies_;
  std::vector<double> costs_;
  std::vector<double> floor_costs_;
};

}  // namespace

absl::StatusOr<int64_t> MeasureLastWatch(Bench& bench,
                                         const std::string& directory,
                                         int64_t first) {
  LastWatchWorkload workload(bench, directory, first);
  if (absl::Status s = workload.Run(); !s.ok()) return s;
  return workload.next();
}

}  // namespace xom::loadtest
