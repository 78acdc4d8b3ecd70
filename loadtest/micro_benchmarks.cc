#include "loadtest/micro_benchmarks.h"

#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>

#include "absl/strings/str_cat.h"
#include "loadtest/peers/child_process.h"
#include "loadtest/peers/temporary_directory.h"

namespace xom::loadtest {
namespace {

using nlohmann::json;

constexpr absl::Duration kRunBound = absl::Minutes(30);

double NanosPer(const std::string& unit) {
  return unit == "s" ? 1e9 : unit == "ms" ? 1e6 : unit == "us" ? 1e3 : 1;
}

MicroResult ResultOf(const json& benchmark) {
  const double nanos = NanosPer(benchmark.value("time_unit", "ns"));
  MicroResult result;
  for (const auto& [name, value] : benchmark.items()) {
    if (!value.is_number()) continue;
    const bool is_time = name == "real_time" || name == "cpu_time";
    result[name] = value.get<double>() * (is_time ? nanos : 1);
  }
  return result;
}

}  // namespace

absl::StatusOr<MicroResults> ParseMicroResults(const std::string& text) {
  const json parsed = json::parse(text, nullptr, /*allow_exceptions=*/false);
  if (!parsed.is_object() || !parsed.contains("benchmarks") ||
      !parsed["benchmarks"].is_array()) {
    return absl::InvalidArgumentError("not a report of Google Benchmark");
  }
  MicroResults results;
  for (const json& benchmark : parsed["benchmarks"]) {
    const std::string name = benchmark.value("run_name", "");
    if (benchmark.value("error_occurred", false)) {
      return absl::InvalidArgumentError(
          absl::StrCat(name, ": ", benchmark.value("error_message", "")));
    }
    // Single repetitions come first, then what was made of them.
    const std::string aggregate = benchmark.value("aggregate_name", "");
    if (aggregate.empty() || aggregate == "median") {
      results[name] = ResultOf(benchmark);
    }
  }
  return results;
}

absl::StatusOr<MicroResults> RunMicroBenchmarks(const Bench& bench,
                                                const std::string& program,
                                                const std::string& filter) {
  const auto directory = TemporaryDirectory::Create();
  if (!directory.ok()) return directory.status();
  const std::string out = (*directory)->path() + "/out.json";
  ChildCommand command;
  command.argv = {absl::StrCat(bench.options().binaries, "/", program),
                  absl::StrCat("--benchmark_filter=", filter),
                  absl::StrCat("--benchmark_out=", out)};
  if (bench.options().quick) {
    command.argv.push_back("--benchmark_min_time=0.1");  // seconds
  }
  command.output_path = (*directory)->path() + "/log";
  if (absl::Status s = RunToEnd(command, kRunBound); !s.ok()) return s;
  std::ifstream file(out);
  return ParseMicroResults(
      std::string(std::istreambuf_iterator<char>(file), {}));
}

}  // namespace xom::loadtest
