#ifndef XOM_LOADTEST_BENCH_H_
#define XOM_LOADTEST_BENCH_H_

#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "loadtest/lockdown_city.h"
#include "loadtest/report.h"

namespace xom::loadtest {

class TestedServer;

// What a run is told.
struct BenchOptions {
  // Has the benchmarks beside the code be few, small and short, leaves out
  // PostGIS with its rows by place, and has one quiet day for the three
  // stresses of a day.
  bool quick = false;
  int64_t needs = 1'000'000;
  uint64_t seed = 1;
  // Of each pair of measurements whose ratio is told.
  int repetitions = 5;
  // Of each measurement, after a warm-up of a quarter of it.
  absl::Duration duration = absl::Seconds(4);
  // How many needs a server starts with, to see how long that takes.
  std::vector<int64_t> restart_sizes = {10'000, 100'000, 1'000'000, 10'000'000};
  int64_t watches = 100'000;
  std::string cities = "samples/vietnam_cities.csv";
  // The folder of xom-loadtest and the micro-benchmarks.
  std::string binaries;
  // The Tile38 server to compare with; empty: it is left out.
  std::string tile38;
};

// A run under way: what all workloads share. Not thread-safe.
class Bench {
 public:
  Bench(BenchOptions options, LockdownCity city, Report* report)
      : options_(std::move(options)),
        city_(std::move(city)),
        report_(*report) {}

  const BenchOptions& options() const { return options_; }
  const LockdownCity& city() const { return city_; }
  Report& report() { return report_; }

  // Tells on stderr what is being done now.
  void Progress(absl::string_view what);

  // Returns once the server rests; when it does not within many lengths of a
  // measurement, the report says so.
  void AwaitRest(const TestedServer& server);

  absl::Duration warm_up() const { return options_.duration / 4; }

 private:
  const BenchOptions options_;
  const LockdownCity city_;
  Report& report_;
  const absl::Time start_ = absl::Now();
  std::string progress_;  // what is being done now
};

}  // namespace xom::loadtest

#endif  // XOM_LOADTEST_BENCH_H_
