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
    Figure figure{.name = name + suffix, .unit = "us"};
    for (const Histogram& latency : repetitions) {
      figure.samples.push_back(
          absl::ToDoubleMicroseconds(latency.At(quantile)));
    }
    figure.value = Median(figure.samples);
    report->Add(std::move(figure));
  }
}

}  // namespace xom::loadtest
