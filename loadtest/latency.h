#ifndef XOM_LOADTEST_LATENCY_H_
#define XOM_LOADTEST_LATENCY_H_

#include <string>
#include <vector>

#include "loadtest/histogram.h"
#include "loadtest/report.h"

namespace xom::loadtest {

// Adds what calls took, in each repetition: the figures `name`.p50, .p99 and
// .p99_9, each the median of the repetitions, and the series `name` of all
// calls, of which plot.py makes a plot.
void AddLatency(const std::string& name,
                const std::vector<Histogram>& repetitions, Report* report);

}  // namespace xom::loadtest

#endif  // XOM_LOADTEST_LATENCY_H_
