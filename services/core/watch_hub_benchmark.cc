// What standing watches cost: their memory, the time when nothing happens, and
// the time of a post by the watches that it touches. Without a network: a
// message is out as soon as it is sent.
//
// Counters, beside the times, which are of the whole process:
//   bytes_per_watch      what is kept of a standing watch
//   allocs_per_message   how often memory was asked for
#include <benchmark/benchmark.h>
#include <malloc.h>

#include <atomic>
#include <cstdlib>
#include <memory>
#include <new>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "services/core/fake_clock.h"
#include "services/core/limits.h"
#include "services/core/watch_hub.h"
#include "services/core/watch_service.h"
#include "services/core/watch_testing.h"

namespace {

std::atomic<int64_t> allocated_bytes{0};
std::atomic<int64_t> allocations{0};

void* Allocate(size_t size) {
  void* const place = std::malloc(size);
  if (place == nullptr) std::abort();
  allocated_bytes += static_cast<int64_t>(malloc_usable_size(place));
  ++allocations;
  return place;
}

void Free(void* place) {
  allocated_bytes -= static_cast<int64_t>(malloc_usable_size(place));
  std::free(place);
}

}  // namespace

// The replaced functions of the whole program; those of arrays call these.
void* operator new(size_t size) { return Allocate(size); }
void operator delete(void* place) noexcept { Free(place); }
void operator delete(void* place, size_t) noexcept { Free(place); }

namespace xom::core {
namespace {

constexpr size_t kNeedsPerSite = 24;
constexpr size_t kPostsPerRound = 100;

// Waits until so many messages were sent.
class Counter {
 public:
  void Add() {
    storage::MutexLock lock(mu_);
    if (++count_ == awaited_) reached_.NotifyOne();
  }
  void Await(int64_t more) {
    storage::MutexLock lock(mu_);
    awaited_ += more;
    while (count_ < awaited_) reached_.Wait(mu_);
  }

 private:
  storage::Mutex mu_;
  storage::CondVar reached_;
  int64_t count_ XOM_GUARDED_BY(mu_) = 0;
  int64_t awaited_ XOM_GUARDED_BY(mu_) = 0;
};

class CountingSink final : public WatchSink {
 public:
  CountingSink(WatchHub* hub, WatchHub::Id id, Counter* counter)
      : hub_(*hub), id_(id), counter_(*counter) {}
  void Send(std::string message) override {
    benchmark::DoNotOptimize(message);
    hub_.Sent(id_);
    counter_.Add();
  }
  void End(const absl::Status&) override {}

 private:
  WatchHub& hub_;
  const WatchHub::Id id_;
  Counter& counter_;
};

// Places 2 km from each other, each with needs within 200 m of it.
NeedSpec NeedAt(size_t site, const std::string& name, size_t step) {
  return {.name = name,
          .latitude = 10 + 0.02 * static_cast<double>(site / 300) +
                      0.0001 * static_cast<double>(step % 5),
          .longitude = 106 + 0.02 * static_cast<double>(site % 300) +
                       0.0001 * static_cast<double>(step / 5),
          .situation = "Nhà có hai cụ già và một em bé, hết gạo từ hôm qua."};
}

enum WatchKind { kNearest10, kNearest20, kCircle };

// A store with needs at `sites` places, `watches_per_site` watches on each.
class World {
 public:
  explicit World(size_t sites) : sites_(sites) {
    std::vector<NeedSpec> needs;
    for (size_t site = 0; site < sites; ++site) {
      for (size_t i = 0; i < kNeedsPerSite; ++i) {
        needs.push_back(NeedAt(site, NameOf(site, i), i));
      }
      if (needs.size() + kNeedsPerSite > 1'000 || site + 1 == sites) {
        store_.PutAll(needs);
        needs.clear();
      }
    }
  }

  void OpenWatches(WatchKind kind, size_t per_site,
                   const std::string& token = "") {
    for (size_t site = 0; site < sites_; ++site) {
      for (size_t i = 0; i < per_site; ++i) Open(kind, site, token);
    }
    sent_.Await(static_cast<int64_t>(per_site * sites_));
  }

  void Open(WatchKind kind, size_t site, const std::string& token) {
    const WatchHub::Id id = hub_.NewId();
    auto watch = MakeWatch(kind, site, token);
    if (!watch.ok()) std::abort();
    const absl::Status status =
        hub_.Open(id, *std::move(watch),
                  std::make_shared<CountingSink>(&hub_, id, &sent_),
                  absl::StrCat("ipv4:10.0.0.1:", 20'000 + id % 100));
    if (!status.ok()) std::abort();
  }

  // The changes of one post at each of so many sites.
  std::vector<Transition> Post(size_t sites) {
    std::vector<NeedSpec> needs;
    for (size_t i = 0; i < sites; ++i) {
      needs.push_back(NeedAt(i * 7'919 % sites_, NameOf(posts_++, 99), 0));
    }
    posted_ = needs;
    return store_.PutAll(needs);
  }
  std::vector<Transition> TakeBack() {
    for (NeedSpec& need : posted_) need.state = v1::Need::STATE_CANCELLED;
    return store_.PutAll(posted_);
  }

  void Publish(std::vector<Transition> transitions) {
    hub_.Publish(store_.revision(), std::move(transitions));
  }

  Counter& sent() { return sent_; }
  WatchHub& hub() { return hub_; }
  FakeClock& clock() { return clock_; }

 private:
  static std::string NameOf(size_t site, size_t i) {
    return absl::StrCat("0b7e4a52-6c1d-4f3b-", absl::Hex(i, absl::kZeroPad4),
                        "-", absl::Hex(site, absl::kZeroPad12));
  }

  absl::StatusOr<std::unique_ptr<Watch>> MakeWatch(WatchKind kind, size_t site,
                                                   const std::string& token) {
    const NeedSpec at = NeedAt(site, "", 0);
    if (kind == kCircle) {
      v1::WatchRegionRequest request;
      auto& circle = *request.mutable_region()->mutable_circle();
      circle.mutable_center()->set_latitude(at.latitude);
      circle.mutable_center()->set_longitude(at.longitude);
      circle.set_radius_meters(500);
      request.set_resume_token(token);
      return service_.WatchRegion(request);
    }
    v1::WatchNearestNeedsRequest request;
    request.mutable_point()->set_latitude(at.latitude);
    request.mutable_point()->set_longitude(at.longitude);
    request.set_k(kind == kNearest10 ? 10 : 20);
    request.set_resume_token(token);
    return service_.WatchNearestNeeds(request);
  }

  const size_t sites_;
  size_t posts_ = 0;
  std::vector<NeedSpec> posted_;
  ViewedLedger store_;
  FakeClock clock_{absl::FromUnixSeconds(1'600'000'000)};
  WatchService service_{&store_.view()};
  Counter sent_;
  WatchHub hub_{&store_.view(),
                &store_.ledger(),
                &clock_,
                {.server = 1'000'000, .connection = 100'000}};
};

void BM_StandingWatch(benchmark::State& state) {
  constexpr size_t kWatches = 10'000;
  const auto kind = static_cast<WatchKind>(state.range(0));
  for (auto _ : state) {
    state.PauseTiming();
    auto world = std::make_unique<World>(kWatches / 10);
    const int64_t before = allocated_bytes;
    state.ResumeTiming();
    world->OpenWatches(kind, 10);
    state.PauseTiming();
    state.counters["bytes_per_watch"] =
        static_cast<double>(allocated_bytes - before) / kWatches;
    world = nullptr;
    state.ResumeTiming();
  }
  state.SetItemsProcessed(state.iterations() * kWatches);
}
BENCHMARK(BM_StandingWatch)
    ->ArgName("kind")
    ->Arg(kNearest10)
    ->Arg(kNearest20)
    ->Arg(kCircle)
    ->Iterations(1)
    ->MeasureProcessCPUTime()
    ->UseRealTime();

// One post at a time to a site of `per_site` watches; `standing` in all.
void RunPosts(benchmark::State& state, bool take_back) {
  const auto kind = static_cast<WatchKind>(state.range(0));
  const auto per_site = static_cast<size_t>(state.range(1));
  const auto standing = static_cast<size_t>(state.range(2));
  World world(standing / per_site);
  world.OpenWatches(kind, per_site);
  const size_t posts = std::min(kPostsPerRound, standing / per_site);
  const auto messages = static_cast<int64_t>(posts * per_site);
  int64_t asked = 0;
  const auto run = [&](std::vector<Transition> transitions) {
    const int64_t before = allocations;
    world.Publish(std::move(transitions));
    world.sent().Await(messages);
    asked += allocations - before;
  };
  for (auto _ : state) {
    state.PauseTiming();
    auto posted = world.Post(posts);
    if (take_back) {
      run(std::move(posted));
      asked = 0;
      posted = world.TakeBack();
    }
    state.ResumeTiming();
    run(std::move(posted));
    state.PauseTiming();
    if (!take_back) {
      world.Publish(world.TakeBack());
      world.sent().Await(messages);
    }
    state.ResumeTiming();
  }
  state.SetItemsProcessed(state.iterations() * messages);
  state.counters["allocs_per_message"] =
      static_cast<double>(asked) / static_cast<double>(messages) /
      static_cast<double>(take_back ? 1 : state.iterations());
}

void BM_Post(benchmark::State& state) { RunPosts(state, false); }
BENCHMARK(BM_Post)
    ->ArgNames({"kind", "touched", "standing"})
    ->Args({kNearest10, 10, 1'000})
    ->Args({kNearest10, 10, 10'000})
    ->Args({kNearest10, 10, 100'000})
    ->Args({kNearest20, 10, 10'000})
    ->Args({kNearest10, 100, 10'000})
    ->Args({kCircle, 10, 1'000})
    ->Args({kCircle, 10, 100'000})
    ->Iterations(50)
    ->MeasureProcessCPUTime()
    ->UseRealTime();

void BM_TakeBack(benchmark::State& state) { RunPosts(state, true); }
BENCHMARK(BM_TakeBack)
    ->ArgNames({"kind", "touched", "standing"})
    ->Args({kNearest10, 10, 10'000})
    ->Args({kCircle, 10, 10'000})
    ->Iterations(50)
    ->MeasureProcessCPUTime()
    ->UseRealTime();

// A tick when nobody is due, and a post to one watch, to know that it is over.
void BM_IdleTick(benchmark::State& state) {
  const auto standing = static_cast<size_t>(state.range(0));
  World world(standing / 10);
  world.OpenWatches(kNearest10, 10);
  for (auto _ : state) {
    state.PauseTiming();
    auto posted = world.Post(1);
    state.ResumeTiming();
    world.hub().Tick();
    world.Publish(std::move(posted));
    world.sent().Await(10);
    state.PauseTiming();
    world.Publish(world.TakeBack());
    world.sent().Await(10);
    state.ResumeTiming();
  }
}
BENCHMARK(BM_IdleTick)
    ->ArgName("standing")
    ->Arg(1'000)
    ->Arg(100'000)
    ->Iterations(100)
    ->MeasureProcessCPUTime()
    ->UseRealTime();

}  // namespace
}  // namespace xom::core

BENCHMARK_MAIN();
