#ifndef XOM_STORAGE_SAMPLE_TRAFFIC_H_
#define XOM_STORAGE_SAMPLE_TRAFFIC_H_

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <vector>

#include "absl/status/status.h"
#include "storage/ledger.h"
#include "storage/ledger_testing.h"
#include "storage/local_ledger.h"
#include "storage/mutex.h"

// What the benchmarks of a ledger share.

namespace xom::storage {

void DieUnlessOk(const absl::Status& status);

double SecondsOf(const std::function<void()>& work);

// What the calling thread has computed, without what it waited.
double CpuSeconds();

// As a server opens it.
LocalLedgerOptions ServerOptions(const TemporaryDirectory& directory);

// Sample needs (sample_needs.h) from `first` on.
std::vector<Transaction> Needs(uint64_t first, size_t count);

// Commits with so many in flight: as one ends, another is posted.
class Poster {
 public:
  // Keeps a reference.
  Poster(Ledger& ledger, size_t in_flight)
      : ledger_(ledger), in_flight_(in_flight) {}

  // Returns when all are durable; an error ends the program. `latencies`, when
  // given, gets the seconds from post to done of each.
  void Post(std::vector<Transaction> transactions,
            std::vector<double>* latencies = nullptr);

  // What the committer had computed when it last called back.
  double committer_cpu();

 private:
  using Clock = std::chrono::steady_clock;

  void AwaitFewerThan(size_t bound);
  void End(Clock::time_point start, std::vector<double>* latencies);

  Ledger& ledger_;
  const size_t in_flight_;
  Mutex mu_;
  CondVar ended_;
  size_t flying_ XOM_GUARDED_BY(mu_) = 0;
  double committer_cpu_ XOM_GUARDED_BY(mu_) = 0;
};

// Creates so many; returns the bytes of their records.
uint64_t Fill(Ledger& ledger, uint64_t count);

}  // namespace xom::storage

#endif  // XOM_STORAGE_SAMPLE_TRAFFIC_H_
