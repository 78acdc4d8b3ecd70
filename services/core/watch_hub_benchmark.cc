// What standing watches cost: their memory, the time when nothing happens, and
// the time of a post by the watches that it touches. Without a network: a
// message is out as soon as it is sent.
//
// Counters, beside the times, which are of the whole process:
//   bytes_per_watch      what is kept of a standing watch
//   allocs_per_message   how often memory was asked for
#include <benchmark/benchmark.h>

#include <cstdlib>
#include <memory>
#include <string>
#include <vector>

#include "services/core/allocation_counter.h"
#include "services/core/limits.h"
#include "services/core/watch_world.h"
#include "xom/v1/watch_service.pb.h"

namespace xom::core {
namespace {

constexpr size_t kPostsPerRound = 100;

void BM_StandingWatch(benchmark::State& state) {
  constexpr size_t kWatches = 10'000;
  const auto kind = static_cast<WatchKind>(state.range(0));
  for (auto _ : state) {
    state.PauseTiming();
    auto world = std::make_unique<WatchWorld>(kWatches / 10);
    const int64_t before = AllocatedBytes();
    state.ResumeTiming();
    world->OpenWatches(kind, 10);
    state.PauseTiming();
    state.counters["bytes_per_watch"] =
        static_cast<double>(AllocatedBytes() - before) / kWatches;
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
    ->Arg(kBox)
    ->Iterations(1)
    ->MeasureProcessCPUTime()
    ->UseRealTime();

// One post at a time to a site of `per_site` watches; `standing` in all.
void RunPosts(benchmark::State& state, bool take_back) {
  const auto kind = static_cast<WatchKind>(state.range(0));
  const auto per_site = static_cast<size_t>(state.range(1));
  const auto standing = static_cast<size_t>(state.range(2));
  WatchWorld world(standing / per_site);
  world.OpenWatches(kind, per_site);
  const size_t posts = std::min(kPostsPerRound, standing / per_site);
  const auto messages = static_cast<int64_t>(posts * per_site);
  int64_t asked = 0;
  const auto run = [&](std::vector<Transition> transitions) {
    const int64_t before = Allocations();
    world.Publish(std::move(transitions));
    world.sent().Await(messages);
    asked += Allocations() - before;
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

// A tick when nobody is due, and a post to ten watches, to know that it is
// over.
void BM_TickAndPost(benchmark::State& state) {
  const auto standing = static_cast<size_t>(state.range(0));
  WatchWorld world(standing / 10);
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
BENCHMARK(BM_TickAndPost)
    ->ArgName("standing")
    ->Arg(1'000)
    ->Arg(100'000)
    ->Iterations(100)
    ->MeasureProcessCPUTime()
    ->UseRealTime();

// Heartbeats to all, without a network.
void BM_Heartbeat(benchmark::State& state) {
  constexpr size_t kWatches = 10'000;
  constexpr size_t kPerTick = 100;  // no tick sends fewer when so many are due
  WatchWorld world(kWatches / 10);
  world.OpenWatches(kNearest10, 10);
  for (auto _ : state) {
    world.clock().Advance(kHeartbeatInterval);
    for (size_t sent = 0; sent < kWatches; sent += kPerTick) {
      world.hub().Tick();
      world.sent().Await(kPerTick);
    }
  }
  state.SetItemsProcessed(state.iterations() * kWatches);
}
BENCHMARK(BM_Heartbeat)->Iterations(20)->MeasureProcessCPUTime()->UseRealTime();

// A nearest watch that goes on from a token so many changes old.
void BM_Resume(benchmark::State& state) {
  WatchWorld world(1'000);
  std::string first;
  world.Open(kNearest10, 0, "", &first);
  world.sent().Await(1);
  v1::WatchNearestNeedsResponse message;
  if (!message.ParseFromString(first)) std::abort();
  for (int64_t i = 0; i < state.range(0); ++i) world.Post(1);
  for (auto _ : state) {
    const WatchHub::Id id = world.Open(kNearest10, 0, message.resume_token());
    world.sent().Await(1);
    world.hub().Close(id);
  }
}
BENCHMARK(BM_Resume)
    ->ArgName("changes")
    ->Arg(1)
    ->Arg(100)
    ->Arg(1'000)
    ->Iterations(100)
    ->MeasureProcessCPUTime()
    ->UseRealTime();

}  // namespace
}  // namespace xom::core

BENCHMARK_MAIN();
