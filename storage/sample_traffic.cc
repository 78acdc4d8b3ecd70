#include "storage/sample_traffic.h"

#include <time.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <utility>

#include "storage/sample_needs.h"

namespace xom::storage {
namespace {

double SecondsSince(std::chrono::steady_clock::time_point start) {
  const auto passed = std::chrono::steady_clock::now() - start;
  return std::chrono::duration<double>(passed).count();
}

}  // namespace

void DieUnlessOk(const absl::Status& status) {
  if (status.ok()) return;
  std::fprintf(stderr, "%s\n", status.ToString().c_str());
  std::abort();
}

double SecondsOf(const std::function<void()>& work) {
  const auto start = std::chrono::steady_clock::now();
  work();
  return SecondsSince(start);
}

double CpuSeconds() {
  timespec used = {};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &used);
  return static_cast<double>(used.tv_sec) +
         static_cast<double>(used.tv_nsec) * 1e-9;
}

LocalLedgerOptions ServerOptions(const TemporaryDirectory& directory) {
  LocalLedgerOptions options;
  options.directory = directory.path();
  return options;
}

std::vector<Transaction> Needs(uint64_t first, size_t count) {
  std::vector<Transaction> needs;
  for (size_t i = 0; i < count; ++i) {
    needs.push_back(SampleNeed(kSampleSeed, first + i));
  }
  return needs;
}

void Poster::Post(std::vector<Transaction> transactions,
                  std::vector<double>* latencies) {
  for (Transaction& transaction : transactions) {
    AwaitFewerThan(in_flight_);
    {
      MutexLock lock(mu_);
      ++flying_;
    }
    ledger_.Commit(std::move(transaction),
                   [this, start = Clock::now(), latencies](const auto& result) {
                     DieUnlessOk(result.status());
                     End(start, latencies);
                   });
  }
  AwaitFewerThan(1);
}

double Poster::committer_cpu() {
  MutexLock lock(mu_);
  return committer_cpu_;
}

void Poster::AwaitFewerThan(size_t bound) {
  MutexLock lock(mu_);
  while (flying_ >= bound) ended_.Wait(mu_);
}

void Poster::End(Clock::time_point start, std::vector<double>* latencies) {
  MutexLock lock(mu_);
  if (latencies != nullptr) latencies->push_back(SecondsSince(start));
  committer_cpu_ = CpuSeconds();
  --flying_;
  ended_.NotifyOne();
}

uint64_t Fill(Ledger& ledger, uint64_t count) {
  constexpr uint64_t kAtOnce = 1'000;
  Poster poster(ledger, kAtOnce);
  uint64_t bytes = 0;
  for (uint64_t i = 0; i < count; i += kAtOnce) {
    std::vector<Transaction> needs = Needs(i, std::min(kAtOnce, count - i));
    for (const Transaction& need : needs) bytes += RecordBytes(need);
    poster.Post(std::move(needs));
  }
  return bytes;
}

}  // namespace xom::storage
