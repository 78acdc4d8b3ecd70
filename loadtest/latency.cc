#include "loadtest/latency.h"

#include <utility>

namespace xom::loadtest {

void AddLatency(const std::string& name,
                const std::vector<Histogram>& repetitions, Report* report) {
  Histogram all;
  for (const Histogram& latency : repetitions) all.Merge(latency);
  Series curve{name, "share", "us", {}};
  for (const auto& [share, took] : all.Curve()) {
    curve.points.emplace_back(share, absl::ToDoubleMicroseconds(took));
  }
  report->Add(std::move(curve));
  for (const auto& [suffix, quantile] :
       {std::pair{".p50", 0.5}, {".p99", 0.99}, {".p99_9", 0.999}}) {
    std::vector<double> micros;
    for (const Histogram& latency : repetitions) {
      micros.push_back(absl::ToDoubleMicroseconds(latency.At(quantile)));
    }
    report->Add(MedianOf(name + suffix, "us", std::move(micros)));
  }
}

}  // namespace xom::loadtest
