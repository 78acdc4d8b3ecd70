// A ledger against what RocksDB does by itself with the same bytes on the same
// disk: each round measures one after the other, so that a noisy machine is
// noisy to both. Directories are made under $TMPDIR and removed.
#include <benchmark/benchmark.h>

#include <algorithm>
#include <atomic>
#include <thread>

#include "storage/disk_space.h"
#include "storage/plain_store.h"
#include "storage/sample_needs.h"
#include "storage/sample_traffic.h"

namespace xom::storage {
namespace {

std::vector<PlainStore::Pairs> PairsOfAll(
    const std::vector<Transaction>& transactions) {
  std::vector<PlainStore::Pairs> all;
  for (const Transaction& transaction : transactions) {
    all.push_back(PairsOf(transaction));
  }
  return all;
}

// Ledger, one bare committer, and as many bare threads as are in flight.
void BM_Commit(benchmark::State& state) {
  const auto in_flight = static_cast<size_t>(state.range(0));
  const size_t count = std::clamp<size_t>(in_flight * 64, 256, 8'192);
  TemporaryDirectory ours;
  TemporaryDirectory one;
  TemporaryDirectory many;
  std::atomic<int64_t> groups = 0;
  LocalLedgerOptions options = ServerOptions(ours);
  options.free_bytes = [&](const std::string& path) {
    ++groups;  // each group asks once
    return AskFreeBytes(path);
  };
  const auto ledger = OpenOrDie(std::move(options));
  PlainStore batches(one.path());
  PlainStore threads(many.path());
  Poster poster(*ledger, in_flight);
  uint64_t items = 0;
  double by_ledger = 0;
  double by_one = 0;
  double by_threads = 0;
  double bare_cpu = 0;
  for (auto _ : state) {
    std::vector<Transaction> needs = Needs(items, count);
    const std::vector<PlainStore::Pairs> pairs = PairsOfAll(needs);
    const double seconds = SecondsOf([&] { poster.Post(std::move(needs)); });
    bare_cpu -= CpuSeconds();
    by_one += SecondsOf([&] { batches.WriteBatches(pairs, in_flight); });
    bare_cpu += CpuSeconds();
    by_threads +=
        SecondsOf([&] { threads.WriteFromThreads(pairs, in_flight); });
    by_ledger += seconds;
    items += count;
    state.SetIterationTime(seconds);
  }
  const auto all = static_cast<double>(items);
  state.counters["commits_per_second"] = all / by_ledger;
  state.counters["bare_per_second"] = all / by_one;
  state.counters["bare_threads_per_second"] = all / by_threads;
  state.counters["group_size"] = all / static_cast<double>(groups);
  state.counters["cpu_us"] = poster.committer_cpu() / all * 1e6;
  state.counters["bare_cpu_us"] = bare_cpu / all * 1e6;
  state.counters["ratio_to_bare"] = by_one / by_ledger;
  state.counters["ratio_to_bare_threads"] = by_threads / by_ledger;
}
BENCHMARK(BM_Commit)
    ->ArgName("in_flight")
    ->Arg(1)
    ->Arg(8)
    ->Arg(64)
    ->Arg(256)
    ->UseManualTime()
    ->Unit(benchmark::kMillisecond);

// 99 of 100 took no longer than this, in microseconds.
double Percentile99(std::vector<double> seconds) {
  const auto at =
      seconds.begin() + static_cast<long>(seconds.size() * 99 / 100);
  std::nth_element(seconds.begin(), at, seconds.end());
  return *at * 1e6;
}

// What commits and reads by key take, quiet and while all files are rewritten.
class Traffic {
 public:
  explicit Traffic(Ledger& ledger) : ledger_(ledger), poster_(ledger, 8) {}

  // Commits some, then reads each of them.
  void Run() {
    constexpr size_t kCommits = 400;
    std::vector<Transaction> needs = Needs(next_, kCommits);
    next_ += kCommits;
    std::vector<std::string> keys;
    for (const Transaction& need : needs) {
      keys.push_back(need.mutations[0].key);
    }
    poster_.Post(std::move(needs), &commits_);
    for (const std::string& key : keys) {
      reads_.push_back(
          SecondsOf([&] { DieUnlessOk(ledger_.Get(key).status()); }));
    }
  }

  double commit_p99() const { return Percentile99(commits_); }
  double read_p99() const { return Percentile99(reads_); }

 private:
  static inline uint64_t next_ = 10'000'000;  // new to every filled ledger

  Ledger& ledger_;
  Poster poster_;
  std::vector<double> commits_;
  std::vector<double> reads_;
};

void BM_BesideCompaction(benchmark::State& state) {
  TemporaryDirectory directory;
  const auto ledger = OpenOrDie(ServerOptions(directory));
  Fill(*ledger, static_cast<uint64_t>(state.range(0)));
  Traffic quiet(*ledger);
  Traffic beside(*ledger);
  for (auto _ : state) {
    quiet.Run();
    std::atomic<bool> compacting = true;
    std::thread compaction([&] {
      DieUnlessOk(ledger->Compact());
      compacting = false;
    });
    while (compacting) beside.Run();
    compaction.join();
    quiet.Run();
  }
  state.counters["commit_p99_us"] = quiet.commit_p99();
  state.counters["commit_p99_us_compacting"] = beside.commit_p99();
  state.counters["commit_p99_ratio"] = beside.commit_p99() / quiet.commit_p99();
  state.counters["read_p99_us"] = quiet.read_p99();
  state.counters["read_p99_us_compacting"] = beside.read_p99();
  state.counters["read_p99_ratio"] = beside.read_p99() / quiet.read_p99();
}
BENCHMARK(BM_BesideCompaction)
    ->ArgName("needs")
    ->Arg(50'000)
    ->Iterations(3)
    ->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace xom::storage

BENCHMARK_MAIN();
