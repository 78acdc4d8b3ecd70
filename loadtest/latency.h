#ifndef XOM_LOADTEST_LATENCY_H_
#define XOM_LOADTEST_LATENCY_H_

#include <string>

#include "loadtest/histogram.h"
#include "loadtest/report.h"

namespace xom::loadtest {

// Adds what calls took: the figures `name`.p50, .p99 and .p99_9, and the series
// `name`, of which plot.py makes a plot.
void AddLatency(const std::string& name, const Histogram& latency,
                Report* report);

}  // namespace xom::loadtest

#endif  // XOM_LOADTEST_LATENCY_H_
