// What records are on disk, and how fast all of them are read.
#include <benchmark/benchmark.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <numeric>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "storage/plain_store.h"
#include "storage/sample_needs.h"
#include "storage/sample_traffic.h"

namespace xom::storage {
namespace {

uint64_t BytesIn(const std::string& directory) {
  uint64_t bytes = 0;
  for (const auto& file : std::filesystem::directory_iterator(directory)) {
    bytes += file.file_size();
  }
  return bytes;
}

// Creates so many; the bytes they are on disk, against those of the records:
// as they lie when the last is durable, and opened again and compacted.
void BM_BytesOnDisk(benchmark::State& state) {
  const auto count = static_cast<uint64_t>(state.range(0));
  TemporaryDirectory directory;
  uint64_t record_bytes = 0;
  uint64_t fresh = 0;
  uint64_t opened = 0;
  for (auto _ : state) {
    auto ledger = OpenOrDie(ServerOptions(directory));
    record_bytes += Fill(*ledger, count);
    fresh = BytesIn(directory.path());
    ledger.reset();
    ledger = OpenOrDie(ServerOptions(directory));
    opened = BytesIn(directory.path());
    DieUnlessOk(ledger->Compact());
  }
  const auto ratio = [&](uint64_t bytes) {
    return static_cast<double>(bytes) / static_cast<double>(record_bytes);
  };
  state.counters["record_bytes_per_need"] =
      static_cast<double>(record_bytes) / static_cast<double>(count);
  state.counters["fresh_ratio"] = ratio(fresh);
  state.counters["opened_ratio"] = ratio(opened);
  state.counters["compacted_ratio"] = ratio(BytesIn(directory.path()));
  for (const auto& [family, bytes] :
       BytesOfFamilies(ServerOptions(directory))) {
    state.counters[absl::StrCat("ratio_", family)] = ratio(bytes);
  }
}
BENCHMARK(BM_BytesOnDisk)
    ->ArgName("needs")
    ->Arg(50'000)
    ->Arg(200'000)
    ->Iterations(1)
    ->Unit(benchmark::kMillisecond);

// The scan with which a server starts, against an iterator over a plain store
// of the same records.
void BM_Scan(benchmark::State& state) {
  const auto count = static_cast<uint64_t>(state.range(0));
  TemporaryDirectory ours;
  TemporaryDirectory plain_directory;
  auto ledger = OpenOrDie(ServerOptions(ours));
  Fill(*ledger, count);
  ledger.reset();
  ledger = OpenOrDie(ServerOptions(ours));
  PlainStore plain(plain_directory.path());
  for (uint64_t i = 0; i < count; ++i) {
    const Transaction need = SampleNeed(kSampleSeed, i);
    PlainStore::Pairs pairs = PairsOf(need);
    pairs.pop_back();  // the request
    plain.Load(pairs);
  }
  plain.Settle();
  double by_ledger = 0;
  double by_plain = 0;
  for (auto _ : state) {
    std::vector<uint64_t> bytes_of(kScanParts);
    const double seconds = SecondsOf([&] {
      const size_t threads = std::min<size_t>(
          std::thread::hardware_concurrency(), kMaxScanThreads);
      DieUnlessOk(ledger
                      ->ScanInParts(threads, "categories/",
                                    [&](size_t part, const Record& record) {
                                      bytes_of[part] += record.key.size() +
                                                        record.value.size();
                                      return absl::OkStatus();
                                    })
                      .status());
    });
    const uint64_t bytes =
        std::accumulate(bytes_of.begin(), bytes_of.end(), uint64_t{0});
    by_ledger += seconds;
    uint64_t plain_bytes = 0;
    by_plain += SecondsOf([&] { plain_bytes = plain.Scan(); });
    if (bytes != plain_bytes) std::abort();
    state.SetIterationTime(seconds);
  }
  state.counters["ratio_to_plain_time"] = by_ledger / by_plain;
  state.counters["records_per_second"] =
      benchmark::Counter(2.0 * static_cast<double>(count) *
                         static_cast<double>(state.iterations()) / by_ledger);
}
BENCHMARK(BM_Scan)
    ->ArgName("needs")
    ->Arg(25'000)
    ->Arg(100'000)
    ->Iterations(20)  // said, so that the store is filled only once
    ->UseManualTime()
    ->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace xom::storage
