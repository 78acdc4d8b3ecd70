#ifndef XOM_LOADTEST_MICRO_BENCHMARKS_H_
#define XOM_LOADTEST_MICRO_BENCHMARKS_H_

#include <map>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "loadtest/bench.h"

namespace xom::loadtest {

// What Google Benchmark told of one benchmark: `real_time` and `cpu_time` in
// nanoseconds, `items_per_second` and each counter, by name.
using MicroResult = std::map<std::string, double>;

// By the names of the benchmarks.
using MicroResults = std::map<std::string, MicroResult>;

// What `json` says, in Google Benchmark's own format. Of a benchmark that was
// repeated, the median. INVALID_ARGUMENT when it is not of that format, or when
// a benchmark stopped with an error.
absl::StatusOr<MicroResults> ParseMicroResults(const std::string& json);

// Runs those benchmarks of a program that match `filter`, a regular expression,
// from the root of the project, where their data are.
// The program stands beside this one. The errors of ChildProcess, and of
// ParseMicroResults.
absl::StatusOr<MicroResults> RunMicroBenchmarks(const Bench& bench,
                                                const std::string& program,
                                                const std::string& filter);

}  // namespace xom::loadtest

#endif  // XOM_LOADTEST_MICRO_BENCHMARKS_H_
