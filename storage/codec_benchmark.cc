// What it costs to write a record and a change as the bytes that stand in the
// store, and to read them back: sample needs, one after the other.
#include <benchmark/benchmark.h>

#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "storage/record_codec.h"
#include "storage/sample_needs.h"

namespace xom::storage {
namespace {

constexpr size_t kNeeds = 1'000;

// The public record of each, and the change that creates it.
struct Sample {
  Record record;
  Change change;
};

std::vector<Sample> MakeSamples() {
  std::vector<Sample> samples;
  for (uint64_t i = 0; i < kNeeds; ++i) {
    const Transaction need = SampleNeed(kSampleSeed, i);
    const Mutation& made = need.mutations.front();
    const auto revision = static_cast<Revision>(i + 1);
    samples.push_back(
        {.record = {made.key, made.cell, *made.value, revision},
         .change = {
             revision,
             need.commit_time,
             {{.key = made.key, .after = made.value, .cell = made.cell}}}});
  }
  return samples;
}

template <typename Encode>
void RunEncode(benchmark::State& state, const Encode& encode) {
  const std::vector<Sample> samples = MakeSamples();
  size_t i = 0;
  for (auto _ : state) {
    benchmark::DoNotOptimize(encode(samples[i++ % kNeeds]));
  }
}

template <typename Encode, typename Decode>
void RunDecode(benchmark::State& state, const Encode& encode,
               const Decode& decode) {
  std::vector<std::pair<Sample, std::string>> samples;
  for (Sample& sample : MakeSamples()) {
    std::string bytes = encode(sample);
    samples.emplace_back(std::move(sample), std::move(bytes));
  }
  size_t i = 0;
  for (auto _ : state) {
    const auto& [sample, bytes] = samples[i++ % kNeeds];
    const auto decoded = decode(sample, bytes);
    if (!decoded.ok()) return state.SkipWithError("not what was encoded");
    benchmark::DoNotOptimize(decoded);
  }
}

std::string RecordOf(const Sample& sample) {
  return EncodeRecord(sample.record);
}
std::string ChangeOf(const Sample& sample) {
  return EncodeChange(sample.change);
}

void BM_EncodeRecord(benchmark::State& state) { RunEncode(state, RecordOf); }
BENCHMARK(BM_EncodeRecord);

void BM_DecodeRecord(benchmark::State& state) {
  RunDecode(state, RecordOf,
            [](const Sample& sample, const std::string& bytes) {
              return DecodeRecord(sample.record.key, bytes);
            });
}
BENCHMARK(BM_DecodeRecord);

void BM_EncodeChange(benchmark::State& state) { RunEncode(state, ChangeOf); }
BENCHMARK(BM_EncodeChange);

void BM_DecodeChange(benchmark::State& state) {
  RunDecode(state, ChangeOf,
            [](const Sample& sample, const std::string& bytes) {
              return DecodeChange(sample.change.revision, bytes);
            });
}
BENCHMARK(BM_DecodeChange);

}  // namespace
}  // namespace xom::storage
