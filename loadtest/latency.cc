#include "loadtest/latency.h"

#include <utility>

namespace xom::loadtest {

void AddLatency(const std::string& name, const Histogram& latency,
                Report* report) {
  Series curve{name, "share", "us", {}};
  for (const auto& [share, took] : latency.Curve()) {
    curve.points.emplace_back(share, absl::ToDoubleMicroseconds(took));
  }
  report->Add(std::move(curve));
  for (const auto& [suffix, quantile] :
       {std::pair{".p50", 0.5}, {".p99", 0.99}, {".p99_9", 0.999}}) {
    report->Add(
        Figure{.name = name + suffix,
               .value = absl::ToDoubleMicroseconds(latency.At(quantile)),
               .unit = "us"});
  }
}

}  // namespace xom::loadtest
